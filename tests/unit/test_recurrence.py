"""Rules of recurrence, case by case."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from klippekort.domain.calendar import local
from klippekort.domain.recurrence import (
    LAST,
    Closure,
    OnHolidays,
    Repeats,
    Timing,
    WhyNever,
    begins_in,
    count_through,
    cut,
    describe,
    ended,
    first_slot,
    never_occurs,
    nth_of,
    slots_of,
    why_never,
)

TUESDAY = date(2026, 11, 24)
FAR_AHEAD = date(2027, 12, 31)
ONCE = Timing(TUESDAY, time(14), time(16))
WEEKLY = replace(ONCE, repeats=Repeats.WEEKLY)
BY_DAY = replace(ONCE, repeats=Repeats.MONTHLY_DAY)
BY_WEEKDAY = replace(ONCE, repeats=Repeats.MONTHLY_WEEKDAY, nth=4)


def days(*series: Timing, through: date = FAR_AHEAD, most: int = 5) -> list[str]:
    """Return the first days of a series."""
    return [slot.key[:10] for slot in slots_of(series, series[0].from_on, through)][:most]


def test_every_second_week_is_counted_from_the_week_it_begins_in_through_week_53() -> None:
    held = days(replace(WEEKLY, every=2), most=4)
    assert held == ["2026-11-24", "2026-12-08", "2026-12-22", "2027-01-05"]


def test_chosen_weekdays_before_the_first_day_are_left_out_of_the_first_week() -> None:
    held = days(replace(WEEKLY, weekdays=(3, 0), every=2), most=3)
    assert held == ["2026-11-26", "2026-12-07", "2026-12-10"]


def test_the_31st_is_passed_over_in_short_months() -> None:
    held = days(replace(BY_DAY, from_on=date(2027, 1, 31)), most=3)
    assert held == ["2027-01-31", "2027-03-31", "2027-05-31"]


def test_a_month_in_three_keeps_its_turn_when_asked_later() -> None:
    quarterly = replace(BY_DAY, every=3)
    late = [slot.key[:10] for slot in slots_of((quarterly,), date(2027, 3, 1), FAR_AHEAD)]
    assert late == ["2027-05-24", "2027-08-24", "2027-11-24"]


def test_the_fourth_tuesday_is_not_always_the_last() -> None:
    since = replace(BY_WEEKDAY, from_on=date(2027, 3, 1), weekdays=(1,))
    last = replace(since, nth=LAST)
    assert days(since, most=2) == ["2027-03-23", "2027-04-27"]
    assert days(last, most=2) == ["2027-03-30", "2027-04-27"]


def test_the_first_monday_and_thursday_come_by_day() -> None:
    rule = replace(BY_WEEKDAY, from_on=date(2026, 12, 1), weekdays=(0, 3), nth=1)
    assert days(rule, most=4) == ["2026-12-03", "2026-12-07", "2027-01-04", "2027-01-07"]


def test_skipped_days_and_closed_days_are_left_out() -> None:
    closed = Closure(date(2026, 12, 21), date(2027, 1, 3))
    rule = replace(WEEKLY, skipped=frozenset({date(2026, 12, 1)}), closures=(closed,))
    assert days(rule, most=4) == ["2026-11-24", "2026-12-08", "2026-12-15", "2027-01-05"]


def test_public_holidays_are_left_out_where_the_rule_says_so() -> None:
    rule = replace(WEEKLY, from_on=date(2026, 12, 18), on_holidays=OnHolidays.SKIPPED)
    assert days(rule, most=3) == ["2026-12-18", "2027-01-08", "2027-01-15"]


def test_a_timing_holds_until_the_next_begins() -> None:
    later = replace(WEEKLY, from_on=date(2026, 12, 9), starts=time(10), ends=time(11))
    slots = list(slots_of((WEEKLY, later), TUESDAY, date(2026, 12, 17)))
    assert [(slot.key, slot.timing) for slot in slots] == [
        ("2026-11-24T14:00", 0),
        ("2026-12-01T14:00", 0),
        ("2026-12-08T14:00", 0),
        ("2026-12-09T10:00", 1),
        ("2026-12-16T10:00", 1),
    ]


def test_a_start_in_the_hour_that_does_not_exist_is_moved_forward() -> None:
    night = Timing(date(2027, 3, 28), time(2, 30), time(4))
    (slot,) = slots_of((night,), night.from_on, FAR_AHEAD)
    assert (slot.key, local(slot.starts_at).time()) == ("2027-03-28T02:30", time(3, 30))


def test_an_end_the_missing_hour_would_put_before_the_start_keeps_its_length() -> None:
    night = Timing(date(2027, 3, 28), time(2, 30), time(3, 15))
    (slot,) = slots_of((night,), night.from_on, FAR_AHEAD)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=45)


def test_a_start_in_the_doubled_hour_is_the_first_of_the_two() -> None:
    night = Timing(date(2026, 10, 25), time(2, 30), time(3))
    (slot,) = slots_of((night,), night.from_on, FAR_AHEAD)
    assert slot.ends_at - slot.starts_at == timedelta(hours=1, minutes=30)


def test_an_end_before_the_start_is_the_day_after() -> None:
    (slot,) = slots_of((replace(ONCE, starts=time(20), ends=time(1)),), TUESDAY, FAR_AHEAD)
    assert slot.ends_at - slot.starts_at == timedelta(hours=5)


@pytest.mark.parametrize(
    ("timing", "why"),
    [
        (replace(WEEKLY, weekdays=(0,), last_on=date(2026, 11, 29)), WhyNever.LAST_DAY),
        (replace(WEEKLY, last_on=date(2026, 11, 1)), WhyNever.LAST_DAY),
        (replace(ONCE, skipped=frozenset({TUESDAY})), WhyNever.SKIPPED),
        (replace(ONCE, closures=(Closure(TUESDAY, TUESDAY),)), WhyNever.SKIPPED),
        (
            replace(BY_DAY, from_on=date(2026, 12, 25), every=12, on_holidays=OnHolidays.SKIPPED),
            WhyNever.SKIPPED,
        ),
    ],
)
def test_a_rule_without_dates_says_why(timing: Timing, why: WhyNever) -> None:
    assert never_occurs((timing,))
    assert why_never(timing) is why


def test_the_fifth_of_a_month_that_is_skipped_for_ever_is_found_out_quickly() -> None:
    closed = Closure(date(2026, 1, 1), date(2090, 1, 1))
    assert never_occurs((replace(WEEKLY, weekdays=tuple(range(7)), closures=(closed,)),))


def test_leap_day_comes_again_even_across_a_century_without_one() -> None:
    yearly = replace(BY_DAY, from_on=date(2096, 2, 29), every=12)
    assert days(yearly, through=date(2105, 1, 1)) == ["2096-02-29", "2104-02-29"]
    assert why_never(yearly) is None


def test_the_first_date_from_a_day_on_is_found_in_a_later_timing() -> None:
    first = replace(WEEKLY, last_on=TUESDAY)
    later = replace(WEEKLY, from_on=date(2040, 5, 3))
    found = first_slot((first, later), date(2026, 12, 1))
    assert found is not None
    assert found.key == "2040-05-08T14:00" or found.key == "2040-05-03T14:00"


def test_counting_stops_above_the_limit() -> None:
    daily = replace(WEEKLY, weekdays=tuple(range(7)))
    assert count_through((daily,), date(9000, 1, 1), 1000) == 1001
    assert count_through((daily,), date(2026, 11, 30), 1000) == 7


def test_a_day_knows_which_of_its_weekday_it_is() -> None:
    assert [nth_of(date(2026, 12, day)) for day in (1, 7, 8, 22, 24, 25, 29)] == [
        1,
        1,
        2,
        4,
        4,
        LAST,
        LAST,
    ]


def test_what_is_understood_is_said_in_words() -> None:
    pattern = describe(replace(WEEKLY, ends=time(13)))
    assert (pattern.weekdays, pattern.day_of_month, pattern.ends_next_day) == ((1,), None, True)


def test_only_a_day_past_the_28th_is_missing_from_some_months() -> None:
    late = replace(BY_DAY, from_on=date(2027, 1, 29))
    assert [describe(rule).misses_short_months for rule in (BY_DAY, late)] == [False, True]


def test_a_cut_leaves_nothing_of_the_old_rule_after_it() -> None:
    moved = replace(WEEKLY, from_on=date(2026, 12, 9))
    assert days(*cut((WEEKLY,), date(2026, 12, 8), moved), most=4) == [
        "2026-11-24",
        "2026-12-01",
        "2026-12-09",
        "2026-12-16",
    ]


def test_a_cut_at_the_first_date_replaces_the_rule() -> None:
    moved = replace(ONCE, from_on=date(2027, 1, 5))
    assert cut((ONCE,), TUESDAY, moved) == (moved,)


def test_an_ended_series_has_no_date_after_its_last_day() -> None:
    later = replace(WEEKLY, from_on=date(2026, 12, 9))
    assert days(*ended((WEEKLY, later), date(2026, 12, 3))) == ["2026-11-24", "2026-12-01"]


def test_a_series_ended_before_it_began_has_no_dates() -> None:
    assert days(*ended((WEEKLY,), TUESDAY - timedelta(days=1))) == []


def test_a_day_belongs_to_the_timing_that_holds_then() -> None:
    series = (WEEKLY, replace(WEEKLY, from_on=date(2026, 12, 9)))
    asked = [date(2026, 1, 1), date(2026, 12, 8), date(2026, 12, 9)]
    assert [begins_in(series, day) for day in asked] == [0, 0, 1]


def test_slots_come_by_time() -> None:
    rule = replace(WEEKLY, weekdays=(6, 0, 3))
    starts = [slot.starts_at for slot in slots_of((rule,), TUESDAY, FAR_AHEAD)]
    assert all(early < late for early, late in pairwise(starts))
