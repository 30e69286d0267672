"""Whether a trip fits a scheme: its weekday, hours, length and notice. All times are Danish."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from klippekort.domain.calendar import (
    COPENHAGEN,
    ONE_DAY,
    is_public_holiday,
    local,
    minutes_between,
)
from klippekort.domain.errors import Refused
from klippekort.domain.schemes import Terms, Travel

_LOOK_AHEAD = timedelta(days=92)


@dataclass(frozen=True)
class TripWish:
    """A trip somebody wants: door to door, as aware instants; `travel` minutes of it are on the
    way.
    """

    starts_at: datetime
    ends_at: datetime
    travel: int
    ordered_on: date

    @property
    def on(self) -> date:
        """Return the Danish day of the trip."""
        return local(self.starts_at).date()

    @property
    def minutes(self) -> int:
        """Return the whole trip in minutes, door to door."""
        return minutes_between(self.starts_at, self.ends_at)

    def moved_to(self, day: date) -> "TripWish":
        """Return the same wall-clock trip on another day."""
        days = day - self.on
        start, end = (
            datetime.combine(local(at).date() + days, local(at).time(), COPENHAGEN)
            for at in (self.starts_at, self.ends_at)
        )
        return replace(self, starts_at=start, ends_at=end)


def minutes_charged(terms: Terms, minutes: int, travel: int) -> int:
    """Return what a trip of `minutes` costs when `travel` of them are on the way.

    Where the scheme has not decided about travel the whole trip is charged nowhere: schemes that
    are in use have decided (`schemes.missing_to_run`).
    """
    return max(0, minutes - travel) if terms.travel is Travel.FREE else minutes


def notice_until(terms: Terms, minutes: int, ordered_on: date) -> date:
    """Return the first day a trip of `minutes` may lie when it is ordered on a day."""
    notice = terms.notice
    is_one = minutes <= terms.minutes_per_punch
    first = ordered_on + timedelta(
        days=notice.one_punch_days if is_one else notice.more_punches_days
    )
    if notice.saved_months and minutes > terms.allowance.minutes:
        first = max(first, ordered_on + relativedelta(months=notice.saved_months))
    return first


def _breaks_weekday(terms: Terms, wish: TripWish) -> bool:
    return terms.hours.weekdays_only and wish.on.weekday() >= 5


def _breaks_holiday(terms: Terms, wish: TripWish) -> bool:
    return not terms.hours.public_holidays and is_public_holiday(wish.on)


def _breaks_hours(terms: Terms, wish: TripWish) -> bool:
    start, end, hours = local(wish.starts_at), local(wish.ends_at), terms.hours
    if hours.starts_from is not None and start.time() < hours.starts_from:
        return True
    return hours.ends_by is not None and (end.time() > hours.ends_by or end.date() > start.date())


def _breaks_visit_length(terms: Terms, wish: TripWish) -> bool:
    return terms.longest_visit is not None and wish.minutes > terms.longest_visit


def _breaks_notice(terms: Terms, wish: TripWish) -> bool:
    minutes = minutes_charged(terms, wish.minutes, wish.travel)
    return wish.on < notice_until(terms, minutes, wish.ordered_on)


# The order in which the first rule that refuses is named.
_RULES: tuple[tuple[str, Callable[[Terms, TripWish], bool]], ...] = (
    ("weekday", _breaks_weekday),
    ("holiday", _breaks_holiday),
    ("hours", _breaks_hours),
    ("visit_length", _breaks_visit_length),
    ("notice", _breaks_notice),
)


def broken_rule(terms: Terms, wish: TripWish) -> str | None:
    """Return the name of the first rule the trip breaks, or None."""
    return next((name for name, breaks in _RULES if breaks(terms, wish)), None)


def cautions(terms: Terms, wish: TripWish) -> list[str]:
    """Return the soft bounds the trip lies outside: worth a word, not a refusal."""
    soft = terms.hours.soft_starts_from
    early = soft is not None and local(wish.starts_at).time() < soft
    return ["soft_starts_from"] if early else []


def _within_hours(terms: Terms, wish: TripWish) -> TripWish:
    """Return the trip moved on its day so that it begins when the scheme's hours do."""
    begins = terms.hours.starts_from or terms.hours.soft_starts_from
    if begins is None:
        return wish
    start = datetime.combine(wish.on, begins, COPENHAGEN)
    return replace(wish, starts_at=start, ends_at=start + (wish.ends_at - wish.starts_at))


def earliest(terms: Terms, wish: TripWish) -> datetime | None:
    """Return when the same trip would pass all rules, as a local instant, or None within three
    months.
    """
    if _breaks_visit_length(terms, wish):
        return None
    candidate = wish
    if _breaks_hours(terms, wish):
        candidate = _within_hours(terms, wish)
        if _breaks_hours(terms, candidate):
            return None
    day = max(wish.on, wish.ordered_on)
    while day <= wish.ordered_on + _LOOK_AHEAD:
        moved = candidate.moved_to(day)
        if broken_rule(terms, moved) is None:
            return local(moved.starts_at)
        day += ONE_DAY
    return None


def check(terms: Terms, wish: TripWish) -> None:
    """Return quietly when the trip fits the scheme.

    Raises Refused with the first broken rule and the earliest time the same trip would pass.
    """
    rule = broken_rule(terms, wish)
    if rule is not None:
        raise Refused(rule, earliest(terms, wish))
