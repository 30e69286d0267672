"""What schemes spent: what was added up at night, and the rest as the ledger has it now."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from klippekort.budgets.queries.kept import Place, Sums, days_kept, days_of, parts_kept
from klippekort.budgets.queries.prices import Prices
from klippekort.budgets.queries.spends import Spend, spends
from klippekort.domain.budgets import Amount, amount_of


def sums_of(
    first: date, last: date, year: int, recent_from: date, prices: Prices
) -> dict[UUID, Sums]:
    """Return what each scheme spent from day to day, both inclusive: of a year in money, since
    another day as what is recent.
    """
    found: dict[UUID, Sums] = defaultdict(Sums)
    days = days_kept(first)
    if days is not None:
        known = min(last, days[1])
        _add_kept(found, first, known, year, recent_from)
        first = known + timedelta(days=1)
    if first <= last:
        _add(found, spends(first, last), year, recent_from, prices)
    return found


def by_day(
    first: date, last: date, prices: Prices
) -> dict[tuple[UUID, date, UUID | None, UUID], Amount]:
    """Return what was spent from day to day, by scheme, day, district and supplier, as the ledger
    has it.
    """
    found: dict[tuple[UUID, date, UUID | None, UUID], Amount] = {}
    for one in spends(first, last):
        key = (one.scheme_id, one.line.day, one.district_id, one.supplier_id)
        amount = amount_of(one.line, prices.get(one.scheme_id, []))
        found[key] = found.get(key, Amount()) + amount
    return found


def _add_kept(
    found: dict[UUID, Sums], first: date, last: date, year: int, recent_from: date
) -> None:
    of_year = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
    for scheme_id, place, amount in parts_kept(*of_year):
        found[scheme_id].parts[place] = amount
    for scheme_id, place, amount in parts_kept(max(first, recent_from), last):
        found[scheme_id].recent[place] = amount.minutes
    for scheme_id, day, minutes in days_of(first, last):
        found[scheme_id].days[day] = minutes


def _add(
    found: dict[UUID, Sums], spent: Iterable[Spend], year: int, recent_from: date, prices: Prices
) -> None:
    for one in spent:
        sums, line = found[one.scheme_id], one.line
        place: Place = (one.district_id, one.supplier_id)
        minutes = line.minutes * line.times
        sums.days[line.day] = sums.days.get(line.day, 0) + minutes
        if line.day >= recent_from:
            sums.recent[place] = sums.recent.get(place, 0) + minutes
        if line.day.year == year:
            amount = amount_of(line, prices.get(one.scheme_id, []))
            sums.parts[place] = sums.parts.get(place, Amount()) + amount
