"""Until when a helper must have been found."""

from datetime import date, datetime, time, timedelta

import pytest

from klippekort.domain.calendar import instant
from klippekort.domain.finding import deadline, usual_deadline

TRIP_AT = instant(date(2026, 11, 26), time(14))  # a Thursday
MONDAY = instant(date(2026, 11, 23), time(9))


def _noon(day: int) -> datetime:
    return instant(date(2026, 11, day), time(12))


def test_it_is_noon_on_the_working_day_before() -> None:
    assert usual_deadline(TRIP_AT, MONDAY) == _noon(25)


def test_a_trip_on_a_monday_has_its_helper_on_friday() -> None:
    assert usual_deadline(TRIP_AT + timedelta(days=4), MONDAY) == _noon(27)


def test_a_holiday_is_no_working_day() -> None:
    boxing_day = instant(date(2026, 12, 28), time(10))
    assert usual_deadline(boxing_day, MONDAY) == instant(date(2026, 12, 23), time(12)) + timedelta(
        days=1
    )


def test_a_day_that_is_said_counts() -> None:
    assert deadline(date(2026, 11, 24), TRIP_AT, MONDAY) == _noon(24)


def test_on_the_day_itself_it_is_two_hours_before() -> None:
    early = instant(date(2026, 11, 26), time(9))
    assert deadline(date(2026, 11, 26), early, MONDAY) == early - timedelta(hours=2)


@pytest.mark.parametrize(
    ("before", "expected"),
    [(timedelta(hours=20), timedelta(hours=2)), (timedelta(hours=1), timedelta(hours=1))],
)
def test_when_noon_is_over_it_is_as_late_as_can_be(before: timedelta, expected: timedelta) -> None:
    assert usual_deadline(TRIP_AT, TRIP_AT - before) == TRIP_AT - expected
