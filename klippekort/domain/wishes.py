"""A trip somebody wants, and what it is judged against."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from klippekort.domain.calendar import COPENHAGEN, local, minutes_between
from klippekort.domain.charging import ALONE, Party
from klippekort.domain.eligibility import Facts
from klippekort.domain.ledger import CardState
from klippekort.domain.plans import Plan, Run
from klippekort.domain.schemes import AtEnd

_MINUTE = timedelta(minutes=1)
_NIGHT_HOURS = 3


@dataclass(frozen=True)
class TripWish:
    """A trip somebody wants: door to door, as aware instants; `travel` minutes of it are on the
    way. A wish without a clock time (`is_timed` False) is judged by its day alone.
    """

    starts_at: datetime
    ends_at: datetime
    travel: int
    ordered_at: datetime
    activity: str = ""
    party: Party = ALONE
    consent: bool | None = None
    benefit: str = ""
    is_timed: bool = True
    on: date = field(init=False, repr=False, compare=False)  # the Danish day of the trip
    minutes: int = field(init=False, repr=False, compare=False)  # the whole of it, door to door

    def __post_init__(self) -> None:
        """Reckon once what nearly every rule asks."""
        start, end = local(self.starts_at), local(self.ends_at)
        whole = (end - start) // _MINUTE if _by_day(start, end) else minutes_between(start, end)
        object.__setattr__(self, "on", start.date())
        object.__setattr__(self, "minutes", whole)

    @cached_property
    def ordered_on(self) -> date:
        """Return the Danish day of the order."""
        return local(self.ordered_at).date()

    def moved_to(self, day: date, clock: time | None = None) -> "TripWish":
        """Return a trip of the same real length on another day, at its own clock time or at
        `clock`.
        """
        start = datetime.combine(day, clock or local(self.starts_at).time(), COPENHAGEN)
        length = timedelta(minutes=self.minutes)
        return replace(self, starts_at=start, ends_at=later(start, length))


def later(start: datetime, length: timedelta) -> datetime:
    """Return a local instant so much real time later, whatever the clocks do in between."""
    begin = local(start)
    end = begin + length
    return end if _by_day(begin, end) else local(begin.astimezone(UTC) + length)


def _by_day(start: datetime, end: datetime) -> bool:
    """Say whether local instants lie in the waking hours of one day: clocks are changed by night,
    so that between these real time is what the clock shows, which is reckoned in no time.
    """
    return start.hour > _NIGHT_HOURS and start.date() == end.date() and start <= end


@dataclass(frozen=True)
class MadeTrip:
    """A trip that is booked or was made: its day, its whole length and what it costs."""

    on: date
    minutes: int
    cost: int


def _always(cost: int, on: date) -> bool:
    del cost, on
    return True


@dataclass(frozen=True)
class Standing:
    """What a wish is judged against beside the terms: the card, and what is known about the
    citizen. By default nothing stands in the way.

    `affords` says whether the card can pay so many minutes on a day, time still to come included;
    `has_now` whether it can without. `pool_left` is what the pool that pays holds, or None.
    `is_usable_after_end` lets a card be used up after its end whatever its terms say of that.
    """

    plan: Plan | None = None
    state: CardState = field(default_factory=CardState)
    facts: Facts = field(default_factory=dict)
    trips: tuple[MadeTrip, ...] = ()
    pool_left: int | None = None
    is_usable_after_end: bool = False
    affords: Callable[[int, date], bool] = _always
    has_now: Callable[[int, date], bool] = _always

    def is_active(self, day: date) -> bool:
        """Say whether the card runs on `day`, or may be used up then with what is left on it."""
        if self.plan is None or self.plan.span_on(day) is not None:
            return True
        over = [run for run in self.plan.spans if run.until_on is not None and run.until_on < day]
        if not self.is_usable_after_end and not (over and self._may_use_up(over[-1], day)):
            return False
        return not over or self._is_anything_left(over[-1], day)

    def _may_use_up(self, run: Run, day: date) -> bool:
        terms = self.plan.terms_on(day) if self.plan else None
        return terms is not None and getattr(terms.ending, run.at_end) is AtEnd.USE_UP

    def _is_anything_left(self, run: Run, day: date) -> bool:
        """Say whether there is time on the card on a day after its end, or more may come before."""
        through = self.state.advanced_through
        has_ended = through is not None and run.until_on is not None and through > run.until_on
        return not has_ended or any(lot.saved for lot in self.state.usable(day))


FREE_HAND = Standing()
