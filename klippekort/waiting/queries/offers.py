"""Reading offers: one, a citizen's, and those that wait for an answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam, literal, or_, select

from klippekort.accounts.models import CareWorker
from klippekort.activities.models import Occurrence
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import escorted_by
from klippekort.citizens.queries.citizens import CITIZEN
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Scope, scope_of
from klippekort.domain.trips import ACTIVE, MADE
from klippekort.domain.working_hours import OfficeHours
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.prepared import Row
from klippekort.platform.reading import Reader
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, current_municipality, own
from klippekort.trips.models import Trip, TripEscort
from klippekort.trips.services.events import BookedInstead, HeldForCitizen, HeldTrip
from klippekort.waiting.models import TripOffer

STANDING = "standing"


@dataclass(frozen=True)
class OfferRow:
    """An offer with the trip that is held, whose it is, and who would come along."""

    offer: TripOffer
    trip: Trip
    citizen: Citizen
    escort: str | None
    activity_id: UUID | None

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for an answer."""
        return self.offer.state == "open"


_offers = cast(Table, TripOffer.__table__)
_trips = cast(Table, Trip.__table__)
_citizens = cast(Table, Citizen.__table__)
_dates = cast(Table, Occurrence.__table__)
_escorts = cast(Table, TripEscort.__table__)
_workers = cast(Table, CareWorker.__table__)
_OFFER, _TRIP = Reader(TripOffer), Reader(Trip)
_TRIP_AT = len(_OFFER.columns)
_CITIZEN_AT = _TRIP_AT + len(_TRIP.columns)


def _rows(*conditions: ColumnElement[bool], is_limited: bool = False) -> OwnRows:
    found = (
        select(*_OFFER.columns, *_TRIP.columns, *CITIZEN.columns, _dates.c.activity_id)
        .join_from(_offers, _trips, own(_trips) & (_trips.c.id == _offers.c.trip_id))
        .join(_citizens, own(_citizens) & (_citizens.c.id == _offers.c.citizen_id))
        .outerjoin(_dates, own(_dates) & (_dates.c.id == _trips.c.occurrence_id))
        .where(own(_offers), *conditions)
        .order_by(_offers.c.answer_by, _offers.c.id)
    )
    return OwnRows(found.limit(bindparam("limit")) if is_limited else found)


def _list(rows: Sequence[Row]) -> list[OfferRow]:
    names = _names([row[_TRIP_AT + 1] for row in rows])
    found = []
    for row in rows:
        trip = _TRIP.read(row, _TRIP_AT)
        person = CITIZEN.read(row, _CITIZEN_AT)
        found.append(OfferRow(_OFFER.read(row), trip, person, names.get(trip.id), row[-1]))
    return found


_NAMES = OwnRows(
    select(_escorts.c.trip_id, _workers.c.name)
    .join_from(_escorts, _workers, own(_workers) & (_workers.c.id == _escorts.c.care_worker_id))
    .where(own(_escorts), _escorts.c.trip_id.in_(bindparam("trips", expanding=True)))
    .where(_escorts.c.is_active)
    .order_by(alphabetical(_workers.c.name))
)


