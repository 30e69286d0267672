"""The life of a trip: what may follow what, what a cancellation costs, which times make sense."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from klippekort.domain import trips
from klippekort.domain.errors import Stale, TimesMakeNoSense, Undecided
from klippekort.domain.schemes import (
    Band,
    Basis,
    Cancelled,
    Cancelling,
    Charge,
    Charging,
    Span,
    Terms,
    Travel,
    Unit,
)
from klippekort.domain.trips import Cause, Course, Price, TripState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (TripState.COMPLETED, TripState.CANCELLED),
        (TripState.CANCELLED, TripState.UNDER_WAY),
        (TripState.UNDER_WAY, TripState.CANCELLED),
        (TripState.NO_SHOW, TripState.COMPLETED),
    ],
)
def test_what_is_over_stays_over(state: TripState, to: TripState) -> None:
    with pytest.raises(Stale):
        trips.move(state, to)


def test_a_trip_is_booked_then_under_way_then_done() -> None:
    assert trips.move(TripState.BOOKED, TripState.UNDER_WAY) is TripState.UNDER_WAY
    assert trips.move(TripState.UNDER_WAY, TripState.BROKEN_OFF) is TripState.BROKEN_OFF


def price(terms: Terms, cause: Cause, answer: Charge | None = None, hours: int = 48) -> Price:
    return trips.price_of_cancelled(
        terms, cause, set_aside=90, starts_at=NOON, now=NOON - hours * HOUR, answer=answer
    )


def cancelling(**said: Any) -> Terms:
    return Terms(cancelling=Cancelling(**said))


@pytest.mark.parametrize(("hours", "minutes"), [(24, 0), (25, 0), (23, 90)])
def test_late_is_less_than_the_hours_the_scheme_says(hours: int, minutes: int) -> None:
    late = Band(Span(24, Unit.HOURS), Charge.FULL)
    terms = cancelling(citizen=Cancelled(Charge.FREE, {"late": late}))
    assert price(terms, Cause.CITIZEN, hours=hours) == Price(minutes, is_made=False)


@pytest.mark.parametrize(
    ("charge", "minutes"), [(Charge.HALF, 45), (Charge.ONE_PUNCH, 30), (20, 20), (120, 90)]
)
def test_a_trip_that_was_not_made_costs_what_the_scheme_says(
    charge: Charge | int, minutes: int
) -> None:
    assert price(cancelling(no_show=charge), Cause.NO_SHOW).minutes == minutes


def test_what_is_undecided_asks_a_person() -> None:
    with pytest.raises(Undecided) as question:
        price(cancelling(), Cause.NO_SHOW)
    assert question.value.rule == "cancelling.no_show"
    assert {"free", "full", "half", "one_punch"} <= set(question.value.choices)


def test_a_persons_answer_settles_what_is_undecided() -> None:
    assert price(cancelling(), Cause.NO_SHOW, Charge.FREE).minutes == 0


def test_an_answer_never_overrules_the_scheme() -> None:
    terms = cancelling(supplier=Cancelled(Charge.FREE))
    assert price(terms, Cause.SUPPLIER, Charge.FULL).minutes == 0


WENT = Course(planned=60, actual=75, travel=20, set_aside=60)


def charging(basis: Basis, **said: Any) -> Terms:
    return Terms(charging=Charging(basis=basis, travel=Travel.COUNTS), **said)


@pytest.mark.parametrize(
    ("basis", "minutes"),
    [(Basis.PLANNED, 60), (Basis.ACTUAL, 75), (Basis.LOWER, 60), (Basis.HIGHER, 75)],
)
def test_a_trip_that_was_made_costs_by_its_basis(basis: Basis, minutes: int) -> None:
    assert trips.price_of_made(charging(basis), WENT) == Price(minutes)


def test_an_open_basis_is_asked_about_only_where_it_matters() -> None:
    undecided = charging(Basis.UNDECIDED)
    as_planned = Course(planned=60, actual=60, travel=20, set_aside=60)
    assert trips.price_of_made(undecided, as_planned) == Price(60)
    with pytest.raises(Undecided):
        trips.price_of_made(undecided, WENT)


def test_a_free_broken_off_trip_is_no_trip() -> None:
    terms = charging(Basis.ACTUAL, cancelling=Cancelling(broken_off=Charge.FREE))
    assert trips.price_of_broken_off(terms, WENT) == Price(0, is_made=False)


def test_a_trip_can_be_started_on_its_day_and_not_before() -> None:
    assert trips.has_come(NOON, NOON - 5 * HOUR)
    assert not trips.has_come(NOON, NOON - 24 * HOUR)


def test_a_trip_takes_the_time_it_took() -> None:
    assert trips.actual_minutes(NOON, NOON, NOON + 2 * HOUR, NOON + 3 * HOUR) == 120


@pytest.mark.parametrize(
    ("starts", "ends", "now"),
    [(1, 0, 5), (0, 0, 5), (0, 2, 1), (0, 17, 20), (-25, -24, 5), (24, 25, 30)],
)
def test_times_that_make_no_sense_are_refused(starts: int, ends: int, now: int) -> None:
    with pytest.raises(TimesMakeNoSense):
        trips.actual_minutes(NOON, NOON + starts * HOUR, NOON + ends * HOUR, NOON + now * HOUR)


def test_the_autumn_night_is_counted_in_real_time() -> None:
    before, after = (
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert trips.actual_minutes(before, before, after, after) == 120


def test_the_minute_that_has_begun_may_be_the_end() -> None:
    just_after = NOON + timedelta(seconds=5)
    assert trips.actual_minutes(NOON, NOON, NOON + timedelta(minutes=1), just_after) == 1


@pytest.mark.parametrize(
    ("planned", "told", "home"),
    [
        ([2, 3], [None, None], [1, 2]),
        ([3, 2], [None, None], [2, 1]),
        ([2], [None], [2]),
        ([3, 2], [1, None], [1, 2]),
        ([2, 3, 1], [None, 1.5, None], [2, 1.5, 1]),
        ([2, 3], [1, 1.5], [1, 1.5]),
    ],
)
def test_the_last_of_those_who_came_home_together_was_home_at_the_end(
    planned: list[float], told: list[float | None], home: list[float]
) -> None:
    """All in hours after noon; the end is at two."""
    planned_home = [NOON + one * HOUR for one in planned]
    said = [None if one is None else NOON + one * HOUR for one in told]
    found = trips.home_at(planned_home, NOON + 2 * HOUR, said)
    assert found == [NOON + one * HOUR for one in home]


def test_whoever_is_fetched_later_began_as_much_later() -> None:
    assert trips.own_start(NOON + HOUR, NOON, NOON + 2 * HOUR) == NOON + 3 * HOUR
