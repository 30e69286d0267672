"""What care workers have before them around a trip: shifts, absences and the other trips.

Every booking with a helper asks this, and so does every page that offers helpers, so the statements
are made once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    bindparam,
    func,
    or_,
    select,
)

from klippekort.accounts.models import CareWorker, CareWorkerAbsence, Shift
from klippekort.citizens.models import Citizen
from klippekort.domain.escorting import Duty, Leave
from klippekort.domain.trips import MADE
from klippekort.platform.among import among
from klippekort.platform.reading import Reader
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, Question, own
from klippekort.trips.models import Trip, TripEscort, TripRider

_workers, _shifts = cast(Table, CareWorker.__table__), cast(Table, Shift.__table__)
_absences = cast(Table, CareWorkerAbsence.__table__)
_citizens = cast(Table, Citizen.__table__)
_trips, _riders = cast(Table, Trip.__table__), cast(Table, TripRider.__table__)
_escorts = cast(Table, TripEscort.__table__)
_WORKER = Reader(CareWorker)
_HOME = Reader(Citizen, ("municipality_id", "id", "wrapped_key", "point_encrypted", "postcode"))
_FROM: BindParameter[datetime] = bindparam("starts_at")
_UNTIL: BindParameter[datetime] = bindparam("ends_at")
_NO_TRIP = UUID(int=0)
Span = tuple[datetime, datetime]
Elsewhere = tuple[UUID, datetime, datetime, Citizen]
"""A care worker's other trip: who goes along, from when to when, and whom it fetches, as far as her
home goes.
"""


def _at_work(who: ColumnElement[bool]) -> Select[Any]:
    away = (
        own(_absences)
        & (_absences.c.care_worker_id == _shifts.c.care_worker_id)
        & (_absences.c.starts_at < _UNTIL)
        & or_(_absences.c.ends_at.is_(None), _absences.c.ends_at > _FROM)
    )
    wanted = select(
        _shifts.c.care_worker_id,
        _shifts.c.starts_at,
        _shifts.c.ends_at,
        _shifts.c.break_starts_at,
        _shifts.c.break_ends_at,
        _absences.c.starts_at,
        _absences.c.ends_at,
    ).outerjoin(_absences, away)
    return wanted.where(own(_shifts), who, _shifts.c.starts_at < _UNTIL, _shifts.c.ends_at > _FROM)


def _elsewhere(who: ColumnElement[bool]) -> Select[Any]:
    return (
        select(_escorts.c.care_worker_id, _escorts.c.starts_at, _escorts.c.ends_at)
        .add_columns(*_HOME.columns)
        .join(_riders, own(_riders) & (_riders.c.trip_id == _escorts.c.trip_id))
        .join(_citizens, own(_citizens) & (_citizens.c.id == _riders.c.citizen_id))
        .where(
            own(_escorts),
            who,
            _escorts.c.is_active,
            _escorts.c.starts_at < _UNTIL,
            _escorts.c.ends_at > _FROM,
            _escorts.c.trip_id != bindparam("besides"),
        )
    )


_begun = select(_shifts.c.id).where(
    own(_shifts),
    _shifts.c.care_worker_id == _workers.c.id,
    _shifts.c.starts_at <= bindparam("at"),
    _shifts.c.ends_at > bindparam("at"),
)
_ON_SHIFT = OwnRows(
    select(*_WORKER.columns)
    .where(own(_workers), _workers.c.supplier_id == bindparam("supplier"), _begun.exists())
    .order_by(alphabetical(_workers.c.name))
)
_SHIFTS_OF_ONE = OwnRows(_at_work(_shifts.c.care_worker_id == bindparam("worker")))
_SHIFTS = OwnRows(_at_work(among(_shifts.c.care_worker_id, "workers")))
_TRIPS_OF_ONE = OwnRows(_elsewhere(_escorts.c.care_worker_id == bindparam("worker")))
_TRIPS = OwnRows(_elsewhere(among(_escorts.c.care_worker_id, "workers")))
_TOGETHER = OwnRows(
    select(_escorts.c.care_worker_id, func.count())
    .join(_riders, own(_riders) & (_riders.c.trip_id == _escorts.c.trip_id))
    .join(_trips, own(_trips) & (_trips.c.id == _escorts.c.trip_id))
    .where(
        own(_escorts),
        _riders.c.citizen_id == bindparam("citizen"),
        or_(*(_trips.c.state == state for state in sorted(MADE))),
        _trips.c.starts_at >= bindparam("since"),
    )
    .group_by(_escorts.c.care_worker_id)
)


class Whose(NamedTuple):
    """Whose diaries are asked for: the two statements, and what names those they are of."""

    shifts: OwnRows
    trips: OwnRows
    named: dict[str, Any]


def of_one(care_worker_id: UUID) -> Whose:
    """Ask for one care worker's."""
    return Whose(_SHIFTS_OF_ONE, _TRIPS_OF_ONE, {"worker": care_worker_id})


