"""How many minutes the rest of a year will take: a plain method, and how sure it is.

Weeks are seven days that end yesterday, the week before that, and so on, so that each is whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, sqrt
from statistics import fmean, stdev

RECENT = 13
"""The weeks that show how things go now."""
FEWEST = 4
"""With fewer weeks nothing is foretold."""
A_YEAR = 52
_EIGHT_OF_TEN = 1.2816
# A year that grew or shrank more than this is another kind of year, and tells nothing of this one.
_LEAST_CHANGE, _MOST_CHANGE = 0.5, 2.0


class Method(StrEnum):
    """What a forecast rests on."""

    SAME_WEEKS = "same_weeks"
    RECENT_WEEKS = "recent_weeks"
    TOO_LITTLE = "too_little"


@dataclass(frozen=True)
class Outlook:
    """Minutes still to come; in eight of ten cases between `low` and `high`.

    `weeks` is how many weeks it rests on.
    """

    method: Method
    weeks: int
    low: int
    middle: int
    high: int


NOTHING = Outlook(Method.TOO_LITTLE, 0, 0, 0, 0)


def outlook(weeks: Sequence[int], days: int) -> Outlook:
    """Return the minutes of the coming `days`, from the minutes of whole weeks, oldest first.

    With 65 weeks behind it, it takes the same weeks of last year, made as much larger or smaller as
    the last 13 weeks were than the 13 a year before. With fewer, or where last year was of another
    kind, the mean of the last 13 weeks goes on. Below four weeks nothing is foretold. The interval
    comes from how much the last 13 weeks went up and down around that.
    """
    if days <= 0:
        return Outlook(Method.RECENT_WEEKS, len(weeks[-RECENT:]), 0, 0, 0)
    change = _change(weeks)
    if change is not None and (days + 6) // 7 <= A_YEAR:
        return _as_last_year(weeks, days, change)
    recent = weeks[-RECENT:]
    if len(recent) < FEWEST:
        return NOTHING
    middle = fmean(recent) * days / 7
    return _around(Method.RECENT_WEEKS, len(recent), middle, stdev(recent), days)


def _change(weeks: Sequence[int]) -> float | None:
    """Return how much larger the last weeks were than those a year before, or None."""
    if len(weeks) < A_YEAR + RECENT:
        return None
    before = sum(weeks[-A_YEAR - RECENT : -A_YEAR])
    if before == 0:
        return None
    change = sum(weeks[-RECENT:]) / before
    return change if _LEAST_CHANGE <= change <= _MOST_CHANGE else None


def _as_last_year(weeks: Sequence[int], days: int, change: float) -> Outlook:
    whole, rest = divmod(days, 7)
    start = len(weeks) - A_YEAR
    ahead: float = sum(weeks[start : start + whole])
    if rest:
        ahead += weeks[start + whole] * rest / 7
    before = weeks[-A_YEAR - RECENT : -A_YEAR]
    missed = [now - change * then for now, then in zip(weeks[-RECENT:], before, strict=True)]
    return _around(Method.SAME_WEEKS, RECENT, change * ahead, stdev(missed), days)


def _around(method: Method, known: int, middle: float, each: float, days: int) -> Outlook:
    """Return a forecast with its interval; `each` is how much a week strays from what was expected.

    Weeks to come stray each by themselves, and all together by what the mean itself may be wrong.
    """
    ahead = days / 7
    width = _EIGHT_OF_TEN * each * sqrt(ahead * (1 + ahead / known))
    low, high = max(0, floor(middle - width)), ceil(middle + width)
    return Outlook(method, known, low, round(middle), high)
