"""Reading offers: one, a citizen's, and those that wait for an answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from klippekort.accounts.models import CareWorker
from klippekort.activities.models import Occurrence
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import escorted_by
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Scope, scope_of
from klippekort.domain.working_hours import OfficeHours
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.models import Trip, TripEscort
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


def _rows() -> Select[TripOffer, Trip, Citizen, UUID]:
    return (
        select(TripOffer, Trip, Citizen, Occurrence.activity_id)
        .join(Trip, Trip.id == TripOffer.trip_id)
        .join(Citizen, Citizen.id == TripOffer.citizen_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .order_by(TripOffer.answer_by, TripOffer.id)
    )


def _list(found: Select[TripOffer, Trip, Citizen, UUID]) -> list[OfferRow]:
    rows = db.session.execute(found).all()
    names = _escorts([row[1].id for row in rows])
    return [
        OfferRow(offer, trip, citizen, names.get(trip.id), activity_id)
        for offer, trip, citizen, activity_id in rows
    ]


def _escorts(trip_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return who comes along on each trip, several with commas between."""
    if not trip_ids:
        return {}
    rows = db.session.execute(
        select(TripEscort.trip_id, CareWorker.name)
        .join(CareWorker, CareWorker.id == TripEscort.care_worker_id)
        .where(TripEscort.trip_id.in_(list(trip_ids)), TripEscort.is_active)
        .order_by(CareWorker.name)
    )
    found: dict[UUID, str] = {}
    for trip_id, name in rows:
        found[trip_id] = f"{found[trip_id]}, {name}" if trip_id in found else name
    return found


def get_offer(offer_id: UUID) -> OfferRow:
    """Return an offer. Raises NotFound."""
    rows = _list(_rows().where(TripOffer.id == offer_id))
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
    found = _rows().where(TripOffer.state == "open")
    match scope_of(actor.role, Action.ANSWER_OFFER):
        case Scope.SUPPLIER:
            found = found.where(Citizen.supplier_id == actor.supplier_id)
        case Scope.OWN:
            found = found.where(_is_own(actor, today))
    return _list(found.limit(limit) if limit else found)


def _is_own(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition that holds for a care worker's own citizens."""
    own: list[ColumnElement[bool]] = [Citizen.id.in_(escorted_by(actor, today))]
    if actor.supplier_id is not None:
        in_district = Citizen.district_id == actor.district_id
        own.append(and_(Citizen.supplier_id == actor.supplier_id, in_district))
    return or_(*own)


def offers_of(citizen_id: UUID) -> list[OfferRow]:
    """Return a citizen's offers that wait for an answer, the soonest first."""
    return _list(_rows().where(TripOffer.citizen_id == citizen_id, TripOffer.state == "open"))


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
