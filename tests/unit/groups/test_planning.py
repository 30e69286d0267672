"""The plan of meetings goes by the clock on the wall, and leaves out public holidays."""

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.calendar import is_public_holiday, local, local_day
from klippekort.domain.groups.planning import AT_A_TIME, Rhythm, plan

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
