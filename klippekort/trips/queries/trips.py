"""Reading trips and who is on them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, String, Table, bindparam, func, literal, select
from sqlalchemy import cast as sql_cast

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import EscortedToday, WhoEscorts
from klippekort.domain.addresses import Address, is_same, known
from klippekort.domain.calendar import ONE_DAY, day_span
from klippekort.domain.errors import NotFound
from klippekort.domain.trips import ACTIVE, MADE, OCCUPIES, Company, TripState, lead
from klippekort.domain.undoing import leaves_as_it_was
from klippekort.platform.db import db
from klippekort.platform.prepared import Row
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, Question, own
from klippekort.punchcards.queries.cards import TripNames
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider


@dataclass(frozen=True)
class TripRow:
    """One citizen's trip as lists show it: who rides, who comes along, its state.

    The span is this citizen's own, door to door. `escorts` are the helpers with their names, the
    first is `escort_id`; `others` counts those who ride along. `card_id` is None on one's own way.
    `ended_at` is when this citizen was home.
    """

    trip_id: UUID
    citizen_id: UUID
    citizen_name: str
    supplier_id: UUID
    district_id: UUID | None
    card_id: UUID | None
    destination: str
    occurrence_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    travel_minutes: int
    out_minutes: int
    transport: str
    company: Company
    state: TripState
    planned_minutes: int
    charged_minutes: int | None
    escorts: tuple[tuple[UUID, str], ...]
    escorts_wanted: int
    escort_by: datetime | None
    held_until: datetime | None
    paused_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    agreed_how: str
    joint_agreed_how: str | None
    others: int
    version: int

    @property
    def escort_id(self) -> UUID | None:
        """Return who comes along, or None while nobody does."""
        return self.escorts[0][0] if self.escorts else None

    @property
    def escort_name(self) -> str | None:
        """Return the name of whoever comes along, or None; two are named together."""
        return " & ".join(name for _, name in self.escorts) or None

    @property
    def lacks_escort(self) -> bool:
        """Say whether a helper is still to be found."""
        return self.company is Company.ESCORT and len(self.escorts) < self.escorts_wanted


_trips = cast(Table, Trip.__table__)
_riders = cast(Table, TripRider.__table__)
_escorts = cast(Table, TripEscort.__table__)
_citizens = cast(Table, Citizen.__table__)
_workers = cast(Table, CareWorker.__table__)
_others = _riders.alias("other")
_FROM = (
    _trips.join(_riders, own(_riders) & (_riders.c.trip_id == _trips.c.id))
    .join(_citizens, own(_citizens) & (_citizens.c.id == _riders.c.citizen_id))
    .outerjoin(_escorts, own(_escorts) & (_escorts.c.trip_id == _trips.c.id) & _escorts.c.is_active)
    .outerjoin(_workers, own(_workers) & (_workers.c.id == _escorts.c.care_worker_id))
)
_COLUMNS = (
    _trips.c.id,
    _citizens.c.id,
    _citizens.c.first_name,
    _citizens.c.last_name,
    _citizens.c.supplier_id,
    _citizens.c.district_id,
    _riders.c.card_id,
    _trips.c.destination,
    _trips.c.occurrence_id,
    _riders.c.starts_at,
    _riders.c.ends_at,
    _trips.c.travel_minutes,
    _trips.c.out_minutes,
    _trips.c.transport,
    _trips.c.company,
    _riders.c.state,
    _riders.c.planned_minutes,
    _riders.c.charged_minutes,
    _trips.c.escorts_wanted,
    _trips.c.escort_by,
    _trips.c.held_until,
    _trips.c.paused_at,
    _trips.c.started_at,
    func.coalesce(_riders.c.ended_at, _trips.c.ended_at),
    _riders.c.agreed_how,
    _riders.c.joint_agreed_how,
    select(func.count())
    .where(own(_others), _others.c.trip_id == _trips.c.id, _others.c.id != _riders.c.id)
    .scalar_subquery(),
    _trips.c.version,
    _workers.c.id,
    _workers.c.name,
)
_IN_ORDER = (_trips.c.starts_at, _trips.c.id, _riders.c.starts_at, _riders.c.id)


def _rows(
    *conditions: ColumnElement[bool],
    order: tuple[ColumnElement[Any], ...] = _IN_ORDER,
    limited: bool = False,
) -> OwnRows:
    """Return the statement for trips that meet the conditions, each once for each who rides.

    One with two helpers comes twice; `limited` counts the trips all the same.
    """
    if limited:
        wanted = (
            select(_riders.c.id)
            .join_from(_riders, _trips, own(_trips) & (_trips.c.id == _riders.c.trip_id))
            .where(own(_riders), *conditions)
            .order_by(*order)
            .limit(bindparam("limit"))
        )
        conditions = (_riders.c.id.in_(wanted.subquery().select()),)
    found = select(*_COLUMNS).select_from(_FROM).where(own(_trips), *conditions)
    return OwnRows(found.order_by(*order, alphabetical(_workers.c.name), _escorts.c.id))


def _one_of(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    return column.in_([literal(str(value)) for value in values])


def _list(rows: Iterable[Row]) -> list[TripRow]:
    """Return rows as they are shown, a trip's helpers together."""
    found: dict[tuple[UUID, UUID], tuple[Row, list[tuple[UUID, str]]]] = {}
    for row in rows:
        _, along = found.setdefault((row[0], row[1]), (row, []))
        if row[-2] is not None:
            along.append((row[-2], row[-1]))
    return [_row(row, tuple(along)) for row, along in found.values()]


