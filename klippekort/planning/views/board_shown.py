"""The week board as the template shows it: every word and figure is made here, once.

A week holds hundreds of cells, so nothing is formatted twice and the template only prints.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import url_for

from klippekort.domain.calendar import ONE_DAY, day_span, local
from klippekort.domain.escorting import Duty, Leave, Reason
from klippekort.domain.trips import TripState
from klippekort.planning.queries.broken import SOON
from klippekort.planning.queries.roster import PlannedTrip, Roster, Staff
from klippekort.planning.views.words import against, against_another, names_of
from klippekort.platform.formatting import clock_time
from klippekort.platform.i18n import _, ngettext

DAYS = 7
FIRST_HOUR, LAST_HOUR = 6, 23
MINUTES_A_UNIT = 5
_NOBODY, _ROW = str(UUID(int=0)), str(UUID(int=1))
WIDTH = (LAST_HOUR - FIRST_HOUR) * 60 // MINUTES_A_UNIT


@dataclass(frozen=True, slots=True)
class Block:
    """A trip in a cell; `trouble` says what is wrong with it, `way` the minutes on the way,
    `beside` that helpers of other suppliers come along too.
    """

    id: UUID
    url: str
    time: str
    who: str
    what: str
    way: str
    beside: str
    tone: str
    trouble: str
    may_move: bool
    keeps_day: bool


@dataclass(slots=True)
class Cell:
    """One day of one row; its line is drawn by paths, one for each thing that a day is made of."""

    day: str
    hours: str = ""
    away: bool = False
    shift: str = ""
    rest: str = ""
    way: str = ""
    stay: str = ""
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A care worker's week; without a worker, trips that nobody comes along on yet, or only helpers
    of other suppliers.
    """

    worker: Staff | None
    cells: list[Cell]
    is_away: bool
    url: str = ""
    ill_url: str = ""


class Clock:
    """Times of day in words; each is made once."""

    def __init__(self) -> None:
        self._said: dict[tuple[int, int], str] = {}

    def __call__(self, at: datetime) -> str:
        """Return the Danish time of day of an instant."""
        key = (at.hour, at.minute)
        if key not in self._said:
            self._said[key] = clock_time(time(*key))
        return self._said[key]


