"""The life of a trip: its states and stops, who may cancel it and what its end costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.charging import ALONE, Party, cost, minutes_made, not_made, rule_for
from klippekort.domain.errors import Stale, TimesMakeNoSense
from klippekort.domain.schemes import Basis, Charge, Measure, Terms

LONGEST_TRIP_MINUTES = 16 * 60


class TripState(StrEnum):
    """Where a trip is in its life. A trip that is `held` waits for a yes, with everything set aside
    for it; it was `turned_down`, or the offer `lapsed` without an answer.
    """

    HELD = "held"
    BOOKED = "booked"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    BROKEN_OFF = "broken_off"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    WASTED_VISIT = "wasted_visit"
    TURNED_DOWN = "turned_down"
    LAPSED = "lapsed"


class Cause(StrEnum):
    """Who or what a trip that was not made was stopped by.

    Nobody at home is a no-show; a wasted visit is a helper who came in vain for another reason; a
    trip turned down at the door is charged as the citizen's cancellation at that moment.
    """

    CITIZEN = "citizen"
    SUPPLIER = "supplier"
    HOST = "host"
    WEATHER = "weather"
    INFECTION = "infection"
    NO_SHOW = "no_show"
    WASTED_VISIT = "wasted_visit"
    TURNED_DOWN = "turned_down"


class CancelReason(StrEnum):
    """Why a trip was cancelled, as chips say it."""

    ILL = "ill"
    NOT_TODAY = "not_today"
    VISITORS = "visitors"
    HOSPITAL = "hospital"
    HELPER_ILL = "helper_ill"
    BUSY = "busy"
    ACTIVITY_CANCELLED = "activity_cancelled"
    ACTIVITY_MOVED = "activity_moved"
    WEATHER = "weather"
    INFECTION = "infection"
    NOT_HOME = "not_home"
    CAME_IN_VAIN = "came_in_vain"
    NO_HELPER = "no_helper"
    SAID_NO = "said_no"
    CITIZEN_LEFT = "citizen_left"
    OTHER = "other"


class Company(StrEnum):
    """Who comes along: an escort of ours, or nobody of ours, on one's own way."""

    ESCORT = "escort"
    RELATIVE = "relative"
    FRIEND = "friend"
    FLEX = "flex"
    ALONE = "alone"


class Transport(StrEnum):
    """How they get there."""

    WALK = "walk"
    STAFF_CAR = "staff_car"
    TAXI = "taxi"
    FLEX = "flex"
    WHEELCHAIR_BUS = "wheelchair_bus"
    UNKNOWN = "unknown"


_NEXT: dict[TripState, frozenset[TripState]] = {
    TripState.HELD: frozenset(
        {TripState.BOOKED, TripState.TURNED_DOWN, TripState.LAPSED, TripState.CANCELLED}
    ),
    TripState.BOOKED: frozenset(
        {
            TripState.UNDER_WAY,
            TripState.COMPLETED,
            TripState.CANCELLED,
            TripState.NO_SHOW,
            TripState.WASTED_VISIT,
            TripState.TURNED_DOWN,
        }
    ),
    TripState.UNDER_WAY: frozenset({TripState.COMPLETED, TripState.BROKEN_OFF}),
}
ACTIVE = frozenset({TripState.BOOKED, TripState.UNDER_WAY})
OCCUPIES = ACTIVE | {TripState.HELD}
MADE = frozenset({TripState.COMPLETED, TripState.BROKEN_OFF})
ENDED_BY = {
    Cause.NO_SHOW: TripState.NO_SHOW,
    Cause.WASTED_VISIT: TripState.WASTED_VISIT,
    Cause.TURNED_DOWN: TripState.TURNED_DOWN,
}
"""The state a trip that was not made ends in, by cause; by every other cause it is cancelled."""
TOLD_BY_US = frozenset({Cause.SUPPLIER, Cause.HOST, Cause.WEATHER, Cause.INFECTION})
"""The causes the citizen has not said herself, so that she must be told."""
MISSING_BY = frozenset({Cause.CITIZEN, Cause.NO_SHOW, Cause.TURNED_DOWN})
"""The causes by which one may be missing from a trip that the others have begun."""
LONGER_LIFE_BY = TOLD_BY_US | {Cause.CITIZEN}
"""The causes for which a scheme may let returned time live longer."""


def move(state: TripState, to: TripState) -> TripState:
    """Return the new state. Raises Stale when a trip in `state` cannot become that."""
    if to not in _NEXT.get(state, frozenset()):
        raise Stale(state)
    return to


def stopped(state: TripState, cause: Cause, others: Sequence[TripState]) -> TripState:
    """Return what a trip in `state` becomes for a rider who does not make it; `others` is what it
    is for each of the others.

    Once it is under way somebody may still turn out to be missing from it, where others go or have
    been. Raises Stale when it cannot be stopped any more.
    """
    to = ENDED_BY.get(cause, TripState.CANCELLED)
    goes_on = any(one in ACTIVE | MADE for one in others)
    if state is TripState.UNDER_WAY and cause in MISSING_BY and goes_on:
        return to
    return move(state, to)