def _row(row: Row, escorts: tuple[tuple[UUID, str], ...]) -> TripRow:
    """Return a row as it is shown; its columns are in the order of `TripRow`."""
    trip_id, citizen_id, first_name, last_name, *before = row[:14]
    company, state, planned, charged, *after = row[14:-2]
    said = [trip_id, citizen_id, f"{first_name} {last_name}", *before]
    said += [Company(company), TripState(state), planned, charged, escorts, *after]
    return TripRow(*said)


_IS_TRIP = _trips.c.id == bindparam("trip")
_IS_CITIZEN = _riders.c.citizen_id == bindparam("citizen")
_OF_TRIP, _OF_TRIP_AND_CITIZEN = _rows(_IS_TRIP), _rows(_IS_TRIP, _IS_CITIZEN)
_OF_TRIPS = _rows(_trips.c.id.in_(bindparam("trips", expanding=True)))
_OF_TRIPS_AND_CITIZEN = _rows(_trips.c.id.in_(bindparam("trips", expanding=True)), _IS_CITIZEN)
_OF_CITIZEN = _rows(_IS_CITIZEN, order=(_trips.c.starts_at.desc(), _trips.c.id), limited=True)
_AWAITING = _rows(
    _IS_CITIZEN,
    _one_of(_riders.c.state, ACTIVE),
    _riders.c.ends_at >= bindparam("now"),
    limited=True,
)
_OF_CITIZENS = _rows(
    _riders.c.citizen_id.in_(bindparam("citizens", expanding=True)),
    _one_of(_riders.c.state, (TripState.BOOKED,)),
    _riders.c.starts_at >= bindparam("from_at"),
    _riders.c.starts_at < bindparam("to_at"),
)
_IN_SPAN = (_trips.c.starts_at >= bindparam("from_at"), _trips.c.starts_at < bindparam("to_at"))
_IS_BOOKED = _trips.c.state == literal(TripState.BOOKED.value)
_BY_SUPPLIER = _citizens.c.supplier_id == bindparam("supplier")
# By whether they are one supplier's, and whether they are only those that are booked.
_BETWEEN = {
    (False, False): _rows(*_IN_SPAN),
    (False, True): _rows(*_IN_SPAN, _IS_BOOKED),
    (True, False): _rows(*_IN_SPAN, _BY_SUPPLIER),
    (True, True): _rows(*_IN_SPAN, _BY_SUPPLIER, _IS_BOOKED),
}
_hers = _escorts.alias("hers")
_was_hers = select(_hers.c.trip_id).where(own(_hers), _hers.c.care_worker_id == bindparam("worker"))
_OF_DAY = _rows(
    *_IN_SPAN,
    _trips.c.id.in_(_was_hers.where(_hers.c.is_active)),
    _trips.c.state != literal(TripState.HELD.value),
)
_NOT_MADE = (TripState.CANCELLED, TripState.TURNED_DOWN, TripState.WASTED_VISIT)
_CANCELLED = _rows(*_IN_SPAN, _trips.c.id.in_(_was_hers), _one_of(_trips.c.state, _NOT_MADE))
# The days around are asked for too, so that the index of a citizen's trips is used.
_trips_then = select(_riders.c.trip_id).where(
    own(_riders), _IS_CITIZEN, _riders.c.starts_at.between(bindparam("since"), bindparam("until"))
)
_WHO_ESCORTS = OwnRows(
    select(_escorts.c.care_worker_id)
    .where(own(_escorts), _escorts.c.trip_id.in_(_trips_then), _escorts.c.is_active)
    .where(_escorts.c.starts_at.between(bindparam("from_at"), bindparam("to_at")))
)
_ESCORTED = OwnRows(
    select(_riders.c.citizen_id)
    .join_from(_escorts, _riders, own(_riders) & (_riders.c.trip_id == _escorts.c.trip_id))
    .where(own(_escorts), _escorts.c.care_worker_id == bindparam("worker"), _escorts.c.is_active)
    .where(_escorts.c.starts_at.between(bindparam("from_at"), bindparam("to_at")))
)
_SPANS = OwnRows(
    select(_riders.c.starts_at, _riders.c.ends_at).where(
        own(_riders),
        _IS_CITIZEN,
        _riders.c.is_active,
        _riders.c.starts_at < bindparam("to_at"),
        _riders.c.ends_at > bindparam("from_at"),
    )
)


