"""Counting outreach, talks, answers, gifts and opinions by month, district and supplier."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, distinct, func, literal, select

from klippekort.citizens.models import Citizen, CitizenLeaving
from klippekort.courses.models import CitizenGift, Course, CourseEvaluation, CourseTalk, GiftDeed
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import OPEN
from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.periods import Period
from klippekort.feedback.models import Feedback
from klippekort.measures.models import Measurement
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within
from klippekort.reports.models import BarrierCount
from klippekort.waiting.models import Wish

ASKED = ("yes", "no", "no_answer")
# How old what was noticed and is not settled is at most, in days, and what it is called.
AGES = ((7, "week"), (28, "four_weeks"), (91, "three_months"))
OLDER = "older"


def outreach(months: Sequence[date]) -> list[Count]:
    """Return what was noticed, by who told, and who was asked, by what they said."""
    noticed = _by_month("outreach.noticed", months, OutreachNotice, "noticed_on", "source")
    answered = _by_month(
        "outreach.answered",
        months,
        OutreachAnswer,
        "given_on",
        "answer",
        OutreachAnswer.answer.in_(ASKED),
    )
    return noticed + answered


def courses(months: Sequence[date]) -> list[Count]:
    """Return talks that were finished, and what citizens did for others."""
    talks = _by_month("courses.talks", months, CourseTalk, "finished_at", None)
    number = number_of(GiftDeed.on_day, months)
    own = (number, Citizen.district_id, Citizen.supplier_id, CitizenGift.gift)
    rows = db.session.execute(
        select(*own, func.count(), func.count(distinct(Citizen.id)))
        .select_from(GiftDeed)
        .join(CitizenGift, CitizenGift.id == GiftDeed.gift_id)
        .join(Citizen, Citizen.id == CitizenGift.citizen_id)
        .where(within(GiftDeed.on_day, months))
        .group_by(*own)
    )
    return talks + [
        Count("courses.gifts", months[n], district, supplier, gift, amount, people)
        for n, district, supplier, gift, amount, people in rows
    ]


def barriers(months: Sequence[date]) -> list[Count]:
    """Return in how many finished talks each thing stood in the way: of the places of that day."""
    number = number_of(BarrierCount.month, months)
    own = (number, BarrierCount.district_id, BarrierCount.supplier_id, BarrierCount.barrier)
    rows = db.session.execute(
        select(*own, func.sum(BarrierCount.talks))
        .where(within(BarrierCount.month, months))
        .group_by(*own)
    )
    return [
        Count("courses.barriers", months[n], district, supplier, barrier, int(talks), int(talks))
        for n, district, supplier, barrier, talks in rows
    ]


def measured(months: Sequence[date]) -> list[Count]:
    """Return measures by instrument and version, and whether they were answered, declined or could
    not be: never a score.
    """
    number = number_of(Measurement.measured_on, months)
    own = (number, Measurement.instrument, Measurement.version, Measurement.outcome)
    rows = db.session.execute(
        select(*own, func.count(), func.count(distinct(Measurement.citizen_id)))
        .where(within(Measurement.measured_on, months), Measurement.replaced_at.is_(None))
        .group_by(*own)
    )
    return [
        Count("measures.taken", months[n], None, None, f"{name} {version}:{said}", amount, people)
        for n, name, version, said, amount, people in rows
    ]


def evaluations(months: Sequence[date]) -> list[Count]:
    """Return the answers to "I was heard" and "I was needed"."""
    found = []
    number = number_of(CourseEvaluation.asked_on, months)
    for measure, column in (
        ("measures.heard", CourseEvaluation.heard),
        ("measures.needed", CourseEvaluation.needed),
    ):
        own = (number, Citizen.district_id, Citizen.supplier_id, column)
        rows = db.session.execute(
            select(*own, func.count(), func.count(distinct(Citizen.id)))
            .select_from(CourseEvaluation)
            .join(Course, Course.id == CourseEvaluation.course_id)
            .join(Citizen, Citizen.id == Course.citizen_id)
            .where(within(CourseEvaluation.asked_on, months), column != "not_asked")
            .group_by(*own)
        )
        found += [
            Count(measure, months[n], district, supplier, said, amount, people)
            for n, district, supplier, said, amount, people in rows
        ]
    return found


def opinions(months: Sequence[date]) -> list[Count]:
    """Return what people told us, by kind, and how often something changed because of it."""
    number = number_of(Feedback.received_on, months)
    changed = case((Feedback.outcome == "changed", 1), else_=0)
    rows = db.session.execute(
        select(number, Feedback.kind, func.count(), func.sum(changed))
        .where(within(Feedback.received_on, months))
        .group_by(number, Feedback.kind)
    )
    found = []
    for n, kind, told, led in rows:
        found.append(Count("feedback.told", months[n], None, None, kind, told, told))
        if led:
            found.append(Count("feedback.changed", months[n], None, None, "", int(led), int(led)))
    return found


def _by_month(
    measure: str,
    months: Sequence[date],
    model: Any,
    day: str,
    cut: str | None,
    *also: ColumnElement[bool],
) -> list[Count]:
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


def who_left(period: Period) -> Select[UUID]:
    """Return a statement for those who had died or moved by the end of a period."""
    return select(CitizenLeaving.citizen_id).where(
        CitizenLeaving.undone_at.is_(None), CitizenLeaving.left_on <= period.until_on
    )


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


def phases(period: Period) -> list[Count]:
    """Return the courses that are open now and were begun by the end of a period, by phase."""
    own = (Citizen.district_id, Citizen.supplier_id, Course.phase)
    rows = db.session.execute(
        select(*own, func.count())
        .select_from(Course)
        .join(Citizen, Citizen.id == Course.citizen_id)
        .where(Course.phase.in_(sorted(OPEN)), Course.opened_on <= period.until_on)
        .group_by(*own)
    )
    return [
        Count("phases", period.from_on, district, supplier, phase, n, n)
        for district, supplier, phase, n in rows
    ]


def waits(period: Period, place: Sequence[ColumnElement[bool]]) -> list[tuple[UUID, int]]:
    """Return who had a wish met in a period and after how many days, of citizens of a place."""
    start, end = period.instants
    rows = db.session.execute(
        select(Wish.citizen_id, Wish.made_at, Wish.closed_at)
        .join(Citizen, Citizen.id == Wish.citizen_id)
        .where(Wish.state == "met", Wish.closed_at >= start, Wish.closed_at < end, *place)
    )
    return [(who, (closed - made).days) for who, made, closed in rows if closed]


def before_and_after(period: Period) -> dict[str, list[tuple[float, float]]]:
    """Return the scores of those measured at the start and again, the last time in the period, by
    instrument and version; each citizen is one pair of each.
    """
    rows = db.session.execute(
        select(
            Measurement.instrument,
            Measurement.version,
            Measurement.citizen_id,
            Measurement.moment,
            Measurement.measured_on,
            Measurement.score,
        )
        .where(
            Measurement.replaced_at.is_(None),
            Measurement.score.is_not(None),
            Measurement.measured_on <= period.until_on,
        )
        .order_by(Measurement.measured_on, Measurement.recorded_at)
    )
    first: dict[tuple[str, UUID], float] = {}
    last: dict[tuple[str, UUID], tuple[date, float]] = {}
    for instrument, version, citizen, moment, on, score in rows:
        key = (f"{instrument} {version}", citizen)
        if moment == "start":
            first.setdefault(key, float(score or 0))
        elif key in first:
            last[key] = on, float(score or 0)
    found: dict[str, list[tuple[float, float]]] = {}
    for key, (on, after) in last.items():
        if on >= period.from_on:
            found.setdefault(key[0], []).append((first[key], after))
    return found
