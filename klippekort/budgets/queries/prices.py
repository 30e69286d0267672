"""Reading prices and grants of money."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from klippekort.budgets.models import HourPrice, YearGrant
from klippekort.domain.budgets import Price, price_on
from klippekort.platform.db import db
from klippekort.punchcards.queries.prices import PriceOf

Prices = dict[UUID, list[Price]]


def prices_by_scheme() -> Prices:
    """Return the prices of every scheme in the order of their days; none for one without."""
    found: Prices = defaultdict(list)
    for row in db.session.scalars(select(HourPrice).order_by(HourPrice.from_on)):
        found[row.scheme_id].append(Price(row.from_on, row.oere))
    return found


def prices_of(scheme_id: UUID) -> list[Price]:
    """Return a scheme's prices in the order of their days."""
    found = select(HourPrice).filter_by(scheme_id=scheme_id).order_by(HourPrice.from_on)
    return [Price(row.from_on, row.oere) for row in db.session.scalars(found)]


def lock_price(scheme_id: UUID, from_on: object) -> HourPrice | None:
    """Return the price that begins on a day, unchanged by others till the end, or None."""
    found = select(HourPrice).filter_by(scheme_id=scheme_id, from_on=from_on).with_for_update()
    return db.session.scalars(found).one_or_none()


def grants_of_year(year: int) -> dict[UUID, int]:
    """Return what each scheme may cost in a year, in øre; those without a grant are left out."""
    found = select(YearGrant).where(YearGrant.year == year)
    return {row.scheme_id: row.oere for row in db.session.scalars(found)}


def lock_grant(scheme_id: UUID, year: int) -> YearGrant | None:
    """Return a scheme's grant for a year, unchanged by others till the end, or None."""
    found = select(YearGrant).filter_by(scheme_id=scheme_id, year=year).with_for_update()
    return db.session.scalars(found).one_or_none()


def price_of(question: PriceOf) -> Iterable[int]:
    """Answer what a staff hour costs under a scheme on a day, where that is set."""
    price = price_on(prices_of(question.scheme_id), question.day)
    return () if price is None else (price,)
