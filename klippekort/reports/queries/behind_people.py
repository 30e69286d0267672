"""The rows behind the figures of outreach, talks, courses and gifts: which citizens, and when."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import aliased

from klippekort.activities.models import Occurrence
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.counting import who_left
from klippekort.courses.models import CitizenGift, Course, CourseEvaluation, CourseTalk, GiftDeed
from klippekort.domain.courses import OPEN
from klippekort.domain.outreach.cases import ASKED
from klippekort.domain.reporting.periods import Period
from klippekort.domain.trips import MADE
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.outreach.queries.counts import who_was_asked
from klippekort.platform.months import within
from klippekort.trips.models import Trip, TripRider

Rows = Select[*tuple[Any, ...]]
_NOTHING = literal(None)
_AGAIN = 3


def _noticed(period: Period) -> Rows:
    """Return what was noticed; of some nobody knows yet who it is."""
    return (
        select(
            OutreachNotice.citizen_id, OutreachNotice.noticed_on, OutreachNotice.source, _NOTHING
        )
        .select_from(OutreachNotice)
        .outerjoin(Citizen, Citizen.id == OutreachNotice.citizen_id)
        .where(OutreachNotice.noticed_on.between(period.from_on, period.until_on))
        .order_by(OutreachNotice.noticed_on.desc(), OutreachNotice.id)
    )


def _answered(period: Period) -> Rows:
    return (
        select(OutreachAnswer.citizen_id, OutreachAnswer.given_on, OutreachAnswer.answer, _NOTHING)
        .select_from(OutreachAnswer)
        .join(Citizen, Citizen.id == OutreachAnswer.citizen_id)
        .where(
            OutreachAnswer.answer.in_(ASKED),
            OutreachAnswer.given_on.between(period.from_on, period.until_on),
        )
        .order_by(OutreachAnswer.given_on.desc(), OutreachAnswer.id)
    )


def _never_asked(period: Period) -> Rows:
    """Return citizens who were never asked by the end of a period: since when we know them."""
    return (
        select(Citizen.id, Citizen.created_at, literal("never"), _NOTHING)
        .select_from(Citizen)
        .where(
            Citizen.created_at < period.instants[1],
            Citizen.id.not_in(who_was_asked(period)),
            Citizen.id.not_in(who_left(period)),
        )
        .order_by(Citizen.created_at, Citizen.id)
    )


def _not_settled(period: Period) -> Rows:
    return (
        select(OutreachCase.citizen_id, OutreachCase.opened_at, literal(""), _NOTHING)
        .select_from(OutreachCase)
        .outerjoin(Citizen, Citizen.id == OutreachCase.citizen_id)
        .where(OutreachCase.closed_on.is_(None), OutreachCase.opened_at < period.instants[1])
        .order_by(OutreachCase.opened_at, OutreachCase.id)
    )


def _talks(period: Period) -> Rows:
    return (
        select(CourseTalk.citizen_id, CourseTalk.finished_at, literal(""), _NOTHING)
        .select_from(CourseTalk)
        .join(Citizen, Citizen.id == CourseTalk.citizen_id)
        .where(within(CourseTalk.finished_at, period.months))
        .order_by(CourseTalk.finished_at.desc(), CourseTalk.id)
    )


def _phases(period: Period) -> Rows:
    return (
        select(Course.citizen_id, Course.phase_since, Course.phase, _NOTHING)
        .select_from(Course)
        .join(Citizen, Citizen.id == Course.citizen_id)
        .where(Course.phase.in_(sorted(OPEN)), Course.opened_on <= period.until_on)
        .order_by(Course.phase_since, Course.id)
    )


def _said(column: Any) -> Callable[[Period], Rows]:
    def ask(period: Period) -> Rows:
        return (
            select(Course.citizen_id, CourseEvaluation.asked_on, column, _NOTHING)
            .select_from(CourseEvaluation)
            .join(Course, Course.id == CourseEvaluation.course_id)
            .join(Citizen, Citizen.id == Course.citizen_id)
            .where(
                CourseEvaluation.asked_on.between(period.from_on, period.until_on),
                column != "not_asked",
            )
            .order_by(CourseEvaluation.asked_on.desc(), CourseEvaluation.id)
        )

    return ask


def _gifts(period: Period) -> Rows:
    return (
        select(CitizenGift.citizen_id, GiftDeed.on_day, CitizenGift.gift, _NOTHING)
        .select_from(GiftDeed)
        .join(CitizenGift, CitizenGift.id == GiftDeed.gift_id)
        .join(Citizen, Citizen.id == CitizenGift.citizen_id)
        .where(GiftDeed.on_day.between(period.from_on, period.until_on))
        .order_by(GiftDeed.on_day.desc(), GiftDeed.id)
    )


def _came_again(period: Period) -> Rows:
    """Return who came to the same activity for the third time, when, and where."""
    rider, start, end = aliased(TripRider), *period.instants
    nth = func.row_number().over(
        partition_by=(rider.citizen_id, Occurrence.activity_id), order_by=rider.starts_at
    )
    times = (
        select(
            rider.citizen_id.label("citizen"),
            rider.starts_at.label("at"),
            Trip.destination.label("place"),
            nth.label("nth"),
        )
        .join(Trip, Trip.id == rider.trip_id)
        .join(Occurrence, Occurrence.id == Trip.occurrence_id)
        .where(rider.state.in_(MADE))
        .subquery()
    )
    return (
        select(Citizen.id, times.c.at, times.c.place, _NOTHING)
        .select_from(times)
        .join(Citizen, Citizen.id == times.c.citizen)
        .where(times.c.nth == _AGAIN, times.c.at >= start, times.c.at < end)
        .order_by(times.c.at.desc(), Citizen.id)
    )


# What is counted where some rows have no citizen.
COUNTED: Mapping[str, Any] = {"outreach.noticed": OutreachNotice.id, "ages": OutreachCase.id}
OUTREACH: Mapping[str, Callable[[Period], Rows]] = {
    "outreach.noticed": _noticed,
    "outreach.answered": _answered,
    "coverage": _never_asked,
    "ages": _not_settled,
}
COURSES: Mapping[str, Callable[[Period], Rows]] = {
    "courses.talks": _talks,
    "measures.heard": _said(CourseEvaluation.heard),
    "measures.needed": _said(CourseEvaluation.needed),
    "courses.gifts": _gifts,
    "phases": _phases,
}
AGAIN: Mapping[str, Callable[[Period], Rows]] = {"trips.came_again": _came_again}