def _names(trip_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return who comes along on each trip, several with commas between."""
    found: dict[UUID, str] = {}
    for trip_id, name in _NAMES.rows(trips=list(trip_ids)) if trip_ids else ():
        found[trip_id] = f"{found[trip_id]}, {name}" if trip_id in found else name
    return found


_IS_OPEN = _offers.c.state == literal("open")
_ONE = _rows(_offers.c.id == bindparam("offer"))
_OF_CITIZEN = _rows(_offers.c.citizen_id == bindparam("citizen"), _IS_OPEN)
_OPEN = _rows(_IS_OPEN, is_limited=True)
_OF_SUPPLIER = _rows(_IS_OPEN, _citizens.c.supplier_id == bindparam("supplier"), is_limited=True)
# A care worker's own: those of the supplier and district, and those escorted today.
_OWN = _rows(
    _IS_OPEN,
    or_(
        _citizens.c.id.in_(bindparam("escorted", expanding=True)),
        and_(
            _citizens.c.supplier_id == bindparam("supplier"),
            _citizens.c.district_id.is_not_distinct_from(bindparam("district")),
        ),
    ),
    is_limited=True,
)
_ALL = 100_000


def get_offer(offer_id: UUID) -> OfferRow:
    """Return an offer. Raises NotFound."""
    rows = _list(_ONE.rows(offer=offer_id))
    if not rows:
        raise NotFound
    return rows[0]


def lock_offer(offer_id: UUID) -> TripOffer:
    """Return an offer nobody else can change before this transaction ends. Raises NotFound."""
    found = select(TripOffer).filter_by(id=offer_id).with_for_update()
    offer = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if offer is None:
        raise NotFound
    return offer


def open_offers(actor: Actor, today: date, limit: int | None = None) -> list[OfferRow]:
    """Return the offers that wait for an answer and concern whoever asks, the soonest first."""
    most = limit or _ALL
    match scope_of(actor.role, Action.ANSWER_OFFER):
        case Scope.SUPPLIER:
            return _list(_OF_SUPPLIER.rows(supplier=actor.supplier_id, limit=most))
        case Scope.OWN:
            places = {"supplier": actor.supplier_id, "district": actor.district_id}
            escorted = list(escorted_by(actor, today))
            return _list(_OWN.rows(escorted=escorted, limit=most, **places))
    return _list(_OPEN.rows(limit=most))


def offers_of(citizen_id: UUID) -> list[OfferRow]:
    """Return a citizen's offers that wait for an answer, the soonest first."""
    return _list(_OF_CITIZEN.rows(citizen=citizen_id))


def held_for(question: HeldForCitizen) -> list[HeldTrip]:
    """Return the trips that are held for a citizen and can still be answered for, soonest first."""
    return [
        HeldTrip(row.offer.id, row.trip.id, row.offer.answer_by)
        for row in offers_of(question.citizen_id)
        if row.offer.answer_by > question.now
    ]


def overdue(now: datetime) -> Sequence[UUID]:
    """Return the offers whose time to answer is over, the oldest first."""
    found = select(TripOffer.id).where(TripOffer.state == "open", TripOffer.answer_by <= now)
    return db.session.scalars(found.order_by(TripOffer.answer_by, TripOffer.id)).all()


def open_at(occurrence_id: UUID) -> Sequence[UUID]:
    """Return the open offers of seats at a date."""
    found = (
        select(TripOffer.id)
        .join(Trip, Trip.id == TripOffer.trip_id)
        .where(Trip.occurrence_id == occurrence_id, TripOffer.state == "open")
    )
    return db.session.scalars(found.order_by(TripOffer.id)).all()


def open_instead_of(trip_id: UUID) -> Sequence[UUID]:
    """Return the open offers of another day for a trip that was cancelled."""
    found = select(TripOffer.id).where(
        TripOffer.instead_of_id == trip_id, TripOffer.state == "open"
    )
    return db.session.scalars(found.order_by(TripOffer.id)).all()


def find_offer_of(trip_id: UUID) -> UUID | None:
    """Return the offer that a trip was held for, or None."""
    return db.session.scalars(select(TripOffer.id).filter_by(trip_id=trip_id)).one_or_none()


def booked_instead(question: BookedInstead) -> list[UUID]:
    """Return the trips to which a yes was said in place of one that was cancelled, and which are
    not off again.
    """
    found = (
        select(TripOffer.trip_id)
        .join(Trip, Trip.id == TripOffer.trip_id)
        .where(TripOffer.instead_of_id == question.trip_id, TripOffer.state == "accepted")
        .where(TripOffer.citizen_id.in_(list(question.citizen_ids)))
        .where(Trip.state.in_([*ACTIVE, *MADE]))
    )
    return list(db.session.scalars(found.order_by(Trip.starts_at, Trip.id)))


def standing_offers(standing_wish_id: UUID) -> Sequence[tuple[TripOffer, UUID | None]]:
    """Return every offer a standing wish has led to, each with the date it was for."""
    found = (
        select(TripOffer, Trip.occurrence_id)
        .join(Trip, Trip.id == TripOffer.trip_id)
        .where(TripOffer.standing_wish_id == standing_wish_id)
    )
    return [(offer, occurrence_id) for offer, occurrence_id in db.session.execute(found)]


def home() -> Municipality:
    """Return the municipality at hand."""
    return get_municipality(current_municipality())


def office_of(municipality: Municipality) -> OfficeHours:
    """Return when a municipality's office is open."""
    return OfficeHours(municipality.office_opens, municipality.office_closes)
