"""The life of a trip: what may follow what, what a cancellation costs, which times make sense."""

from datetime import UTC, datetime, timedelta

import pytest

from klippekort.domain import trips
from klippekort.domain.errors import Stale, TimesMakeNoSense, Undecided
from klippekort.domain.schemes import Cancelling, Charge
from klippekort.domain.trips import Cause, TripState

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


@pytest.mark.parametrize(
    ("hours", "charge"), [(24, Charge.FREE), (25, Charge.FREE), (23, Charge.FULL)]
)
def test_late_is_less_than_the_hours_the_scheme_says(hours: int, charge: Charge) -> None:
    terms = Cancelling(late_hours=24, citizen_in_time=Charge.FREE, citizen_late=Charge.FULL)
    now = NOON - hours * HOUR
    assert trips.charge_for(terms, Cause.CITIZEN, starts_at=NOON, now=now) is charge


def test_what_is_undecided_asks_a_person() -> None:
    with pytest.raises(Undecided) as question:
        trips.charge_for(Cancelling(), Cause.NO_SHOW, starts_at=NOON, now=NOON)
    assert question.value.rule == "cancelling.no_show"
    assert question.value.choices == ("free", "full")


def test_a_persons_answer_settles_what_is_undecided() -> None:
    charge = trips.charge_for(
        Cancelling(), Cause.NO_SHOW, starts_at=NOON, now=NOON, answer=Charge.FREE
    )
    assert charge is Charge.FREE


def test_an_answer_never_overrules_the_scheme() -> None:
    terms = Cancelling(supplier=Charge.FREE)
    charge = trips.charge_for(terms, Cause.SUPPLIER, starts_at=NOON, now=NOON, answer=Charge.FULL)
    assert charge is Charge.FREE


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
