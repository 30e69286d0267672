"""Counting what was noticed, who was asked and what waits, by month or period and by place."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, case, func, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.counting import by_month, who_left
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import ASKED
from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.periods import Period
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.platform.db import db

# How old what was noticed and is not settled is at most, in days, and what it is called.
AGES = ((7, "week"), (28, "four_weeks"), (91, "three_months"))
OLDER = "older"


def noticed_and_answered(months: Sequence[date]) -> list[Count]:
    """Return what was noticed, by who told, and who was asked, by what they said."""
    noticed = by_month("outreach.noticed", months, OutreachNotice, "noticed_on", "source")
    answered = by_month(
        "outreach.answered",
        months,
        OutreachAnswer,
        "given_on",
        "answer",
        OutreachAnswer.answer.in_(ASKED),
    )
    return noticed + answered


def coverage(period: Period) -> list[Count]:
    """Return citizens by whether they were asked in a period, earlier, or never yet; those who had
    died or moved by its end are not counted.
    """
    # Summed before it is joined: asked citizen by citizen it takes seconds in a large municipality.
    last = (
        select(
            OutreachAnswer.citizen_id.label("who"), func.max(OutreachAnswer.given_on).label("on")
        )
        .where(OutreachAnswer.answer.in_(ASKED), OutreachAnswer.given_on <= period.until_on)
        .group_by(OutreachAnswer.citizen_id)
        .subquery()
    )
    said = case(
        (last.c.on >= period.from_on, "asked"), (last.c.on.is_not(None), "earlier"), else_="never"
    ).label("said")
    rows = db.session.execute(
        select(Citizen.district_id, Citizen.supplier_id, said, func.count())
        .select_from(Citizen)
        .outerjoin(last, last.c.who == Citizen.id)
        .where(Citizen.created_at < period.instants[1], Citizen.id.not_in(who_left(period)))
        .group_by(Citizen.district_id, Citizen.supplier_id, "said")
    )
    return [
        Count("coverage", period.from_on, district, supplier, answer, n, n)
        for district, supplier, answer, n in rows
    ]


def who_was_asked(period: Period) -> Select[UUID]:
    """Return a statement for those who were asked by the end of a period."""
    return select(OutreachAnswer.citizen_id).where(
        OutreachAnswer.answer.in_(ASKED), OutreachAnswer.given_on <= period.until_on
    )


def ages(period: Period, now: datetime) -> list[Count]:
    """Return what was noticed and is not settled now, by how long ago it was."""
    rows = db.session.execute(
        select(OutreachCase.opened_at, Citizen.district_id, Citizen.supplier_id)
        .outerjoin(Citizen, Citizen.id == OutreachCase.citizen_id)
        .where(OutreachCase.closed_on.is_(None), OutreachCase.opened_at < period.instants[1])
    )
    counts: dict[tuple[UUID | None, UUID | None, str], int] = {}
    for opened_at, district, supplier in rows:
        days = (local_day(now) - local_day(opened_at)).days
        key = (district, supplier, next((name for most, name in AGES if days <= most), OLDER))
        counts[key] = counts.get(key, 0) + 1
    return [
        Count("ages", period.from_on, district, supplier, age, n, n)
        for (district, supplier, age), n in counts.items()
    ]
