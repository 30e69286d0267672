"""The life of a trip: its states, who may cancel it and what that costs."""

from datetime import datetime, timedelta
from enum import StrEnum

from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.errors import Stale, TimesMakeNoSense, Undecided
from klippekort.domain.schemes import UNDECIDED, Cancelling, Charge

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


def rule_for(cancelling: Cancelling, cause: Cause, starts_at: datetime, now: datetime) -> str:
    """Return the name of the term that says what this cancellation costs."""
    if cause is not Cause.CITIZEN:
        return cause.value
    hours = cancelling.late_hours
    is_late = hours is not None and starts_at - now < timedelta(hours=hours)
    return "citizen_late" if is_late else "citizen_in_time"


def charge_for(
    cancelling: Cancelling,
    cause: Cause,
    *,
    starts_at: datetime,
    now: datetime,
    answer: Charge | None = None,
) -> Charge:
    """Return what a cancelled trip costs.

    Raises Undecided when the scheme leaves it open and no person has answered.
    """
    rule = rule_for(cancelling, cause, starts_at, now)
    charge: Charge = getattr(cancelling, rule)
    if charge is not Charge.UNDECIDED:
        return charge
    if answer is None:
        raise Undecided(f"cancelling.{rule}", tuple(c.value for c in Charge if c != UNDECIDED))
    return answer