def lead(states: Sequence[TripState]) -> int:
    """Return the place of the rider by whom a whole trip is shown: the first who still goes, else
    the first who made it, else the first.
    """
    for group in (OCCUPIES, {TripState.COMPLETED}, {TripState.BROKEN_OFF}):
        for place, state in enumerate(states):
            if state in group:
                return place
    return 0


def ended_as(states: Sequence[TripState]) -> TripState:
    """Return what a whole trip ended as, by what it ended as for each who rode: made to its end
    where anybody made it so, else broken off, else the last that became of it.
    """
    for made in (TripState.COMPLETED, TripState.BROKEN_OFF):
        if made in states:
            return made
    return states[-1]


def has_come(starts_at: datetime, now: datetime) -> bool:
    """Say whether a trip's Danish day has come: before it, nothing can be started or finished."""
    return starts_at <= now or local_day(starts_at) <= local_day(now)


def started(planned_at: datetime, started_at: datetime | None, now: datetime) -> datetime:
    """Return when a trip started: as told, or now. Raises TimesMakeNoSense for a time ahead of us
    or a day or more from the planned one.
    """
    if started_at is None:
        return now
    if started_at > now + timedelta(minutes=1) or abs(started_at - planned_at) >= timedelta(days=1):
        raise TimesMakeNoSense
    return started_at


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


def home_at(
    planned_home: Sequence[datetime], ended_at: datetime, told: Sequence[datetime | None]
) -> list[datetime]:
    """Return when each of those who came home together was home, for the hours that were planned.

    The last of them was home at `ended_at`, and the others as long before as planned, but for whom
    it was `told`, who had left the others before.
    """
    together = [at for at, own in zip(planned_home, told, strict=True) if own is None]
    return [
        ended_at - (max(together) - planned) if own is None else own
        for planned, own in zip(planned_home, told, strict=True)
    ]


def own_start(planned_at: datetime, first_planned_at: datetime, started_at: datetime) -> datetime:
    """Return when a trip began for one of several: it `started_at` where the first was fetched, and
    she was fetched as long after as planned.
    """
    return started_at + (planned_at - first_planned_at)


class StopKind(StrEnum):
    """What happens at a stop of a trip."""

    PICK_UP = "pick_up"
    ARRIVE = "arrive"
    LEAVE = "leave"
    HOME = "home"


@dataclass(frozen=True)
class Stop:
    """One stop of a block: what happens and when; `rider` counts those who ride, None is all."""

    kind: StopKind
    at: datetime
    rider: int | None = None


def stops(
    spans: Sequence[tuple[datetime, datetime]], out_minutes: int, home_minutes: int
) -> list[Stop]:
    """Return the stops of one block, by time, for riders with these spans from door to door.

    The ways, in minutes, are those of the whole block: from the first pick-up, to the last home.
    """
    starts_at = min(start for start, _ in spans)
    ends_at = max(end for _, end in spans)
    found = [Stop(StopKind.PICK_UP, start, n) for n, (start, _) in enumerate(spans)]
    found.append(Stop(StopKind.ARRIVE, starts_at + timedelta(minutes=out_minutes)))
    found.append(Stop(StopKind.LEAVE, ends_at - timedelta(minutes=home_minutes)))
    found += [Stop(StopKind.HOME, end, n) for n, (_, end) in enumerate(spans)]
    return sorted(found, key=lambda stop: stop.at)


@dataclass(frozen=True)
class Price:
    """What a trip that is over costs, in minutes; `is_made` False is time lost, not time used."""

    minutes: int
    is_made: bool = True


@dataclass(frozen=True)
class Course:
    """How a trip went, in minutes: planned and real length, the way, and what booking set aside.

    `party` is who were to go when it was booked: that one stays at home makes it no dearer for the
    others.
    """

    planned: int
    actual: int
    travel: int
    set_aside: int
    party: Party = ALONE


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
    return Price(cost(terms, made, min(course.travel, made), course.party))


def price_of_broken_off(terms: Terms, course: Course, answer: Charge | None = None) -> Price:
    """Return what a trip that was broken off costs; `answer` is for terms that leave it open.

    Raises Undecided without one.
    """
    if terms.measured_in is Measure.COURSE:
        return Price(0)
    rule, charge = "cancelling.broken_off", _answered(terms.cancelling.broken_off, answer)
    partly = cost(terms, course.actual, min(course.travel, course.actual), course.party)
    minutes = not_made(terms, rule, charge, course.set_aside, partly)
    return Price(minutes, is_made=charge is not Charge.FREE)


def rule_of(
    terms: Terms, cause: Cause, starts_at: datetime, now: datetime
) -> tuple[str, Charge | int]:
    """Return the dotted name of the rule that says what a trip that is not made costs now, and its
    answer.
    """
    if cause is Cause.WASTED_VISIT:
        return "cancelling.wasted_visit", terms.cancelling.wasted_visit
    by = Cause.CITIZEN if cause is Cause.TURNED_DOWN else cause
    return rule_for(terms.cancelling, by, starts_at, now)


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
    rule, charge = rule_of(terms, cause, starts_at, now)
    minutes = not_made(terms, rule, _answered(charge, answer), set_aside)
    return Price(minutes, is_made=False)


def _answered(charge: Charge | int, answer: Charge | None) -> Charge | int:
    return answer if charge is Charge.UNDECIDED and answer is not None else charge
