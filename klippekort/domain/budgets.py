"""What minutes cost, and how a year's money goes.

The rounding rule, stated here and nowhere else: each line (an entry that took time off a card, or
what a booked trip holds of one) is rounded once to whole øre, half an øre up. Every sum is a sum of
lines, so that parts always add up to their total, however they are divided.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from klippekort.domain.forecast import Outlook

HIGHEST_PRICE = 500_000
"""Øre for a staff hour: more than this is a slip of the hand."""
HIGHEST_GRANT = 100_000_000_000
"""Øre for a scheme and year: a thousand million kroner."""


@dataclass(frozen=True)
class Price:
    """What a staff hour costs from a day on, in øre."""

    from_on: date
    oere: int


def price_on(prices: Sequence[Price], day: date) -> int | None:
    """Return the øre of a staff hour on a day, or None before the first price.

    `prices` stand in the order of their days.
    """
    place = bisect_right(prices, day, key=lambda price: price.from_on)
    return prices[place - 1].oere if place else None


def cost(minutes: int, oere_an_hour: int) -> int:
    """Return whole øre for minutes at a price an hour, half an øre rounded up."""
    return (2 * minutes * oere_an_hour + 60) // 120


@dataclass(frozen=True)
class Line:
    """So many equal lines, each of so many minutes, on a day."""

    day: date
    minutes: int
    times: int = 1


@dataclass(frozen=True)
class Amount:
    """Minutes and what they cost in øre; `unpriced` are those of days without a price."""

    minutes: int = 0
    oere: int = 0
    unpriced: int = 0
    lines: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.minutes + other.minutes,
            self.oere + other.oere,
            self.unpriced + other.unpriced,
            self.lines + other.lines,
        )


def amount_of(line: Line, prices: Sequence[Price]) -> Amount:
    """Return what a line comes to at the price of its day."""
    price, minutes = price_on(prices, line.day), line.minutes * line.times
    if price is None:
        return Amount(minutes, 0, minutes, line.times)
    return Amount(minutes, cost(line.minutes, price) * line.times, 0, line.times)


def total(amounts: Iterable[Amount]) -> Amount:
    """Return amounts put together."""
    return sum(amounts, Amount())


def spread(whole: int, weights: Sequence[int]) -> list[int]:
    """Return a whole number divided by weights, in whole parts that add up to it.

    What is left over goes to those who lose most by rounding, the first of equals first. Without
    any weight all goes to the first. Raises ValueError for a negative weight, or nobody to give to.
    """
    if not weights or min(weights) < 0:
        raise ValueError(f"weights {weights}")
    everything = sum(weights)
    if everything == 0:
        return [whole, *[0] * (len(weights) - 1)]
    parts = [whole * weight // everything for weight in weights]
    lost = [whole * weight % everything for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-lost[place], place))
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def cost_ahead(minutes: int, prices: Sequence[Price], first: date, last: date) -> int:
    """Return øre for minutes spread evenly over the days from `first` to `last`, both inclusive."""
    days = (last - first).days + 1
    if days <= 0:
        return 0
    each = [price_on(prices, first + timedelta(days=n)) or 0 for n in range(days)]
    return (2 * minutes * sum(each) + 60 * days) // (120 * days)


@dataclass(frozen=True)
class Forecast:
    """What a year comes to by its last day, in øre; eight years of ten end between low and high."""

    low: int
    middle: int
    high: int


def forecast(
    used: int, committed: int, ahead: Outlook, prices: Sequence[Price], today: date, year: int
) -> Forecast:
    """Return what a year comes to: what is used, and what the rest of it may cost.

    The rest is never less than what booked trips hold already (`committed` øre).
    """
    last = date(year, 12, 31)
    if today > last:
        return Forecast(used, used, used)
    first = max(today, date(year, 1, 1))
    low, middle, high = (
        used + max(committed, cost_ahead(minutes, prices, first, last))
        for minutes in (ahead.low, ahead.middle, ahead.high)
    )
    return Forecast(low, middle, high)


class Standing(StrEnum):
    """How a grant of money will do."""

    OVERSPENT = "overspent"
    WILL_BE_OVER = "will_be_over"
    MAY_BE_OVER = "may_be_over"
    FITS = "fits"
    LEFT_OVER = "left_over"


@dataclass(frozen=True)
class Verdict:
    """How a grant will do, and by how many øre: beyond it, or left of it."""

    standing: Standing
    oere: int


def verdict(grant: int, used: int, ahead: Forecast) -> Verdict:
    """Return how a grant will do. Less than a twentieth left over counts as fitting."""
    if used > grant:
        return Verdict(Standing.OVERSPENT, used - grant)
    if ahead.low > grant:
        return Verdict(Standing.WILL_BE_OVER, ahead.middle - grant)
    if ahead.high > grant:
        return Verdict(Standing.MAY_BE_OVER, ahead.high - grant)
    left = grant - ahead.middle
    if 20 * left > grant:
        return Verdict(Standing.LEFT_OVER, left)
    return Verdict(Standing.FITS, left)
