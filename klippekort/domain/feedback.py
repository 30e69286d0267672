"""What people think: its clocks, counted in days on which the office is open."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.working_hours import is_office_day


class Kind(StrEnum):
    """What somebody says."""

    PRAISE = "praise"
    IDEA = "idea"
    PROBLEM = "problem"
    COMPLAINT = "complaint"


class Channel(StrEnum):
    """How it came."""

    PAGE = "page"
    OWN_PAGE = "own_page"
    SLIP = "slip"
    PHONE = "phone"
    HELPER = "helper"


class Change(StrEnum):
    """What came of it."""

    CHANGED = "changed"
    EXPLAINED = "explained"
    PASSED_ON = "passed_on"
    NOTHING = "nothing"


class Clock(StrEnum):
    """What is waited for next."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"


@dataclass(frozen=True)
class Times:
    """Office days until somebody is answered, and a complaint is acknowledged and answered."""

    answer: int = 10
    acknowledge: int = 3
    complaint: int = 20


@dataclass(frozen=True)
class Due:
    """The last days: to say that a complaint is here, and to answer."""

    acknowledge_by: date | None
    answer_by: date


@dataclass(frozen=True)
class Course:
    """What has been done about something somebody said; days, None while it is not done."""

    due: Due
    acknowledged_on: date | None = None
    answered_on: date | None = None
    closed_on: date | None = None


def office_days_after(day: date, count: int) -> date:
    """Return the day on which the `count`-th office day after `day` falls."""
    while count > 0:
        day += ONE_DAY
        count -= is_office_day(day)
    return day


def due(kind: Kind, received_on: date, times: Times) -> Due:
    """Return the last days for what came on a day: complaints have clocks of their own."""
    if kind is Kind.COMPLAINT:
        return Due(
            office_days_after(received_on, times.acknowledge),
            office_days_after(received_on, times.complaint),
        )
    return Due(None, office_days_after(received_on, times.answer))


def waits_for(course: Course) -> Clock | None:
    """Return what is waited for next, or None when all is done."""
    if course.closed_on is not None or course.answered_on is not None:
        return None
    if course.due.acknowledge_by is not None and course.acknowledged_on is None:
        return Clock.ACKNOWLEDGE
    return Clock.ANSWER


def late(course: Course, today: date) -> tuple[Clock, ...]:
    """Return the clocks that have run out, whether or not somebody acted afterwards."""
    done = course.answered_on or course.closed_on
    clocks = []
    acknowledged = min((on for on in (course.acknowledged_on, done) if on), default=today)
    if course.due.acknowledge_by is not None and acknowledged > course.due.acknowledge_by:
        clocks.append(Clock.ACKNOWLEDGE)
    if (done or today) > course.due.answer_by:
        clocks.append(Clock.ANSWER)
    return tuple(clocks)


def is_in_time(course: Course) -> bool | None:
    """Say whether it was answered in time; None while that is still open."""
    done = course.answered_on or course.closed_on
    return None if done is None else done <= course.due.answer_by
