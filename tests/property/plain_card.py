"""A card as a child would reckon it: lots in a list, trips in a dict, one day after the other.

Nothing here uses the ledger or the accrual; that is what makes it worth comparing with. What a
scheme's terms look like is known in `as_terms` alone.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from klippekort.domain.schemes import (
    Allowance,
    AtCap,
    AtEnd,
    Cap,
    CountedFrom,
    Expiry,
    FirstPeriod,
    Pause,
    Pauses,
    Saving,
    Span,
    Terms,
    Unit,
)
from tests.builders import DECIDED

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlainRules:
    """What a scheme says: minutes a week, from when, how much may be kept and for how long.

    `from_monday` counts ISO weeks, otherwise weeks from the grant; `at_once` gives time for the
    first, begun week.
    """

    minutes: int = 30
    from_monday: bool = True
    at_once: bool = True
    cap: int | None = None
    cap_weeks: int | None = None
    oldest_lapse: bool = False
    weeks: int | None = None
    year_end: bool = False


def as_terms(rules: PlainRules) -> Terms:
    """Return the terms that say the same, with a pause in hospital."""
    at_cap = AtCap.OLDEST_LAPSE if rules.oldest_lapse else AtCap.REFUSE
    caps = {}
    if rules.cap is not None:
        caps["minutes"] = Cap(minutes=rules.cap, at_cap=at_cap)
    if rules.cap_weeks is not None:
        caps["weeks"] = Cap(periods=rules.cap_weeks, at_cap=at_cap)
    rolling = () if rules.weeks is None else (Span(rules.weeks, Unit.WEEKS),)
    nothing = Pause(accrues=True, usable=True, extends_expiry=False)
    stops = Pause(accrues=False, usable=False, extends_expiry=False)
    return replace(
        DECIDED,
        allowance=Allowance(
            rules.minutes,
            counted_from=CountedFrom.ISO_WEEK if rules.from_monday else CountedFrom.GRANT_DAY,
            first=FirstPeriod.GRANT_PERIOD if rules.at_once else FirstPeriod.NEXT_PERIOD,
        ),
        saving=Saving(caps),
        expiry=Expiry(rolling, year_end=rules.year_end),
        pauses=Pauses(hospital=stops, any=nothing),
        ending=replace(DECIDED.ending, period_over=AtEnd.USE_UP),
    )


@dataclass
class PlainLot:
    """Minutes that came on a day; `last` is their last usable day."""

    source: str
    day: date
    last: date | None
    granted: int
    used: int = 0
    lost: int = 0
    held: dict[UUID, int] = field(default_factory=dict)

    @property
    def free(self) -> int:
        return self.granted - self.used - self.lost - sum(self.held.values())

    @property
    def saved(self) -> int:
        return self.granted - self.used - self.lost

    @property
    def age(self) -> tuple[date, date, str]:
        return (self.last or date.max, self.day, self.source)

    @property
    def totals(self) -> tuple[int, int, int, int]:
        return (self.granted, sum(self.held.values()), self.used, self.lost)


class PlainCard:
    """A card under one scheme. `reckoned` is the last day that has been gone through."""

    def __init__(self, rules: PlainRules) -> None:
        self.rules = rules
        self.lots: list[PlainLot] = []
        self.pledges: dict[UUID, tuple[int, date]] = {}
        self.grants: list[tuple[date, date | None, int]] = []
        self.hospital: list[tuple[date, date]] = []
        self.weeks_paid: set[object] = set()
        self.reckoned: date | None = None
        self.closed: date | None = None

    def free(self, on: date) -> list[PlainLot]:
        """Return the lots one could pay with on a day, in the order they are used."""
        able = [x for x in self.lots if x.free and x.day <= on and (x.last is None or on <= x.last)]
        return sorted(able, key=lambda lot: lot.age)

    def available(self, on: date) -> int:
        return sum(lot.free for lot in self.free(on))

    def last_day(self, day: date) -> date | None:
        """Return the last usable day of time that came on a day."""
        ends = [day + timedelta(weeks=self.rules.weeks) - DAY] if self.rules.weeks else []
        return min(
            [*ends, *([date(day.year, 12, 31)] if self.rules.year_end else [])], default=None
        )

    def reckon(self, through: date) -> list[UUID]:
        """Go through the days until one is reached; return the trips whose promise broke."""
        through = min(through, self.closed or through)
        day = self.reckoned + DAY if self.reckoned else min(grant[0] for grant in self.grants)
        broken: list[UUID] = []
        while day <= through:
            self.expire(day)
            self._arrive(day)
            broken += self._keep_promises(day)
            day += DAY
        self.reckoned = max(through, self.reckoned or through)
        return broken

    def give(self, first: date, last: date | None, minutes: int, today: date) -> list[UUID]:
        """Let the card run from a day on; one that was reckoned brings its time all the same."""
        before, self.closed = self.reckoned, None
        came = self._began_and_gave(today)
        self.grants.append((first, last, minutes))
        broken = self.reckon(today)
        if before is not None and first <= before:
            self._arrive(today)
            if came and minutes > came and self._began_and_gave(today):
                [lot] = [lot for lot in self.lots if (lot.source, lot.day) == ("accrual", today)]
                lot.granted += minutes - came
                self._meet_caps(lot, today)
            broken += self._keep_promises(today)
        return broken

    def _began_and_gave(self, day: date) -> int:
        """Return what a day brought on which the card began to run, or 0."""
        running = [grant for grant in self.grants if grant[0] <= day <= (grant[1] or day)]
        if not running or any(first < day for first, _, _ in running):
            return 0
        if self._week(self._unbroken_since(day), day) not in self.weeks_paid:
            return 0
        return max(minutes for _, _, minutes in running)

    def go_to_hospital(self, first: date, last: date, today: date) -> list[UUID]:
        """Hear of days to come that are away; who hears looks at what trips lack at once."""
        self.hospital.append((first, last))
        if self.closed is not None:
            return []
        return [*self.reckon(today), *self._keep_promises(today)]

    def _keep_promises(self, day: date) -> list[UUID]:
        """Set aside what trips lack, and return those that go without on this very day."""
        broken = []
        for trip, (_, on) in sorted(self.pledges.items(), key=lambda p: (p[1][1], str(p[0]))):
            self._fill(trip, day)
            if trip in self.pledges and on == day:
                broken.append(trip)
        return broken

    def expire(self, day: date) -> None:
        for lot in self.lots:
            if lot.last is not None and lot.last < day:
                lot.lost += lot.free

    def _week(self, start: date, day: date) -> object | None:
        """Return the week for which time comes on this very day, or None."""
        if not self.rules.from_monday:
            weeks, rest = divmod((day - start).days, 7)
            return None if rest or (weeks == 0 and not self.rules.at_once) else (start, weeks)
        begins = day.weekday() == 0 or (day == start and self.rules.at_once)
        return day.isocalendar()[:2] if begins else None

    def _arrive(self, day: date) -> None:
        running = [grant for grant in self.grants if grant[0] <= day <= (grant[1] or day)]
        if not running or any(first <= day <= last for first, last in self.hospital):
            return
        week = self._week(self._unbroken_since(day), day)
        minutes = max(minutes for _, _, minutes in running)
        if week is None or week in self.weeks_paid or not minutes:
            return
        self.weeks_paid.add(week)
        fresh = PlainLot("accrual", day, self.last_day(day), minutes)
        self.lots.append(fresh)
        self._meet_caps(fresh, day)

    def _unbroken_since(self, day: date) -> date:
        """Return since when the card has run without a day between two grants."""
        while True:
            reaching = [
                first
                for first, last, _ in self.grants
                if first <= day <= (last or day) + DAY and (last is None or first <= last)
            ]
            if min(reaching) == day:
                return day
            day = min(reaching)

    def _meet_caps(self, fresh: PlainLot, day: date) -> None:
        rules = self.rules
        if rules.cap is not None:
            over = sum(lot.saved for lot in self.lots) - rules.cap
            for lot in self.free(day) if rules.oldest_lapse else [fresh]:
                lapses = min(max(over, 0), lot.free)
                lot.lost += lapses
                over -= lapses
        if rules.cap_weeks is not None:
            kept = sorted((lot for lot in self.lots if lot.saved), key=lambda x: (x.day, x.source))
            too_many = kept[: max(0, len(kept) - rules.cap_weeks)]
            if too_many and not rules.oldest_lapse:
                too_many = [fresh]
            for lot in too_many:
                lot.lost += lot.free

    def _fill(self, trip: UUID, day: date) -> None:
        lacking, on = self.pledges.pop(trip)
        if left := self._take(trip, lacking, on):
            self.pledges[trip] = (left, on)

    def _take(self, trip: UUID, minutes: int, on: date) -> int:
        for lot in self.free(on):
            part = min(minutes, lot.free)
            if part:
                lot.held[trip] = lot.held.get(trip, 0) + part
                minutes -= part
        return minutes

    def _set_aside(self, trip: UUID, minutes: int, on: date) -> None:
        if left := self._take(trip, minutes, on):
            self.pledges[trip] = (left, on)

    def can_book(self, minutes: int, on: date, today: date) -> bool:
        """Say whether a trip can be paid by its day without breaking a promise that holds."""
        # The newest of all trips: on one day the first that was booked has its minutes first.
        trip, tried, untouched = UUID(int=2**128 - 1), deepcopy(self), deepcopy(self)
        tried.closed = untouched.closed = None
        tried._set_aside(trip, minutes, on)
        if trip in tried.pledges and on <= today:
            return False
        last = max([today, *(day for _, day in tried.pledges.values())])
        return set(tried.reckon(last)) <= set(untouched.reckon(last))

    def book(self, trip: UUID, minutes: int, on: date) -> None:
        self._set_aside(trip, minutes, on)

    def release(self, trip: UUID, today: date) -> int:
        self.pledges.pop(trip, None)
        back = sum(lot.held.pop(trip, 0) for lot in self.lots)
        self._leave(today)
        return back

    def _leave(self, today: date) -> None:
        """Let what came back lapse where it is too old, or all of it on an ended card."""
        self.expire(today)
        if self.closed is not None:
            for lot in self.lots:
                lot.lost += lot.free

    def charge(self, trip: UUID, minutes: int, on: date, today: date) -> tuple[int, int]:
        """Return the minutes that were spent and those the card could not pay."""
        self.pledges.pop(trip, None)
        left = minutes
        for lot in sorted(self.lots, key=lambda lot: lot.age):
            spent = min(left, lot.held.pop(trip, 0))
            lot.used += spent
            left -= spent
        for lot in self.free(on):
            spent = min(left, lot.free)
            lot.used += spent
            left -= spent
        self._leave(today)
        return minutes - left, left

    def carry_over(self, minutes: int, day: date, last: date | None, today: date) -> int:
        if any((lot.source, lot.day) == ("carried_over", day) for lot in self.lots):
            return 0
        self.lots.append(PlainLot("carried_over", day, last or self.last_day(day), minutes))
        self.expire(today)
        return minutes

    def add(self, minutes: int, today: date, last: date | None) -> None:
        self.lots.append(PlainLot("adjustment", today, last or self.last_day(today), minutes))

    def take(self, minutes: int, today: date) -> int:
        """Take free minutes away and return how many there were."""
        left = minutes
        for lot in self.free(today):
            part = min(left, lot.free)
            lot.granted -= part
            left -= part
        return minutes - left

    def counter(
        self, kind: str, minutes: int, where: tuple[str, date], today: date
    ) -> tuple[int, int]:
        """Undo something that was done to a lot; return how many minutes could be, and how many she
        keeps. What has lapsed is neither, unless it is all there was.
        """
        lot = next(lot for lot in self.lots if (lot.source, lot.day) == where)
        kept = 0
        if kind in ("credit", "adjust_up"):
            back = min(minutes, lot.free)
            kept = max(minutes - back - lot.lost, 0)
            if not back + kept:
                kept = minutes
            minutes = back
            lot.granted -= minutes
        elif kind == "adjust_down":
            lot.granted += minutes
        elif kind == "spend":
            lot.used -= minutes
        else:
            lot.lost -= minutes
        self.expire(today)
        return minutes, kept

    def end(self, today: date) -> None:
        self.closed = today
        for lot in self.lots:
            lot.lost += lot.free
        self.grants = [
            (first, min(last or today, today), rate) for first, last, rate in self.grants
        ]