def get_trip(trip_id: UUID, citizen_id: UUID | None = None) -> TripRow:
    """Return a trip, of one of those who ride where `citizen_id` is given, else of the one by whom
    it is shown: the first who still goes. Raises NotFound.
    """
    if citizen_id is None:
        rows = _list(_OF_TRIP.rows(trip=trip_id))
    else:
        rows = _list(_OF_TRIP_AND_CITIZEN.rows(trip=trip_id, citizen=citizen_id))
    if not rows:
        raise NotFound
    return lead_of(rows)


def own_trips_of(citizen_id: UUID, trip_ids: Collection[UUID]) -> dict[UUID, TripRow]:
    """Return each of these trips that a citizen rides as she has it, in one statement."""
    if not trip_ids:
        return {}
    rows = _OF_TRIPS_AND_CITIZEN.rows(trips=list(trip_ids), citizen=citizen_id)
    return {row.trip_id: row for row in _list(rows)}


def lead_of(rows: Sequence[TripRow]) -> TripRow:
    """Return a trip of the one by whom it is shown, of those who ride: the first who still goes."""
    return rows[lead([row.state for row in rows])]


def rows_of(trip_id: UUID) -> list[TripRow]:
    """Return a trip once for each who rides it, in the order in which they are picked up."""
    return _list(_OF_TRIP.rows(trip=trip_id))


def first_rows_of(trip_ids: Collection[UUID]) -> dict[UUID, TripRow]:
    """Return each of these trips as the first who still goes has it, in one statement."""
    if not trip_ids:
        return {}
    found: defaultdict[UUID, list[TripRow]] = defaultdict(list)
    for row in _list(_OF_TRIPS.rows(trips=list(trip_ids))):
        found[row.trip_id].append(row)
    return {trip_id: lead_of(rows) for trip_id, rows in found.items()}


def read_trip(trip_id: UUID) -> Trip:
    """Return a trip as it stands, for reading. Raises NotFound."""
    trip = db.session.scalars(select(Trip).filter_by(id=trip_id)).one_or_none()
    if trip is None:
        raise NotFound
    return trip


