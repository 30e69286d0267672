"""A scheme's year in money: granted, used, committed, foretold, and how it is divided."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from klippekort.budgets.queries import prices as price_queries
from klippekort.budgets.queries.kept import Place, Sums
from klippekort.budgets.queries.spends import Spend, committed
from klippekort.budgets.queries.sums import sums_of
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
    """Return a calendar year of each scheme: a few statements, whatever their number."""
    last = date(year, 12, 31)
    known = min(today, last)
    from_on = min(date(year, 1, 1), known - timedelta(weeks=_WEEKS_BACK))
    prices = price_queries.prices_by_scheme()
    spent = sums_of(from_on, known, year, today - timedelta(weeks=RECENT), prices)
    booked = committed() if today <= last else []
    grants = price_queries.grants_of_year(year)
    return [
        _year(
            scheme_id,
            year,
            today,
            grants.get(scheme_id),
            prices.get(scheme_id, []),
            spent.get(scheme_id, Sums()),
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
    spent: Sums,
    booked: list[Spend],
) -> Year:
    last = date(year, 12, 31)
    now, later = _split(booked, last)
    used, held = total(spent.parts.values()), _sum(now, prices)
    ahead = outlook(
        _weeks(spent.days, today), max(0, (last - max(today, date(year, 1, 1))).days + 1)
    )
    comes_to = forecast(used.oere, held.oere, ahead, prices, today, year)
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
        _parts(spent, now, prices, rest, lambda place: place[0]),
        _parts(spent, now, prices, rest, lambda place: place[1]),
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


def _weeks(days: Mapping[date, int], today: date) -> list[int]:
    """Return the minutes of whole weeks that end yesterday, oldest first, from the first spend."""
    sums: dict[int, int] = {}
    for day, minutes in days.items():
        back = (today - day).days - 1
        if back >= 0:
            sums[back // 7] = sums.get(back // 7, 0) + minutes
    return [sums.get(week, 0) for week in range(max(sums, default=-1), -1, -1)]


def _parts(
    spent: Sums,
    booked: Sequence[Spend],
    prices: Sequence[Price],
    rest: int,
    key: Callable[[Place], UUID | None],
) -> list[Part]:
    """Return the parts of a year; the rest of it goes by how much each took lately."""
    used: dict[UUID | None, Amount] = {}
    for place, amount in spent.parts.items():
        used[key(place)] = used.get(key(place), Amount()) + amount
    held: dict[UUID | None, Amount] = {}
    for one in booked:
        part = key((one.district_id, one.supplier_id))
        held[part] = held.get(part, Amount()) + amount_of(one.line, prices)
    lately: dict[UUID | None, int] = {}
    for place, minutes in spent.recent.items():
        lately[key(place)] = lately.get(key(place), 0) + minutes
    ids = sorted({*used, *held, *lately}, key=str)
    if not ids:
        return []
    weights = [lately.get(one, 0) for one in ids]
    if not any(weights):
        weights = [held.get(one, Amount()).oere for one in ids]
    shares = spread(rest, weights)
    return [
        Part(one, used.get(one, Amount()), held.get(one, Amount()), share)
        for one, share in zip(ids, shares, strict=True)
    ]
