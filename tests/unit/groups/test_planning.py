"""The plan of meetings goes by the clock on the wall, and leaves out public holidays."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.calendar import instant, is_public_holiday, local, local_day
from klippekort.domain.groups.planning import AT_A_TIME, Rhythm, Stood, go_on, own_time, plan

TUESDAY = date(2026, 9, 1)
EVENINGS = Rhythm(TUESDAY, time(19), 14, 120)


def test_a_series_has_all_its_meetings():
    assert [one.number for one in plan(EVENINGS, 8, (6,))] == list(range(1, 9))


def test_without_an_end_six_are_planned():
    assert len(plan(EVENINGS, None, (6,))) == AT_A_TIME


def test_the_next_go_on_where_the_last_ended():
    assert [one.number for one in plan(EVENINGS, None, (), from_number=7)] == list(range(7, 13))


def test_the_group_is_asked_after_the_sixth_and_the_last():
    asked = [one.number for one in plan(EVENINGS, 8, (6,)) if one.is_evaluated]
    assert asked == [6, 8]


def test_the_first_meeting_may_be_longer():
    first, second = plan(Rhythm(TUESDAY, time(19), 7, 120, 180), 2, ())
    assert first.ends_at - first.starts_at == timedelta(hours=3)
    assert second.ends_at - second.starts_at == timedelta(hours=2)


def test_the_change_of_the_clocks_moves_nothing_on_the_wall():
    times = {local(one.starts_at).time() for one in plan(EVENINGS, 8, ())}
    assert times == {time(19)}


def test_christmas_day_is_passed_over():
    friday = Rhythm(date(2026, 12, 18), time(10), 7, 60)
    days = [local_day(one.starts_at) for one in plan(friday, 3, ())]
    assert days == [date(2026, 12, 18), date(2027, 1, 8), date(2027, 1, 15)]


def test_nobody_meets_on_christmas_eve_or_new_years_eve():
    thursday = Rhythm(date(2026, 12, 17), time(10), 7, 60)
    days = [local_day(one.starts_at) for one in plan(thursday, 2, ())]
    assert days == [date(2026, 12, 17), date(2027, 1, 7)]


@given(
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.integers(1, 60),
    st.integers(1, 12),
)
def test_meetings_come_in_order_and_on_no_holiday(first_on: date, every: int, meetings: int):
    planned = plan(Rhythm(first_on, time(14), every, 60), meetings, ())
    days = [local_day(one.starts_at) for one in planned]
    assert days == sorted(set(days))
    assert not any(is_public_holiday(day) for day in days)


def _stood(*days: date, at: time = time(14), moved: dict[int, datetime] | None = None):
    """Return meetings on these days, those by number in `moved` elsewhere in time."""
    to = moved or {}
    return [
        Stood(to.get(number, instant(day, at)), is_moved=number in to)
        for number, day in enumerate(days, 1)
    ]


def _every(days: int, many: int, first: date = TUESDAY) -> list[date]:
    return [first + timedelta(days=days * turn) for turn in range(many)]


@pytest.mark.parametrize("number", [1, 2, 6])
@pytest.mark.parametrize("by", [1, 5, 7, 12])
@pytest.mark.parametrize("every", [7, 14, 10])
def test_one_meeting_that_was_moved_moves_none_of_those_after(number: int, by: int, every: int):
    days = _every(every, 7)
    to = instant(days[number - 1] + timedelta(days=by), time(16, 30))
    stood = _stood(*days[:6], moved={number: to})
    expected = next(day for day in [days[6], *_every(every, 3, days[6])] if day > local_day(to))
    assert go_on(stood, every, TUESDAY) == (expected, time(14))


def test_where_all_were_moved_the_first_tells_the_rhythm():
    days = _every(7, 2)
    to = {1: instant(days[0], time(15)), 2: instant(days[1] + timedelta(days=2), time(18))}
    assert go_on(_stood(*days, moved=to), 7, TUESDAY) == (days[1] + timedelta(days=7), time(15))


def test_meetings_that_followed_a_new_rhythm_stand_in_it():
    weekly, after = _every(7, 4), _every(14, 4, TUESDAY + timedelta(days=21))
    followed = {number: instant(day, time(14)) for number, day in enumerate(after[1:], 5)}
    stood = _stood(*weekly, *after[1:], moved=followed)
    assert go_on(stood, 14, TUESDAY) == (after[-1] + timedelta(days=14), time(14))


def test_a_holiday_passed_over_is_no_meeting_that_was_moved():
    days = [date(2026, 12, 18), date(2027, 1, 8)]
    to = instant(date(2027, 1, 10), time(9))
    stood = _stood(*days, at=time(10), moved={2: to})
    assert go_on(stood, 7, days[0]) == (date(2027, 1, 15), time(10))


def test_the_hour_is_the_one_on_the_wall_on_both_sides_of_the_change_of_the_clocks():
    days = _every(7, 4, date(2026, 10, 6))
    to = {4: instant(days[3], time(9))}
    day, at = go_on(_stood(*days, moved=to), 7, days[0])
    assert (day, at) == (date(2026, 11, 3), time(14))
    assert local(instant(day, at)).time() == time(14)


def test_no_meeting_is_planned_for_a_day_that_has_been():
    assert go_on(_stood(*_every(7, 2)), 7, date(2026, 9, 23)) == (date(2026, 9, 29), time(14))


def test_a_meeting_that_was_moved_has_a_time_of_its_own_all_the_same():
    days = _every(14, 3)
    stood = _stood(*days, moved={3: instant(days[2] + timedelta(days=2), time(16))})
    assert own_time(stood, 2, 14) == instant(days[2], time(14))
    assert own_time(stood, 1, 14) == instant(days[1], time(14))


def test_the_first_meeting_has_its_own_time_from_those_after_it():
    days = [date(2026, 12, 18), date(2027, 1, 8), date(2027, 1, 15)]
    stood = _stood(*days, at=time(10), moved={1: instant(date(2026, 12, 20), time(9))})
    assert own_time(stood, 0, 7) == instant(days[0], time(10))