def lock_trip(trip_id: UUID) -> Trip:
    """Return a trip nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Trip).filter_by(id=trip_id).with_for_update()
    trip = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if trip is None:
        raise NotFound
    return trip


def riders_of(trip_id: UUID) -> Sequence[TripRider]:
    """Return who rides or was to ride, in the order in which they are picked up."""
    found = select(TripRider).filter_by(trip_id=trip_id)
    rows = db.session.scalars(found.order_by(TripRider.starts_at, TripRider.id))
    return rows.all()


def escorts_of(trip_id: UUID) -> Sequence[TripEscort]:
    """Return who comes along, in the order in which they were put on the trip."""
    found = select(TripEscort).filter_by(trip_id=trip_id, is_active=True)
    return db.session.scalars(found.order_by(TripEscort.id)).all()


def lock_escort(care_worker_id: UUID) -> CareWorker:
    """Return a care worker nobody else can book before this transaction ends. Raises NotFound."""
    found = select(CareWorker).filter_by(id=care_worker_id).with_for_update()
    worker = db.session.scalars(found).one_or_none()
    if worker is None:
        raise NotFound
    return worker


def spans_of_citizen(
    citizen_id: UUID, starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the citizen's active trips that share time with this span."""
    rows = _SPANS.rows(citizen=citizen_id, from_at=starts_at, to_at=ends_at)
    return [(start, end) for start, end in rows]


def asks_for_spans(citizen_id: UUID, starts_at: datetime, ends_at: datetime) -> Question:
    """Return what `spans_of_citizen` asks, for asking it ahead."""
    return _SPANS.asked(citizen=citizen_id, from_at=starts_at, to_at=ends_at)


def trips_of_day(care_worker_id: UUID, day: date) -> list[TripRow]:
    """Return the trips a care worker escorts on a Danish day, by time; none that is only held."""
    from_at, to_at = day_span(day)
    return _list(_OF_DAY.rows(worker=care_worker_id, from_at=from_at, to_at=to_at))


def cancelled_of_day(care_worker_id: UUID, day: date) -> list[TripRow]:
    """Return the trips of a Danish day that are not made and that a care worker was to escort."""
    from_at, to_at = day_span(day)
    return _list(_CANCELLED.rows(worker=care_worker_id, from_at=from_at, to_at=to_at))


def trips_together(citizen_ids: Collection[UUID], since: datetime) -> dict[UUID, dict[UUID, int]]:
    """Return how many trips since then each care worker has made with each of these citizens: by
    care worker, then by citizen.
    """
    rows = db.session.execute(
        select(TripEscort.care_worker_id, TripRider.citizen_id, func.count())
        .join(TripRider, TripRider.trip_id == TripEscort.trip_id)
        .where(
            TripRider.citizen_id.in_(citizen_ids),
            TripRider.state.in_([*MADE]),
            TripRider.starts_at >= since,
            TripEscort.is_active,
        )
        .group_by(TripEscort.care_worker_id, TripRider.citizen_id)
    )
    found: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
    for worker, citizen, times in rows:
        found[worker][citizen] = times
    return dict(found)


def trips_of_citizen(citizen_id: UUID, limit: int = 50) -> list[TripRow]:
    """Return a citizen's trips, the latest first."""
    return _list(_OF_CITIZEN.rows(citizen=citizen_id, limit=limit))


def next_trips(citizen_id: UUID, now: datetime, limit: int = 5) -> list[TripRow]:
    """Return the trips that await a citizen, the next first; one under way is still among them."""
    return _list(_AWAITING.rows(citizen=citizen_id, now=now, limit=limit))


def booked_between(
    citizen_ids: Collection[UUID], from_at: datetime, to_at: datetime
) -> list[TripRow]:
    """Return the trips that are booked for these citizens and begin in a span, in one statement."""
    if not citizen_ids or from_at >= to_at:
        return []
    span = {"from_at": from_at, "to_at": to_at}
    return _list(_OF_CITIZENS.rows(citizens=sorted(citizen_ids, key=str), **span))