def of_several(care_workers: Sequence[UUID]) -> Whose:
    """Ask for those of several care workers."""
    return Whose(_SHIFTS, _TRIPS, {"workers": care_workers})


def workers_at(supplier_id: UUID, at: datetime) -> list[CareWorker]:
    """Return a supplier's care workers who are at work at a moment, to look at, by name."""
    return [_WORKER.read(row) for row in _ON_SHIFT.rows(supplier=supplier_id, at=at)]


def asks_for_workers(supplier_id: UUID, at: datetime) -> Question:
    """Return what `workers_at` asks, for asking it ahead."""
    return _ON_SHIFT.asked(supplier=supplier_id, at=at)


def asks_for_diary(
    whose: Whose, span: Span, around: Span, besides: UUID | None
) -> tuple[Question, Question]:
    """Return what `at_work` in a span and `elsewhere` around it ask, for asking it ahead."""
    return (
        whose.shifts.asked(**whose.named, **_within(span)),
        whose.trips.asked(**whose.named, **_within(around), besides=besides or _NO_TRIP),
    )


def _within(span: Span) -> dict[str, Any]:
    return {"starts_at": span[0], "ends_at": span[1]}


def at_work(whose: Whose, span: Span) -> tuple[dict[UUID, list[Duty]], dict[UUID, list[Leave]]]:
    """Return the shifts that share time with a span, and when their owners are away meanwhile."""
    duties: dict[UUID, list[Duty]] = defaultdict(list)
    leaves: dict[UUID, list[Leave]] = defaultdict(list)
    for row in whose.shifts.rows(**whose.named, **_within(span)):
        worker_id, begins, ends, break_from, break_to, away_from, away_to = row
        duties[worker_id].append(Duty(begins, ends, break_from, break_to))
        if away_from is not None:
            leaves[worker_id].append(Leave(away_from, away_to))
    return duties, leaves


def elsewhere(whose: Whose, span: Span, besides: UUID | None) -> list[Elsewhere]:
    """Return the trips that care workers go along on and that share time with a span, but for the
    trip `besides`: one for each citizen who rides.
    """
    rows = whose.trips.rows(**whose.named, **_within(span), besides=besides or _NO_TRIP)
    return [(row[0], row[1], row[2], _HOME.read(row, 3)) for row in rows]


def asks_if_together(citizen_id: UUID, since: datetime) -> Question:
    """Return what `trips_together` asks of one citizen, for asking it ahead."""
    return _TOGETHER.asked(citizen=citizen_id, since=since)


def trips_together(citizens: Sequence[UUID], since: datetime) -> dict[UUID, int]:
    """Return how many trips each care worker has made with one of these citizens since then."""
    found: dict[UUID, int] = defaultdict(int)
    for citizen_id in citizens:
        for care_worker_id, trips in _TOGETHER.rows(citizen=citizen_id, since=since):
            found[care_worker_id] += trips
    return found
