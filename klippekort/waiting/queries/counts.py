"""Counting what was waited for by month, district and supplier: never who."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, distinct, func, select

from klippekort.citizens.models import Citizen
from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.periods import Period
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within
from klippekort.waiting.models import Wish

# How long one waited at most, in days, and what it is called.
WAITS = ((7, "week"), (14, "two_weeks"), (28, "four_weeks"))
LONGER = "longer"


def unmet(months: Sequence[date]) -> list[Count]:
    """Return the wishes that were closed without being met, by why."""
    number = number_of(Wish.closed_at, months)
    own = (number, Citizen.district_id, Citizen.supplier_id, Wish.close_reason)
    rows = db.session.execute(
        select(*own, func.count(), func.count(distinct(Wish.citizen_id)))
        .select_from(Wish)
        .join(Citizen, Citizen.id == Wish.citizen_id)
        .where(Wish.state == "unmet", within(Wish.closed_at, months))
        .group_by(*own)
    )
    return [
        Count("waiting.unmet", months[n], district, supplier, why or "", amount, people)
        for n, district, supplier, why, amount, people in rows
    ]


def waited(months: Sequence[date]) -> list[Count]:
    """Return the wishes that were met, by how long the citizen had waited."""
    number = number_of(Wish.closed_at, months)
    rows = db.session.execute(
        select(
            number,
            Citizen.district_id,
            Citizen.supplier_id,
            Wish.citizen_id,
            Wish.made_at,
            Wish.closed_at,
        )
        .select_from(Wish)
        .join(Citizen, Citizen.id == Wish.citizen_id)
        .where(Wish.state == "met", within(Wish.closed_at, months))
    )
    met: dict[tuple[int, UUID | None, UUID | None, str], list[UUID]] = defaultdict(list)
    for n, district, supplier, citizen, made_at, closed_at in rows:
        days = (closed_at - made_at).days if closed_at else 0
        wait = next((name for most, name in WAITS if days <= most), LONGER)
        met[n, district, supplier, wait].append(citizen)
    return [
        Count("waiting.time", months[n], district, supplier, wait, len(who), len(set(who)))
        for (n, district, supplier, wait), who in met.items()
    ]


def days_waited(period: Period, place: Sequence[ColumnElement[bool]]) -> list[tuple[UUID, int]]:
    """Return who had a wish met in a period and after how many days, of citizens of a place."""
    start, end = period.instants
    rows = db.session.execute(
        select(Wish.citizen_id, Wish.made_at, Wish.closed_at)
        .join(Citizen, Citizen.id == Wish.citizen_id)
        .where(Wish.state == "met", Wish.closed_at >= start, Wish.closed_at < end, *place)
    )
    return [(who, (closed - made).days) for who, made, closed in rows if closed]