class Week:
    """Makes the rows of one week."""

    def __init__(
        self,
        roster: Roster,
        first: date,
        now: datetime,
        *,
        own_supplier: UUID | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> None:
        """`own_supplier` is the planner's, None for one who sees all; `filters` are the board's.

        Of another supplier's helpers a planner reads that they come along, never who they are, nor
        what keeps them.
        """
        self.roster, self.first, self.now, self.own_supplier = roster, first, now, own_supplier
        self.days = [first + n * ONE_DAY for n in range(DAYS)]
        self.spans = [day_span(day) for day in self.days]
        self._clock = Clock()
        self._troubles: dict[tuple[UUID, UUID | None], str] = {}
        # Addresses are made by the hundred: one is built, and the id in it exchanged.
        self._move = url_for(
            "planning.move", trip_id=_NOBODY, **dict(filters or {}), i_stedet_for=_ROW
        )
        self._worker = url_for("planning.worker", care_worker_id=_NOBODY)
        self._ill = url_for("planning.report_away", care_worker_id=_NOBODY)

    def row(self, worker: Staff) -> Row:
        """Return a care worker's week."""
        cells = self._cells()
        for duty in self.roster.duties.get(worker.id, ()):
            self._show_duty(cells, duty)
        leaves = self.roster.leaves.get(worker.id, ())
        for leave in leaves:
            self._show_leave(cells, leave)
        for trip in self.roster.trips_of(worker.id):
            self._show_trip(cells, trip, worker.id)
        is_away = any(
            leave.starts_at <= self.now and (leave.ends_at is None or leave.ends_at > self.now)
            for leave in leaves
        )
        return Row(
            worker,
            cells,
            is_away,
            self._worker.replace(_NOBODY, str(worker.id)),
            self._ill.replace(_NOBODY, str(worker.id)),
        )

    def lacking(self, trips: Iterable[PlannedTrip]) -> Row:
        """Return the trips that nobody comes along on yet."""
        cells = self._cells()
        for trip in trips:
            if trip.lacks_escort and not trip.escorts:
                self._show_trip(cells, trip, None)
        return Row(None, cells, False)

    def theirs(self, trips: Iterable[PlannedTrip]) -> Row:
        """Return the trips that only helpers of other suppliers come along on."""
        cells = self._cells()
        for trip in trips:
            if trip.escorts and not self._own(trip):
                self._show_trip(cells, trip, None)
        return Row(None, cells, False)

    def trouble(self, trip: PlannedTrip, worker_id: UUID | None) -> str:
        """Return what is wrong with a trip ahead or under way and its helper, or nothing; without a
        worker, with those of other suppliers alone.
        """
        if not trip.escorts or not (self._is_ahead(trip) or self._is_out(trip)):
            return ""
        key = (trip.id, worker_id)
        if key not in self._troubles:
            said = [against(self._why_not(trip, worker_id))] if worker_id else []
            said += [
                against_another(self._why_not(trip, one))
                for one in trip.escorts
                if self._is_guest(one)
            ]
            if self._is_out(trip):
                said += [str(_("they are out now"))] if any(said) else []
            elif trip.lacks_escort:
                said += [str(_("one helper more"))]
            self._troubles[key] = ", ".join(dict.fromkeys(part for part in said if part))
        return self._troubles[key]

    def needs(self, trip: PlannedTrip) -> bool:
        """Say whether a trip needs a person: nobody comes along, or somebody who cannot, or whoever
        was out on it is away.
        """
        helpers: list[UUID | None] = [*self._own(trip)] or [None]
        lacks = trip.lacks_escort and self._is_ahead(trip)
        return lacks or any(self.trouble(trip, one) for one in helpers)

    def _is_ahead(self, trip: PlannedTrip) -> bool:
        return trip.is_to_come(self.now)

    def _is_out(self, trip: PlannedTrip) -> bool:
        return trip.state is TripState.UNDER_WAY

    def _why_not(self, trip: PlannedTrip, worker_id: UUID) -> tuple[Reason, ...]:
        return self.roster.in_the_way(trip, worker_id, self.now)

    def _is_guest(self, worker_id: UUID) -> bool:
        """Say whether a helper is of another supplier than the planner's."""
        worker = self.roster.staff.get(worker_id)
        is_own = worker is not None and worker.supplier_id == self.own_supplier
        return self.own_supplier is not None and not is_own

    def _own(self, trip: PlannedTrip) -> list[UUID]:
        return [one for one in trip.escorts if not self._is_guest(one)]

    def _keeps_day(self, trip: PlannedTrip) -> bool:
        """Say whether a trip keeps its time: one of several suppliers is no planner's to move."""
        is_shared = self.own_supplier is not None and trip.suppliers != {self.own_supplier}
        has_begun = self._is_out(trip) or trip.starts_at <= self.now
        return trip.occurrence_id is not None or is_shared or has_begun

    def _cells(self) -> list[Cell]:
        return [Cell(day.isoformat()) for day in self.days]

    def _show_duty(self, cells: list[Cell], duty: Duty) -> None:
        start, end = local(duty.starts_at), local(duty.ends_at)
        at = (start.date() - self.first).days
        if 0 <= at < DAYS:
            cell = cells[at]
            said = f"{self._clock(start)}–{self._clock(end)}"
            cell.hours = f"{cell.hours}, {said}" if cell.hours else said
            cell.shift += _stretch(start, end)
            if duty.break_starts_at and duty.break_ends_at:
                cell.rest += _stretch(local(duty.break_starts_at), local(duty.break_ends_at))

    def _show_leave(self, cells: list[Cell], leave: Leave) -> None:
        for cell, (begins, ends) in zip(cells, self.spans, strict=True):
            if leave.starts_at < ends and (leave.ends_at is None or leave.ends_at > begins):
                cell.away = True

    def _show_trip(self, cells: list[Cell], trip: PlannedTrip, worker_id: UUID | None) -> None:
        start, end = local(trip.starts_at), local(trip.ends_at)
        at = (start.date() - self.first).days
        if not 0 <= at < DAYS:
            return
        cell = cells[at]
        out, back = timedelta(minutes=trip.out_minutes), timedelta(minutes=trip.home_minutes)
        cell.way += _stretch(start, end)
        cell.stay += _stretch(start + out, end - back)
        cell.blocks.append(self._block(trip, worker_id, start, end))

    def _block(
        self, trip: PlannedTrip, worker_id: UUID | None, start: datetime, end: datetime
    ) -> Block:
        trouble, is_ahead = self.trouble(trip, worker_id), self._is_ahead(trip)
        activity, _comma, _place = trip.destination.partition(", ")
        guests = len(trip.escorts) - len(self._own(trip))
        may_send = worker_id is not None or not guests or trip.lacks_escort
        return Block(
            trip.id,
            self._move.replace(_NOBODY, str(trip.id)).replace(_ROW, str(worker_id or "")),
            f"{self._clock(start)}–{self._clock(end)}",
            names_of([rider.name for rider in trip.riders]),
            activity,
            f"{trip.out_minutes} + {trip.home_minutes}",
            _beside(guests) if worker_id is not None and guests else "",
            self._tone(trip, worker_id, trouble),
            trouble,
            (is_ahead or bool(trouble)) and may_send,
            self._keeps_day(trip),
        )

    def _tone(self, trip: PlannedTrip, worker_id: UUID | None, trouble: str) -> str:
        is_bad = bool(trouble) or (not trip.escorts and self._is_ahead(trip))
        if is_bad:
            is_soon = trip.starts_at < self.now + SOON or self._is_out(trip)
            return "urgent" if is_soon else "trouble"
        if trip.state is TripState.HELD:
            return "held"
        return "over" if trip.ends_at < self.now else "good"


def _beside(guests: int) -> str:
    return ngettext(
        "A helper from another supplier comes along too",
        "%(num)s helpers from other suppliers come along too",
        guests,
    )


def _stretch(start: datetime, end: datetime) -> str:
    """Return a path for a stretch of the day; what is before six or after eleven is cut."""
    begins = _units(start)
    ends = WIDTH if end.date() > start.date() else _units(end)
    return f"M{begins} 0h{ends - begins}v10H{begins}z" if ends > begins else ""


def _units(at: datetime) -> int:
    minutes = at.hour * 60 + at.minute - FIRST_HOUR * 60
    return max(0, min(WIDTH, minutes // MINUTES_A_UNIT))
