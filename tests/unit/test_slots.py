"""The dates of an activity: by the clock on the wall, named once and for ever."""

from datetime import date, time, timedelta

import pytest

from klippekort.domain.calendar import iso_week, local
from klippekort.domain.recurrence import Repeats, Slot, Timing, slots_of

TWO, FOUR = time(14), time(16)
FAR_AHEAD = date(2027, 12, 31)


def weekly(first_on: date, last_on: date | None = None) -> Timing:
    """Return an activity at two o'clock every week."""
    return Timing(first_on, TWO, FOUR, Repeats.WEEKLY, last_on=last_on)


def slots(rule: Timing, from_on: date, through: date) -> list[Slot]:
    """Return the dates of an activity that was never held otherwise."""
    return list(slots_of((rule,), from_on, through))


@pytest.mark.parametrize("clocks_change_on", [date(2026, 10, 25), date(2027, 3, 28)])
def test_two_o_clock_stays_two_o_clock_when_the_clocks_change(clocks_change_on: date) -> None:
    first_on = clocks_change_on - timedelta(days=7)
    dates = slots(weekly(first_on), first_on, clocks_change_on + timedelta(days=7))
    assert [(local(slot.starts_at).time(), local(slot.ends_at).time()) for slot in dates] == [
        (TWO, FOUR)
    ] * 3


def test_the_week_in_which_summer_time_ends_is_an_hour_longer() -> None:
    before, after = slots(weekly(date(2026, 10, 18)), date(2026, 10, 18), date(2026, 10, 25))
    assert after.starts_at - before.starts_at == timedelta(days=7, hours=1)


def test_the_week_in_which_summer_time_begins_is_an_hour_shorter() -> None:
    before, after = slots(weekly(date(2027, 3, 21)), date(2027, 3, 21), date(2027, 3, 28))
    assert after.starts_at - before.starts_at == timedelta(days=7, hours=-1)


def test_an_activity_through_the_night_of_the_change_lasts_as_long_as_it_really_does() -> None:
    rule = Timing(date(2026, 10, 24), time(22), time(4))
    (night,) = slots(rule, date(2026, 10, 24), FAR_AHEAD)
    assert night.ends_at - night.starts_at == timedelta(hours=7)


def test_a_weekly_activity_is_held_in_the_53rd_week() -> None:
    first_on = date(2026, 12, 23)
    days = [local(slot.starts_at).date() for slot in slots(weekly(first_on), first_on, FAR_AHEAD)]
    assert [iso_week(day) for day in days[:3]] == ["2026-W52", "2026-W53", "2027-W01"]


def test_the_last_day_is_one_of_the_dates() -> None:
    rule = weekly(date(2026, 11, 24), date(2026, 12, 8))
    keys = [slot.key for slot in slots(rule, date(2026, 11, 1), FAR_AHEAD)]
    assert keys == ["2026-11-24T14:00", "2026-12-01T14:00", "2026-12-08T14:00"]


def test_days_before_the_first_asked_for_are_left_out() -> None:
    dates = slots(weekly(date(2026, 11, 24)), date(2026, 12, 2), date(2026, 12, 8))
    assert [slot.key for slot in dates] == ["2026-12-08T14:00"]


def test_what_is_held_once_has_one_date() -> None:
    rule = Timing(date(2026, 11, 24), TWO, FOUR)
    assert [slot.key for slot in slots(rule, date(2026, 11, 1), FAR_AHEAD)] == ["2026-11-24T14:00"]


def test_what_was_held_once_has_no_date_left() -> None:
    rule = Timing(date(2026, 11, 24), TWO, FOUR)
    assert slots(rule, date(2026, 11, 25), FAR_AHEAD) == []


def test_asking_from_another_day_names_the_same_dates() -> None:
    rule = weekly(date(2026, 9, 1))
    early = {slot.key: slot for slot in slots(rule, date(2026, 9, 1), FAR_AHEAD)}
    late = {slot.key: slot for slot in slots(rule, date(2026, 11, 1), FAR_AHEAD)}
    assert late.items() <= early.items()