def trips_between(
    starts_at: datetime,
    ends_at: datetime,
    *,
    supplier_id: UUID | None = None,
    without_escort: bool = False,
) -> list[TripRow]:
    """Return trips that start in a span of time, for one supplier or all."""
    of = {} if supplier_id is None else {"supplier": supplier_id}
    found = _BETWEEN[bool(of), without_escort]
    rows = _list(found.rows(from_at=starts_at, to_at=ends_at, **of))
    return [row for row in rows if row.lacks_escort] if without_escort else rows


def find_state(trip_id: UUID, citizen_id: UUID | None = None) -> tuple[TripState, datetime] | None:
    """Return what state a trip is in, for one of those who ride where `citizen_id` is given, and
    when it begins; None when there is none.
    """
    wanted = select(Trip.state, Trip.starts_at).filter_by(id=trip_id)
    if citizen_id is not None:
        hers = (TripRider.trip_id == Trip.id) & (TripRider.citizen_id == citizen_id)
        wanted = select(TripRider.state, Trip.starts_at).join(Trip, hers).where(Trip.id == trip_id)
    found = db.session.execute(wanted).first()
    return (TripState(found[0]), found[1]) if found else None


def trip_ids_at(occurrence_id: UUID) -> list[UUID]:
    """Return the trips to an occurrence that are not over, held ones too, by the cards that pay:
    cards are locked in that order.
    """
    found = (
        select(Trip.id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(Trip.occurrence_id == occurrence_id, Trip.state.in_([*OCCUPIES]))
        .group_by(Trip.id)
        .order_by(func.min(sql_cast(TripRider.card_id, String)), Trip.id)
    )
    return list(db.session.scalars(found))


def trips_at_address(
    address: str, postcode: str | None, starts_at: datetime, ends_at: datetime
) -> list[TripRow]:
    """Return the trips to a place at this address that are booked or held and share time with the
    span. An address that stands in what the trip is to counts too: people write it there.
    """
    found = (
        select(Trip.id, Trip.address, Trip.postcode, Trip.destination)
        .where(Trip.occurrence_id.is_(None))
        .where(Trip.starts_at < ends_at, Trip.ends_at > starts_at)
        .where(Trip.state.in_([TripState.BOOKED, TripState.HELD]))
    )
    closed = Address(address, postcode)
    there = [
        row.id
        for row in db.session.execute(found)
        if (to := known(row.address, row.postcode, row.destination)) and is_same(to, closed)
    ]
    return _list(_OF_TRIPS.rows(trips=there)) if there else []


def events_of(trip_id: UUID) -> Sequence[TripEvent]:
    """Return what happened to a trip, in order."""
    found = select(TripEvent).filter_by(trip_id=trip_id)
    return db.session.scalars(found.order_by(TripEvent.at, TripEvent.id)).all()


def last_change(events: Sequence[TripEvent]) -> TripEvent | None:
    """Return the last of a trip's events that changed the trip itself, or None."""
    changes = (one for one in reversed(events) if not leaves_as_it_was(one.kind, one.details))
    return next(changes, None)


def name_trips(question: TripNames) -> list[tuple[UUID, str]]:
    """Answer what trips are called."""
    found = select(Trip.id, Trip.destination).where(Trip.id.in_(list(question.trip_ids)))
    return [(row.id, row.destination) for row in db.session.execute(found)]


def who_escorts(question: WhoEscorts) -> list[UUID]:
    """Answer which care workers escort a citizen on a Danish day."""
    from_at, to_at = day_span(question.day)
    around = {"since": from_at - ONE_DAY, "until": to_at + ONE_DAY}
    rows = _WHO_ESCORTS.rows(citizen=question.citizen_id, from_at=from_at, to_at=to_at, **around)
    return [row[0] for row in rows]


def escorted_today(question: EscortedToday) -> list[UUID]:
    """Answer which citizens a care worker escorts on a Danish day."""
    from_at, to_at = day_span(question.day)
    rows = _ESCORTED.rows(worker=question.care_worker_id, from_at=from_at, to_at=to_at)
    return [row[0] for row in rows]
