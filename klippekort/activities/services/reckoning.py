"""What a change of a date, or of the rule of a series, would do: reckoned before it is done."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence, Timing
from klippekort.activities.services.series import horizon, rule_of, series_of
from klippekort.domain import recurrence
from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.recurrence import Repeats, Slot, begins_in, first_slot, slots_of
from klippekort.domain.series import Existing, Scope, moved_last, moved_rule, replan, within


class InThePast(DomainError):
    """The new time has been."""


class PlaceClosed(DomainError):
    """The place is closed that day."""


class NoDateLeft(DomainError):
    """The new rule has no date to come."""


@dataclass
class BelowBooked(DomainError):
    """More people have a seat at a date than there would be room for."""

    starts_at: datetime
    booked: int
    is_wheelchairs: bool = False


@dataclass
class BelowSmallest(DomainError):
    """There would be fewer chairs at a date than the guests it takes to hold it."""

    smallest: int


@dataclass
class HeldThen(DomainError):
    """The activity has another date at the same place that begins at the same minute."""

    starts_at: datetime


@dataclass(frozen=True)
class Wanted:
    """What a date is to be; times are Danish wall clock, `capacity` is chairs for our guests."""

    on: date
    starts: time
    ends: time
    place_id: UUID | None
    capacity: int
    wheelchair_places: int
    note: str


@dataclass(frozen=True)
class Values:
    """What a stored date becomes."""

    key: str
    starts_at: datetime
    ends_at: datetime
    place_id: UUID | None
    capacity: int
    wheelchair_places: int
    note: str


@dataclass(frozen=True)
class Touched:
    """A date that people will notice the change of; without an `after` it is cancelled."""

    id: UUID
    starts_at: datetime
    booked: int
    after: Values | None = None


@dataclass(frozen=True)
class Change:
    """All that is to be done: dates with what they become, those with no place left in the rule,
    slots to be filled, fixed dates with the key they answer for, and the timings of the rule.

    `cut_on` is the day from which `timing` alone makes dates; without a timing the rule stays.
    """

    values: tuple[tuple[Occurrence, Values], ...]
    retired: tuple[Occurrence, ...] = ()
    added: tuple[Slot, ...] = ()
    answered: tuple[tuple[UUID, str], ...] = ()
    left_alone: int = 0
    cut_on: date = date.max
    timing: Timing | None = None
    is_alone: bool = False
    moved: tuple[Touched, ...] = field(init=False)
    cancelled: tuple[Touched, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Say whom it touches."""
        moved = [
            Touched(row.id, row.starts_at, row.seats_taken, values)
            for row, values in self.values
            if moves(row, values)
        ]
        gone = [Touched(row.id, row.starts_at, row.seats_taken) for row in self.retired]
        object.__setattr__(self, "moved", tuple(moved))
        object.__setattr__(self, "cancelled", tuple(one for one in gone if one.booked))

    @property
    def guests(self) -> int:
        """Return how many seats are moved or lost."""
        return sum(one.booked for one in (*self.moved, *self.cancelled))

    @property
    def mark(self) -> str:
        """Return what tells this change from another: the dates it touches, their guests, and what
        they become.
        """
        touched = (*self.moved, *self.cancelled)
        seen = [(str(one.id), one.booked, repr(one.after)) for one in touched]
        return hashlib.sha256(repr(sorted(seen)).encode()).hexdigest()[:16]


def moves(row: Occurrence, values: Values) -> bool:
    """Say whether a date is held at another time or place than before."""
    before = (row.starts_at, row.ends_at, row.place_id)
    return before != (values.starts_at, values.ends_at, values.place_id)


