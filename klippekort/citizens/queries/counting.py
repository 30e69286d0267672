"""Counting what concerns citizens by month, district and supplier: never who."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, distinct, func, literal, select

from klippekort.citizens.models import Citizen, CitizenLeaving
from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.periods import Period
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within

# Who comes for the third time has come again, and not only tried.
_AGAIN = 3


def by_month(
    measure: str,
    months: Sequence[date],
    model: Any,
    day: str,
    cut: str | None,
    *also: ColumnElement[bool],
) -> list[Count]:
    """Return how many rows of citizens there are in each month, by place and by the column `cut`.

    `day` is the column that tells when. A row that nobody knows yet whom it is about has no place.
    """
    column = getattr(model, day)
    number = number_of(column, months)
    why = getattr(model, cut) if cut else literal("")
    own = (number, Citizen.district_id, Citizen.supplier_id)
    by = (*own, why) if cut else own
    rows = db.session.execute(
        select(*own, why, func.count(), func.count(distinct(model.citizen_id)))
        .select_from(model)
        .outerjoin(Citizen, Citizen.id == model.citizen_id)
        .where(within(column, months), *also)
        .group_by(*by)
    )
    return [
        Count(measure, months[n], district, supplier, said, amount, people)
        for n, district, supplier, said, amount, people in rows
    ]


def third_times(measure: str, months: Sequence[date], times: Subquery) -> list[Count]:
    """Return how many were somewhere for the third time in each month, by place.

    `times` has a row for each time somebody was there: the `citizen`, `at` and which `nth` it was.
    """
    number = number_of(times.c.at, months)
    own = (number, Citizen.district_id, Citizen.supplier_id)
    rows = db.session.execute(
        select(*own, func.count(), func.count(distinct(times.c.citizen)))
        .select_from(times)
        .join(Citizen, Citizen.id == times.c.citizen)
        .where(times.c.nth == _AGAIN, within(times.c.at, months))
        .group_by(*own)
    )
    return [
        Count(measure, months[n], district, supplier, "", amount, people)
        for n, district, supplier, amount, people in rows
    ]


def who_left(period: Period) -> Select[UUID]:
    """Return a statement for those who had died or moved by the end of a period."""
    return select(CitizenLeaving.citizen_id).where(
        CitizenLeaving.undone_at.is_(None), CitizenLeaving.left_on <= period.until_on
    )
