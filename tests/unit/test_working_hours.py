"""Deadlines run only while somebody answers the phone."""

from datetime import date, datetime, time

import pytest

from klippekort.domain.calendar import COPENHAGEN, instant, local
from klippekort.domain.working_hours import (
    OfficeHours,
    after_working,
    answer_by,
    is_office_day,
    working_minutes_between,
)

OFFICE = OfficeHours(time(8), time(15))
HOUR = 60


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return instant(day, time(hour, minute))


def deadline(start: datetime, hours: int) -> str:
    return f"{local(after_working(start, hours * HOUR, OFFICE)):%Y-%m-%d %H.%M}"


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param(at(date(2026, 11, 23), 9), 4, "2026-11-23 13.00", id="the same day"),
        pytest.param(at(date(2026, 11, 23), 9), 6, "2026-11-23 15.00", id="till it closes"),
        pytest.param(at(date(2026, 11, 23), 9), 8, "2026-11-24 10.00", id="the next day"),
        pytest.param(at(date(2026, 11, 23), 6), 1, "2026-11-23 09.00", id="before it opens"),
        pytest.param(at(date(2026, 11, 23), 15), 1, "2026-11-24 09.00", id="as it closes"),
        pytest.param(at(date(2026, 11, 27), 14), 8, "2026-11-30 15.00", id="a weekend"),
        pytest.param(at(date(2026, 11, 28), 12), 1, "2026-11-30 09.00", id="on a Saturday"),
        pytest.param(at(date(2026, 12, 23), 14), 2, "2026-12-28 09.00", id="Christmas"),
        pytest.param(at(date(2026, 12, 30), 14), 2, "2027-01-04 09.00", id="New Year"),
        pytest.param(at(date(2026, 4, 1), 14), 2, "2026-04-07 09.00", id="Easter"),
        pytest.param(at(date(2026, 5, 13), 14), 2, "2026-05-15 09.00", id="Ascension Day"),
        pytest.param(at(date(2026, 6, 4), 14), 2, "2026-06-08 09.00", id="Constitution Day"),
        pytest.param(at(date(2026, 3, 27), 14), 8, "2026-03-30 15.00", id="clocks on"),
        pytest.param(at(date(2026, 10, 23), 14), 8, "2026-10-26 15.00", id="clocks back"),
        pytest.param(at(date(2028, 2, 28), 14), 8, "2028-02-29 15.00", id="a leap day"),
        pytest.param(at(date(2027, 2, 26), 14), 2, "2027-03-01 09.00", id="no leap day"),
    ],
)
def test_only_open_hours_count(start: datetime, hours: int, expected: str):
    assert deadline(start, hours) == expected


def test_a_start_in_the_hour_that_comes_twice_is_still_before_monday():
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN)
    assert deadline(twice, 1) == "2026-10-26 09.00"


def test_great_prayer_day_was_a_holiday_until_2023():
    assert not is_office_day(date(2023, 5, 5))
    assert is_office_day(date(2024, 4, 26))


def test_a_night_has_no_working_minutes():
    evening, morning = at(date(2026, 11, 23), 15), at(date(2026, 11, 24), 8)
    assert working_minutes_between(evening, morning, OFFICE) == 0


def test_minutes_are_counted_over_a_weekend():
    friday, monday = at(date(2026, 11, 27), 14), at(date(2026, 11, 30), 9, 30)
    assert working_minutes_between(friday, monday, OFFICE) == 150


def test_an_end_before_the_start_leaves_nothing():
    morning = at(date(2026, 11, 23), 9)
    assert working_minutes_between(morning, at(date(2026, 11, 23), 8), OFFICE) == 0


def test_an_office_closes_after_it_opens():
    with pytest.raises(ValueError, match="open from"):
        OfficeHours(time(15), time(8))


def test_no_time_is_no_deadline():
    with pytest.raises(ValueError, match="0 minutes"):
        after_working(at(date(2026, 11, 23), 9), 0, OFFICE)


def test_an_offer_is_answered_within_the_working_hours():
    now = at(date(2026, 11, 23), 9)
    assert answer_by(now, at(date(2026, 11, 30), 10), 8, OFFICE) == at(date(2026, 11, 24), 10)


def test_an_offer_for_soon_is_answered_two_hours_before():
    now = at(date(2026, 11, 23), 9)
    assert answer_by(now, at(date(2026, 11, 23), 14), 8, OFFICE) == at(date(2026, 11, 23), 12)


def test_nobody_can_be_asked_by_night_about_the_morning():
    evening = at(date(2026, 11, 23), 17)
    assert answer_by(evening, at(date(2026, 11, 24), 10), 8, OFFICE) is None
