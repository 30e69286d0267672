"""Days, weeks and clocks, on the nights and in the years that break them."""

from datetime import UTC, date, datetime, time

import pytest

from klippekort.domain import calendar


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_has_23_24_or_25_hours(day: date, hours: int) -> None:
    start, end = calendar.day_span(day)
    assert calendar.minutes_between(start, end) == hours * 60


def test_a_time_that_exists_twice_is_its_first_occurrence() -> None:
    assert calendar.instant(date(2026, 10, 25), time(2, 30)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_time_that_does_not_exist_is_moved_forward() -> None:
    shown = calendar.local(calendar.instant(date(2026, 3, 29), time(2, 30)))
    assert shown.time() == time(3, 30)


def test_midnight_belongs_to_the_danish_day() -> None:
    assert calendar.local_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2028, 2, 29), "2028-W09"),
    ],
)
def test_weeks_are_iso_weeks(day: date, week: str) -> None:
    assert calendar.iso_week(day) == week


def test_great_prayer_day_ended_with_2023() -> None:
    assert calendar.is_public_holiday(date(2023, 5, 5))
    assert not calendar.is_public_holiday(date(2024, 4, 26))


def test_constitution_day_and_christmas_eve_are_no_public_holidays() -> None:
    assert not calendar.is_public_holiday(date(2026, 6, 5))
    assert not calendar.is_public_holiday(date(2026, 12, 24))
    assert calendar.is_public_holiday(date(2026, 12, 25))


def test_an_instant_is_stamped_so_that_it_sorts_as_text() -> None:
    early, late = datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 1, 1, 10, 0, 0, 5, tzinfo=UTC)
    assert calendar.stamp(early) == "2026-01-01T09:00:00.000000Z"
    assert calendar.stamp(early) < calendar.stamp(late)