def reckon_date(
    activity: Activity, row: Occurrence, wanted: Wanted, scope: Scope, now: datetime
) -> Change:
    """Return what it does to change a date alone, with those that follow, or with all to come.

    Raises Stale for a date that is over or cancelled, InThePast, PlaceClosed, NoDateLeft,
    BelowBooked, BelowSmallest, HeldThen, and TooFar for a day that cannot take the others along.
    """
    if row.cancelled_at is not None or row.starts_at <= now:
        raise Stale
    slot = _slot(wanted)
    if slot.starts_at <= now:
        raise InThePast
    timings = list(activity.timings)
    of = _day(row.original_start)
    series = series_of(timings)
    number = begins_in(series, of)
    is_single = timings[number].repeats == Repeats.ONCE and len(timings) == 1
    if row.changed_at is not None or (scope is Scope.THIS and not is_single):
        return _alone(activity, row, wanted, slot, now)
    anchor = of if scope is Scope.FOLLOWING else _first_to_come(activity, now) or of
    moved = moved_rule(series[number], of, wanted.on, min(anchor, of))
    whole = replace(series[number], last_on=timings[-1].last_on)
    last_on = moved_last(whole, moved, of, wanted.on)
    timing = _timing(timings[number], last_on, moved, wanted, row)
    return reckon_rule(
        activity, timing, min(anchor, of, moved.from_on), now, edited=row, wanted=wanted
    )


def reckon_rule(
    activity: Activity,
    timing: Timing,
    cut_on: date,
    now: datetime,
    *,
    edited: Occurrence | None = None,
    wanted: Wanted | None = None,
) -> Change:
    """Return what it does to let a new timing alone make the dates from a day on.

    `edited` is the date somebody said what they `wanted` of. Raises NoDateLeft, BelowBooked,
    BelowSmallest and HeldThen.
    """
    before = list(activity.timings)
    closed = queries.closed_days([timing.place_id])
    rule = rule_of(timing, closed)
    series = recurrence.cut(series_of(before), cut_on, rule)
    today = local_day(now)
    if first_slot(series, max(cut_on, today)) is None:
        raise NoDateLeft
    rows = queries.dates_from(activity.id, cut_on.isoformat())
    existing = [_existing(row, now) for row in rows]
    last = max([_day(one.key) for one in existing if not one.is_fixed], default=today)
    slots = slots_of(series, cut_on, max(horizon(series, today), last))
    ahead = [slot for slot in slots if slot.starts_at > now]
    plan = replan(existing, ahead, within(rule))
    by_id = {row.id: row for row in rows}
    flow = _Flow(before, timing, edited, wanted)
    values = [
        (by_id[pair.id], flow.values(by_id[pair.id], pair.slot))
        for pair in (*plan.kept, *plan.moved)
    ]
    _check_seats(activity, values)
    retired = tuple(by_id[one] for one in plan.retired)
    held = _check_own(activity, values, retired, now)
    return Change(
        values=tuple(values),
        retired=retired,
        # Where another date was moved to that time already, the rule makes none.
        added=tuple(one for one in plan.added if (one.starts_at, timing.place_id) not in held),
        answered=tuple((pair.id, pair.slot.key) for pair in plan.answered),
        left_alone=sum(one.is_fixed and one.starts_at > now for one in existing),
        cut_on=cut_on,
        timing=timing,
    )


@dataclass(frozen=True)
class _Flow:
    """What of a timing flows on to a date: what the date still has as its old timing said."""

    before: Sequence[Timing]
    timing: Timing
    edited: Occurrence | None
    wanted: Wanted | None

    def values(self, row: Occurrence, slot: Slot) -> Values:
        old = self._old(row)
        if self.edited is not None and self.wanted is not None and row.id == self.edited.id:
            seats = self.wanted.capacity, self.wanted.wheelchair_places
            return Values(
                slot.key,
                slot.starts_at,
                slot.ends_at,
                self.wanted.place_id,
                *seats,
                self._note(row),
            )
        return Values(
            slot.key,
            slot.starts_at,
            slot.ends_at,
            self.timing.place_id if row.place_id == old.place_id else row.place_id,
            self.timing.capacity if row.capacity == old.capacity else row.capacity,
            self.timing.wheelchair_places
            if row.wheelchair_places == old.wheelchair_places
            else row.wheelchair_places,
            self._note(row),
        )

    def _old(self, row: Occurrence) -> Timing:
        day = _day(row.original_start)
        return max(
            (one for one in self.before if one.from_on <= day),
            key=lambda one: one.from_on,
            default=self.before[0],
        )

    def _note(self, row: Occurrence) -> str:
        if self.edited is None or self.wanted is None or row.note != self.edited.note:
            return row.note
        return self.wanted.note


def _slot(wanted: Wanted) -> Slot:
    rule = recurrence.Timing(wanted.on, wanted.starts, wanted.ends)
    return next(slots_of((rule,), wanted.on, wanted.on))


