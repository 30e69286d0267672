"""Adding up at night what was spent, so that the pages of money do not read the whole ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, insert

from klippekort.budgets.models import OutingMonth, SpentDay, SpentKept
from klippekort.budgets.queries.kept import find_kept
from klippekort.budgets.queries.outings import outings_of
from klippekort.budgets.queries.prices import Prices, prices_by_scheme
from klippekort.budgets.queries.sums import by_day
from klippekort.domain.budgets import Amount
from klippekort.domain.reporting.periods import months_between
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality

LATE = timedelta(days=7)
"""How long a trip may be registered late and still be told at once: these days are not kept."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Money:
    """What was spent from day to day, both inclusive, added up at these prices."""

    first_on: date
    until_on: date
    days: Rows
    outings: Rows
    prices: Prices


def read_money(today: date) -> Money:
    """Add up what was spent until a week ago, as far back as the pages of this year and the last
    one look. It only reads, so that nobody waits for it.
    """
    return _add_up(date(today.year - 2, 10, 1), today - LATE - timedelta(days=1))


def keep_money(money: Money, *, now: datetime) -> None:
    """Keep what was added up in place of what was kept; nothing where prices are others by now."""
    forget_money()
    if money.prices == prices_by_scheme():
        db.session.add(SpentKept(counted_at=now, first_on=money.first_on, until_on=money.until_on))
        _keep(money)


def keep_anew(from_on: date) -> None:
    """Add up again what was kept from the month of a day on, for its prices are others now."""
    row = find_kept()
    if row is None or from_on > row.until_on:
        return
    first = max(row.first_on, from_on.replace(day=1))
    db.session.execute(delete(SpentDay).where(SpentDay.on >= first))
    db.session.execute(delete(OutingMonth).where(OutingMonth.month >= first))
    _keep(_add_up(first, row.until_on))


def forget_money() -> None:
    """Let the pages read the ledger again."""
    for table in (SpentDay, OutingMonth, SpentKept):
        db.session.execute(delete(table))


def _add_up(first: date, until: date) -> Money:
    money = Money(first, until, [], [], prices_by_scheme())
    for month in months_between(first, until):
        last = min(until, month + relativedelta(months=1, days=-1))
        money.days.extend(_days(month, last, money.prices))
        money.outings.extend(_outings(month, last, money.prices))
    return money


def _days(first: date, last: date, prices: Prices) -> Iterable[dict[str, Any]]:
    for key, amount in by_day(first, last, prices).items():
        scheme_id, on, district_id, supplier_id = key
        yield {
            "scheme_id": scheme_id,
            "on": on,
            "district_id": district_id,
            "supplier_id": supplier_id,
            **_sums(amount),
        }


def _outings(month: date, last: date, prices: Prices) -> Iterable[dict[str, Any]]:
    for (scheme_id, activity_id), one in outings_of(month, last, prices).items():
        yield {
            "scheme_id": scheme_id,
            "month": month,
            "activity_id": activity_id,
            "outings": one.outings,
            **_sums(one.amount),
        }


def _sums(amount: Amount) -> dict[str, int]:
    return {
        "minutes": amount.minutes,
        "oere": amount.oere,
        "unpriced": amount.unpriced,
        "lines": amount.lines,
    }


def _keep(money: Money) -> None:
    own = current_municipality()
    for table, rows in ((SpentDay, money.days), (OutingMonth, money.outings)):
        found = [{"municipality_id": own, "id": new_id(), **row} for row in rows]
        if found:
            db.session.execute(insert(table), found)
