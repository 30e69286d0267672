"""A scheme's year in money: granted, used, committed, foretold, and how it is divided."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from klippekort.budgets.queries import prices as price_queries
from klippekort.budgets.queries.spends import Spend, committed, spends
from klippekort.domain.budgets import (
    Amount,
    Forecast,
    Price,
    Verdict,
    amount_of,
    forecast,
    spread,
    total,
    verdict,
)
from klippekort.domain.forecast import A_YEAR, RECENT, Outlook, outlook

_WEEKS_BACK = A_YEAR + RECENT


@dataclass(frozen=True)
class Part:
    """A district's or a supplier's part of a year; the parts add up to the whole.

    `ahead` is what the rest of the year comes to beyond what is used, in øre.
    """

    id: UUID | None
    used: Amount
    committed: Amount
    ahead: int


@dataclass(frozen=True)
class Year:
    """A scheme's calendar year. `grant` and `verdict` are None where no money is granted.

    `later` is what trips booked for a later year hold.
    """

    scheme_id: UUID
    year: int
    grant: int | None
    used: Amount
    committed: Amount
    later: Amount
    ahead: Outlook
    forecast: Forecast
    verdict: Verdict | None
    districts: list[Part]
    suppliers: list[Part]


def years_of(scheme_ids: Sequence[UUID], year: int, today: date) -> list[Year]:
    """Return a calendar year of each scheme: five statements, whatever their number."""
    last = date(year, 12, 31)
    known = min(today, last)
    from_on = min(date(year, 1, 1), known - timedelta(weeks=_WEEKS_BACK))
    spent = spends(from_on, known)
    booked = committed() if today <= last else []
    prices = price_queries.prices_by_scheme()
    grants = price_queries.grants_of_year(year)
    return [
        _year(
            scheme_id,
            year,
            today,
            grants.get(scheme_id),
            prices.get(scheme_id, []),
            [one for one in spent if one.scheme_id == scheme_id],
            [one for one in booked if one.scheme_id == scheme_id],
        )
        for scheme_id in scheme_ids
    ]


def _year(
    scheme_id: UUID,
    year: int,
    today: date,
    grant: int | None,
    prices: list[Price],
    spent: list[Spend],
    booked: list[Spend],
) -> Year:
    last = date(year, 12, 31)
    of_year = [one for one in spent if one.line.day.year == year]
    now, later = _split(booked, last)
    used, held = _sum(of_year, prices), _sum(now, prices)
    ahead = outlook(_weeks(spent, today), max(0, (last - max(today, date(year, 1, 1))).days + 1))
    comes_to = forecast(used.oere, held.oere, ahead, prices, today, year)
    recent = [one for one in spent if one.line.day >= today - timedelta(weeks=RECENT)]
    rest = comes_to.middle - used.oere
    return Year(
        scheme_id,
        year,
        grant,
        used,
        held,
        _sum(later, prices),
        ahead,
        comes_to,
        None if grant is None else verdict(grant, used.oere, comes_to),
        _parts(of_year, now, recent, prices, rest, lambda one: one.district_id),
        _parts(of_year, now, recent, prices, rest, lambda one: one.supplier_id),
    )


def _split(booked: Iterable[Spend], last: date) -> tuple[list[Spend], list[Spend]]:
    """Return what is booked up to a day, with what is overdue, and what is booked for later."""
    now: list[Spend] = []
    later: list[Spend] = []
    for one in booked:
        (now if one.line.day <= last else later).append(one)
    return now, later


def _sum(found: Iterable[Spend], prices: Sequence[Price]) -> Amount:
    return total(amount_of(one.line, prices) for one in found)


def _weeks(spent: Sequence[Spend], today: date) -> list[int]:
    """Return the minutes of whole weeks that end yesterday, oldest first, from the first spend."""
    sums: dict[int, int] = {}
    for one in spent:
        back = (today - one.line.day).days - 1
        if back >= 0:
            sums[back // 7] = sums.get(back // 7, 0) + one.line.minutes * one.line.times
    return [sums.get(week, 0) for week in range(max(sums, default=-1), -1, -1)]


def _parts(
    used: Sequence[Spend],
    booked: Sequence[Spend],
    recent: Sequence[Spend],
    prices: Sequence[Price],
    rest: int,
    key: Callable[[Spend], UUID | None],
) -> list[Part]:
    """Return the parts of a year; the rest of it goes by how much each took lately."""
    ids = sorted({key(one) for one in (*used, *booked, *recent)}, key=str)
    if not ids:
        return []
    weights = [
        sum(one.line.minutes * one.line.times for one in recent if key(one) == part) for part in ids
    ]
    held = [_sum((one for one in booked if key(one) == part), prices) for part in ids]
    if not any(weights):
        weights = [amount.oere for amount in held]
    shares = spread(rest, weights)
    return [
        Part(part, _sum((one for one in used if key(one) == part), prices), amount, share)
        for part, amount, share in zip(ids, held, shares, strict=True)
    ]
