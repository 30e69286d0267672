"""Whom to ask first, how many at a time, and how long to wait."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from klippekort.domain.calendar import instant
from klippekort.domain.waves import (
    Candidate,
    answers_by,
    in_order,
    is_too_late,
    opens_at,
    wait_minutes,
    wave_size,
)
from klippekort.domain.working_hours import OfficeHours

OFFICE = OfficeHours(time(8), time(15))
MONDAY = date(2026, 11, 23)
NINE = instant(MONDAY, time(9))


def person(number: int, **facts: object) -> Candidate:
    return Candidate(UUID(int=number), **facts)  # type: ignore[arg-type]


def order(*candidates: Candidate) -> list[int]:
    return [one.volunteer_id.int for one in in_order(candidates)]


def at(days: int, hour: int = 14) -> datetime:
    return instant(MONDAY + timedelta(days=days), time(hour))


@pytest.mark.parametrize(
    "better",
    [
        {"same_association": True},
        {"times_hosted": 1},
        {"shares_interest": True},
    ],
)
def test_what_speaks_for_somebody_puts_them_first(better: dict[str, object]) -> None:
    assert order(person(1), person(2, **better)) == [2, 1]


def test_the_same_association_comes_before_all_else() -> None:
    knows = person(1, times_hosted=9, shares_interest=True)
    assert order(knows, person(2, same_association=True, is_free=False)) == [2, 1]


def test_those_with_time_then_come_before_those_without() -> None:
    assert order(person(1, is_free=False), person(2)) == [2, 1]


def test_of_those_alike_whoever_was_asked_least_comes_first() -> None:
    assert order(person(1, asks_lately=2), person(2, asks_lately=0)) == [2, 1]


@pytest.mark.parametrize(
    "against",
    [
        {"is_cleared": False},
        {"is_within_limits": False},
        {"is_away": True},
        {"is_busy": True},
        {"has_answered": True},
    ],
)
def test_nobody_is_asked_with_something_against_it(against: dict[str, bool]) -> None:
    assert order(person(1, same_association=True, **against)) == []


def test_two_are_asked_then_four_then_everybody() -> None:
    far = at(10)
    assert [wave_size(number, NINE, far, OFFICE) for number in (1, 2, 3)] == [2, 4, None]


def test_everybody_is_asked_at_once_when_a_second_wave_would_be_too_late() -> None:
    assert wave_size(1, NINE, at(0, 12), OFFICE) is None


@pytest.mark.parametrize(
    ("left", "minutes"),
    [
        (timedelta(days=7), 420),
        (timedelta(days=6, hours=23), 240),
        (timedelta(days=3), 240),
        (timedelta(days=1), 120),
        (timedelta(hours=23), 60),
    ],
)
def test_the_nearer_it_is_the_shorter_a_wave_waits(left: timedelta, minutes: int) -> None:
    assert wait_minutes(left) == minutes


def test_a_wave_does_not_wait_through_the_night() -> None:
    sent = instant(MONDAY, time(14, 30))
    assert answers_by(sent, at(2), OFFICE) == instant(MONDAY + timedelta(days=1), time(9, 30))


def test_a_wave_waits_until_two_hours_before_at_the_latest() -> None:
    assert answers_by(NINE, at(0, 11), OFFICE) == NINE


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (NINE, NINE),
        (instant(MONDAY, time(22)), instant(MONDAY + timedelta(days=1), time(8))),
        (instant(MONDAY - timedelta(days=2), time(10)), instant(MONDAY, time(8))),
    ],
)
def test_nobody_is_called_at_night_or_on_a_day_off(now: datetime, opens: datetime) -> None:
    assert opens_at(now, OFFICE) == opens


def test_it_is_too_late_when_nobody_could_answer_in_time() -> None:
    assert is_too_late(instant(MONDAY, time(22)), at(1, 9), OFFICE)
    assert not is_too_late(instant(MONDAY, time(22)), at(1, 14), OFFICE)
