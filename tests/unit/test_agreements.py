"""On which days a standing agreement falls, through weeks 53, leap days and both clock changes."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.agreements import Rhythm, days_of, latest_change, meet
from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.schemes import Notice, Span, Terms, Unit

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_week_53_does_not_break_the_rhythm() -> None:
    rhythm = Rhythm(3, 2, time(10), date(2026, 12, 17))
    assert list(days_of(rhythm, date(2026, 12, 1), date(2027, 1, 31))) == [
        date(2026, 12, 17),
        date(2026, 12, 31),
        date(2027, 1, 14),
        date(2027, 1, 28),
    ]


def test_the_first_week_counts_only_from_its_day_on() -> None:
    rhythm = Rhythm(0, 1, time(10), date(2026, 11, 25))
    assert next(days_of(rhythm, date(2026, 11, 1), date(2026, 12, 31))) == date(2026, 11, 30)


def test_two_agreements_meet_where_they_fall_on_one_day() -> None:
    odd = Rhythm(2, 2, time(10), date(2026, 11, 25))
    even = Rhythm(2, 2, time(10), date(2026, 12, 2))
    weekly = Rhythm(2, 1, time(10), date(2027, 1, 1), date(2027, 1, 6))
    assert not meet(odd, even)
    assert (meet(odd, weekly), meet(even, weekly)) == (True, False)
    assert not meet(odd, Rhythm(3, 1, time(10), date(2026, 11, 25)))


def test_the_notice_goes_by_the_danish_clock_over_the_change() -> None:
    terms = Terms(notice=Notice(agreement_change=Span(2, Unit.DAYS)))
    last = latest_change(terms, date(2026, 10, 26), time(10))
    assert last == datetime(2026, 10, 24, 10, tzinfo=COPENHAGEN)


def test_what_nobody_has_decided_stops_nobody() -> None:
    assert latest_change(Terms(), date(2026, 10, 26), time(10)) is None


@given(DAYS, st.integers(0, 6), st.integers(1, 8), st.integers(0, 400))
def test_every_day_is_the_right_weekday_and_evenly_spaced(
    first: date, weekday: int, weeks: int, span: int
) -> None:
    rhythm = Rhythm(weekday, weeks, time(10), first)
    found = list(days_of(rhythm, first - timedelta(days=1), first + timedelta(days=span)))
    assert {day.weekday() for day in found} <= {weekday}
    assert {b - a for a, b in pairwise(found)} <= {timedelta(weeks=weeks)}
    assert all(day >= first for day in found)


@given(DAYS, st.integers(0, 6), st.integers(1, 8), st.integers(0, 200))
def test_looking_in_two_parts_finds_the_same_days(
    first: date, weekday: int, weeks: int, split: int
) -> None:
    rhythm, start = Rhythm(weekday, weeks, time(10), first), first - timedelta(days=1)
    middle, end = start + timedelta(days=split), start + timedelta(days=400)
    halves = [*days_of(rhythm, start, middle), *days_of(rhythm, middle, end)]
    assert halves == list(days_of(rhythm, start, end))