def _alone(
    activity: Activity, row: Occurrence, wanted: Wanted, slot: Slot, now: datetime
) -> Change:
    values = Values(
        row.original_start,
        slot.starts_at,
        slot.ends_at,
        wanted.place_id,
        wanted.capacity,
        wanted.wheelchair_places,
        wanted.note,
    )
    if moves(row, values):
        _check_open(wanted)
    _check_seats(activity, [(row, values)])
    _check_own(activity, [(row, values)], (), now)
    return Change(values=((row, values),), is_alone=True)


def _check_open(wanted: Wanted) -> None:
    """Raise PlaceClosed for a day on which the place is."""
    timing = Timing(
        from_on=wanted.on,
        starts=wanted.starts,
        ends=wanted.ends,
        repeats=Repeats.ONCE.value,
        place_id=wanted.place_id,
    )
    if first_slot(series_of([timing])) is None:
        raise PlaceClosed


def _timing(
    old: Timing, last_on: date | None, moved: recurrence.Timing, wanted: Wanted, row: Occurrence
) -> Timing:
    """Return the timing that takes over; what was not changed of the date stays the rule's."""
    return Timing(
        activity_id=old.activity_id,
        from_on=moved.from_on,
        repeats=moved.repeats.value,
        every=moved.every,
        weekdays=list(moved.weekdays),
        nth=moved.nth,
        starts=wanted.starts,
        ends=wanted.ends,
        last_on=last_on,
        on_holidays=old.on_holidays,
        skipped=list(old.skipped),
        place_id=old.place_id if wanted.place_id == row.place_id else wanted.place_id,
        capacity=old.capacity if wanted.capacity == row.capacity else wanted.capacity,
        wheelchair_places=old.wheelchair_places
        if wanted.wheelchair_places == row.wheelchair_places
        else wanted.wheelchair_places,
    )


def _check_own(
    activity: Activity,
    values: Sequence[tuple[Occurrence, Values]],
    retired: Sequence[Occurrence],
    now: datetime,
) -> set[tuple[datetime, UUID | None]]:
    """Return when and where the activity will be held; HeldThen is raised where two of its dates
    would begin at once at one place.
    """
    touched = {row.id for row, _ in values} | {row.id for row in retired}
    held = queries.starts_held(activity.id, now, besides=touched)
    held |= {(row.starts_at, row.place_id) for row, new in values if not moves(row, new)}
    for row, new in values:
        begins = (new.starts_at, new.place_id)
        if moves(row, new) and begins in held:
            raise HeldThen(new.starts_at)
        held.add(begins)
    return held


def _check_seats(activity: Activity, values: Sequence[tuple[Occurrence, Values]]) -> None:
    """Raise BelowBooked for the date that is fullest of those that would be too small, or
    BelowSmallest where chairs are changed to fewer than the guests it takes.
    """
    short = [
        BelowBooked(row.starts_at, row.seats_taken)
        for row, new in values
        if new.capacity < row.seats_taken
    ] + [
        BelowBooked(row.starts_at, row.wheelchairs_taken, is_wheelchairs=True)
        for row, new in values
        if new.wheelchair_places < row.wheelchairs_taken
    ]
    if short:
        raise max(short, key=lambda one: (not one.is_wheelchairs, one.booked))
    for row, new in values:
        if new.capacity != row.capacity:
            check_smallest(activity, new.capacity)


def check_smallest(activity: Activity, chairs: int) -> None:
    """Raise BelowSmallest where so few chairs mean that the activity can never be held."""
    if activity.smallest is not None and chairs < activity.smallest:
        raise BelowSmallest(activity.smallest)


def _existing(row: Occurrence, now: datetime) -> Existing:
    is_fixed = row.cancelled_at is not None or row.changed_at is not None or row.starts_at <= now
    return Existing(row.id, row.original_start, row.starts_at, row.ends_at, is_fixed)


def _first_to_come(activity: Activity, now: datetime) -> date | None:
    """Return the day of the rule for the first date a change of all may touch."""
    rows = queries.dates_from(activity.id, (local_day(now) - ONE_DAY).isoformat())
    loose = [row.original_start for row in rows if not _existing(row, now).is_fixed]
    return _day(min(loose)) if loose else None


def _day(key: str) -> date:
    return date.fromisoformat(key[:10])
