"""Counts of courses in a span of days, for those who look at the whole and not at a person.

All days are inclusive. With a supplier or a district, its citizens alone are counted. The last
ones count by month or period and by place, for the cockpit of the guideposts.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from uuid import UUID

from sqlalchemy import ColumnElement, distinct, func, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.counting import by_month
from klippekort.courses.models import (
    CitizenGift,
    Course,
    CourseCheck,
    CourseEvaluation,
    CourseHandOver,
    CourseStep,
    CourseTalk,
    GiftDeed,
)
from klippekort.courses.queries.visits import visits_of_all
from klippekort.domain.courses import OPEN, WAY, came_again_three_times, days_since_outing
from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.periods import Period
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within


@dataclass(frozen=True)
class Among:
    """Whose courses are counted; None narrows nothing."""

    supplier_id: UUID | None = None
    district_id: UUID | None = None


ALL = Among()


def _among(among: Among) -> list[ColumnElement[bool]]:
    """Return what a statement that has joined the citizen is narrowed by."""
    found = []
    if among.supplier_id is not None:
        found.append(Citizen.supplier_id == among.supplier_id)
    if among.district_id is not None:
        found.append(Citizen.district_id == among.district_id)
    return found


def by_phase(among: Among = ALL) -> dict[str, int]:
    """Return how many courses stand in each phase now, those that rest among them."""
    found = (
        select(Course.phase, func.count(Course.id))
        .join(Citizen, Citizen.id == Course.citizen_id)
        .where(Course.phase.in_(sorted(OPEN)), *_among(among))
        .group_by(Course.phase)
    )
    return dict(db.session.execute(found).all())


def opened_between(first: date, last: date, among: Among = ALL) -> int:
    """Return how many courses were opened."""
    found = select(func.count(Course.id)).join(Citizen, Citizen.id == Course.citizen_id)
    found = found.where(Course.opened_on.between(first, last), *_among(among))
    return db.session.scalar(found) or 0


def median_days(first: date, last: date, among: Among = ALL) -> dict[tuple[str, str], float]:
    """Return the median of days from one phase of the way to the next one reached.

    Counted are steps within the days; each phase by the first day a course came to it.
    """
    found = (
        select(CourseStep.course_id, CourseStep.to_phase, func.min(CourseStep.on_day))
        .join(Course, Course.id == CourseStep.course_id)
        .join(Citizen, Citizen.id == Course.citizen_id)
        .where(CourseStep.to_phase.in_([phase.value for phase in WAY]), *_among(among))
        .group_by(CourseStep.course_id, CourseStep.to_phase)
    )
    reached: defaultdict[UUID, dict[str, date]] = defaultdict(dict)
    for course_id, phase, on_day in db.session.execute(found):
        reached[course_id][phase] = on_day
    spans: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for days in reached.values():
        way = [phase.value for phase in WAY if phase.value in days]
        for before, after in pairwise(way):
            if first <= days[after] <= last and days[after] >= days[before]:
                spans[before, after].append((days[after] - days[before]).days)
    return {pair: float(median(found_)) for pair, found_ in spans.items()}


def hand_overs_by_form(first: date, last: date, among: Among = ALL) -> dict[str, int]:
    """Return how many were handed over, by form."""
    found = (
        select(CourseHandOver.form, func.count(CourseHandOver.id))
        .join(Citizen, Citizen.id == CourseHandOver.citizen_id)
        .where(CourseHandOver.on_day.between(first, last), *_among(among))
        .group_by(CourseHandOver.form)
    )
    return dict(db.session.execute(found).all())


def checks_by_outcome(first: date, last: date, among: Among = ALL) -> dict[str, int]:
    """Return what came of the checks after two and eight weeks; those dropped are not counted."""
    found = (
        select(CourseCheck.outcome, func.count(CourseCheck.id))
        .join(Course, Course.id == CourseCheck.course_id)
        .join(Citizen, Citizen.id == Course.citizen_id)
        .where(CourseCheck.done_on.between(first, last), CourseCheck.outcome != "dropped")
        .where(*_among(among))
        .group_by(CourseCheck.outcome)
    )
    return {outcome: number for outcome, number in db.session.execute(found) if outcome}


def came_again(first: date, last: date, among: Among = ALL) -> tuple[int, int]:
    """Return how many citizens came again three times to one thing within the days, and of how many
    who were out at all.
    """
    ids = frozenset(db.session.scalars(select(Citizen.id).where(*_among(among))))
    again = out = 0
    for citizen_id, visits in visits_of_all().items():
        made = [visit for visit in visits if first <= visit.on <= last]
        if citizen_id in ids and made:
            out += 1
            again += came_again_three_times(made)
    return again, out


@dataclass(frozen=True)
class Answers:
    """How many said yes, somewhat and no, and how many were not asked."""

    yes: int = 0
    somewhat: int = 0
    no: int = 0
    not_asked: int = 0


def heard_and_needed(first: date, last: date, among: Among = ALL) -> dict[str, Answers]:
    """Return the answers to "I was heard" and "I was needed": each course's last one counts."""
    found = (
        select(CourseEvaluation)
        .join(Course, Course.id == CourseEvaluation.course_id)
        .join(Citizen, Citizen.id == Course.citizen_id)
        .where(CourseEvaluation.asked_on.between(first, last), *_among(among))
        .order_by(CourseEvaluation.asked_on, CourseEvaluation.recorded_at)
    )
    latest = {row.course_id: row for row in db.session.scalars(found)}
    heard = Counter(row.heard for row in latest.values())
    needed = Counter(row.needed for row in latest.values())
    return {"heard": Answers(**heard), "needed": Answers(**needed)}


def gifts_given(first: date, last: date, among: Among = ALL) -> tuple[int, int]:
    """Return how often citizens did something for others, and how many citizens did."""
    found = (
        select(func.count(GiftDeed.id), func.count(CitizenGift.citizen_id.distinct()))
        .join(CitizenGift, CitizenGift.id == GiftDeed.gift_id)
        .join(Citizen, Citizen.id == CitizenGift.citizen_id)
        .where(GiftDeed.on_day.between(first, last), *_among(among))
    )
    times, givers = db.session.execute(found).one()
    return times, givers


def outings_since(today: date, among: Among = ALL) -> dict[UUID, int | None]:
    """Return how many days ago each citizen was last out, None for whoever never was."""
    visits = visits_of_all()
    ids = db.session.scalars(select(Citizen.id).where(*_among(among))).all()
    return {one: days_since_outing(visits.get(one, []), today) for one in ids}


def talks_and_gifts(months: Sequence[date]) -> list[Count]:
    """Return talks that were finished, and what citizens did for others."""
    talks = by_month("courses.talks", months, CourseTalk, "finished_at", None)
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
