"""The life of a trip: its states, who may cancel it and what its end costs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.charging import cost, minutes_made, not_made, rule_for
from klippekort.domain.errors import Stale, TimesMakeNoSense
from klippekort.domain.schemes import Basis, Charge, Measure, Terms

LONGEST_TRIP_MINUTES = 16 * 60


class TripState(StrEnum):
    """Where a trip is in its life."""

    BOOKED = "booked"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    BROKEN_OFF = "broken_off"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Cause(StrEnum):
    """Who or what cancelled a trip."""

    CITIZEN = "citizen"
    SUPPLIER = "supplier"
    HOST = "host"
    WEATHER = "weather"
    INFECTION = "infection"
    NO_SHOW = "no_show"


class CancelReason(StrEnum):
    """Why a trip was cancelled, as chips say it."""

    ILL = "ill"
    NOT_TODAY = "not_today"
    VISITORS = "visitors"
    HOSPITAL = "hospital"
    HELPER_ILL = "helper_ill"
    BUSY = "busy"
    ACTIVITY_CANCELLED = "activity_cancelled"
    WEATHER = "weather"
    INFECTION = "infection"
    NOT_HOME = "not_home"
    OTHER = "other"


class Transport(StrEnum):
    """How the two get there."""

    WALK = "walk"
    STAFF_CAR = "staff_car"
    TAXI = "taxi"
    FLEX = "flex"
    WHEELCHAIR_BUS = "wheelchair_bus"
    UNKNOWN = "unknown"


_NEXT: dict[TripState, frozenset[TripState]] = {
    TripState.BOOKED: frozenset(
        {TripState.UNDER_WAY, TripState.COMPLETED, TripState.CANCELLED, TripState.NO_SHOW}
    ),
    TripState.UNDER_WAY: frozenset({TripState.COMPLETED, TripState.BROKEN_OFF}),
}
ACTIVE = frozenset({TripState.BOOKED, TripState.UNDER_WAY})


def move(state: TripState, to: TripState) -> TripState:
    """Return the new state. Raises Stale when a trip in `state` cannot become that."""
    if to not in _NEXT.get(state, frozenset()):
        raise Stale(state)
    return to


def has_come(starts_at: datetime, now: datetime) -> bool:
    """Say whether a trip's Danish day has come: before it, nothing can be started or finished."""
    return starts_at <= now or local_day(starts_at) <= local_day(now)


def actual_minutes(
    planned_at: datetime, started_at: datetime, ended_at: datetime, now: datetime
) -> int:
    """Return how long a trip took, in minutes, by its real times.

    Times are written in whole minutes, so the minute that has begun may be the end. Raises
    TimesMakeNoSense when the end is not after the start, lies ahead of us or is more than 16 hours
    away, or when the start is a day or more from the planned one.
    """
    minutes = minutes_between(started_at, ended_at)
    is_near = abs(started_at - planned_at) < timedelta(days=1)
    is_ahead = ended_at > now + timedelta(minutes=1)
    if is_ahead or not is_near or not 0 < minutes <= LONGEST_TRIP_MINUTES:
        raise TimesMakeNoSense
    return minutes


@dataclass(frozen=True)
class Price:
    """What a trip that is over costs, in minutes; `is_made` False is time lost, not time used."""

    minutes: int
    is_made: bool = True


@dataclass(frozen=True)
class Course:
    """How a trip went, in minutes: planned and real length, the way, and what booking set aside."""

    planned: int
    actual: int
    travel: int
    set_aside: int


def price_of_made(terms: Terms, course: Course, answer: Basis | None = None) -> Price:
    """Return what a trip that was made to its end costs.

    `answer` is a person's, for terms that leave the basis open. Raises Undecided without one,
    where it matters.
    """
    if answer is not None and terms.charging.basis is Basis.UNDECIDED:
        terms = replace(terms, charging=replace(terms.charging, basis=answer))
    if terms.measured_in is Measure.COURSE:
        return Price(0)
    made = minutes_made(terms, course.planned, course.actual)
    if made == course.planned:
        return Price(course.set_aside)
    return Price(cost(terms, made, min(course.travel, made)))


def price_of_broken_off(terms: Terms, course: Course, answer: Charge | None = None) -> Price:
    """Return what a trip that was broken off costs; `answer` is for terms that leave it open.

    Raises Undecided without one.
    """
    if terms.measured_in is Measure.COURSE:
        return Price(0)
    rule, charge = "cancelling.broken_off", _answered(terms.cancelling.broken_off, answer)
    partly = cost(terms, course.actual, min(course.travel, course.actual))
    minutes = not_made(terms, rule, charge, course.set_aside, partly)
    return Price(minutes, is_made=charge is not Charge.FREE)


def price_of_cancelled(
    terms: Terms,
    cause: Cause,
    *,
    set_aside: int,
    starts_at: datetime,
    now: datetime,
    answer: Charge | None = None,
) -> Price:
    """Return what a trip that is cancelled now costs; `answer` is for terms that leave it open.

    Raises Undecided without one.
    """
    rule, charge = rule_for(terms.cancelling, cause, starts_at, now)
    minutes = not_made(terms, rule, _answered(charge, answer), set_aside)
    return Price(minutes, is_made=False)


def _answered(charge: Charge | int, answer: Charge | None) -> Charge | int:
    return answer if charge is Charge.UNDECIDED and answer is not None else charge
