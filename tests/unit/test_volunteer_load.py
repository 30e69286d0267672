"""How much somebody gives, and when to ask whether it is too much."""

import pytest

from klippekort.domain.volunteer_load import Level, Limits, Load, Reason, fits, judge


def times(given: int, most: int | None) -> Level:
    return judge(Load(given, 0), Limits(times=most)).level


@pytest.mark.parametrize(
    ("given", "level"),
    [(7, Level.OK), (8, Level.NEAR), (10, Level.NEAR), (11, Level.OVER)],
)
def test_from_80_per_cent_somebody_is_near_their_limit(given: int, level: Level) -> None:
    assert times(given, 10) is level


def test_a_limit_of_one_is_reached_by_one() -> None:
    assert (times(0, 1), times(1, 1), times(2, 1)) == (Level.OK, Level.NEAR, Level.OVER)


def test_without_a_limit_nobody_is_near_one() -> None:
    assert times(100, None) is Level.OK


def test_hours_count_as_times_do() -> None:
    judged = judge(Load(1, 601), Limits(times=10, minutes=600))
    assert (judged.level, judged.reasons) == (Level.OVER, (Reason.HOURS,))


def test_three_weeks_above_the_usual_are_worth_a_talk() -> None:
    judged = judge(Load(9, 0, weeks=(1, 3, 3, 3), usual=2.0), Limits())
    assert (judged.level, judged.reasons) == (Level.NEAR, (Reason.BUSY_WEEKS,))


@pytest.mark.parametrize(
    ("weeks", "usual"), [((3, 2, 3), 2.0), ((3, 3), 2.0), ((3, 3, 3), None), ((3, 3, 3), 3.0)]
)
def test_anything_less_is_not(weeks: tuple[int, ...], usual: float | None) -> None:
    assert judge(Load(9, 0, weeks=weeks, usual=usual), Limits()).level is Level.OK


@pytest.mark.parametrize(("calls", "level"), [(2, Level.OK), (3, Level.NEAR)])
def test_many_calls_on_short_notice_are_worth_a_talk(calls: int, level: Level) -> None:
    assert judge(Load(3, 0, short_notices=calls), Limits()).level is level


def test_the_worst_of_several_reasons_counts() -> None:
    judged = judge(Load(5, 90, short_notices=3), Limits(times=4, minutes=100))
    assert judged.level is Level.OVER
    assert judged.reasons == (Reason.TIMES, Reason.HOURS, Reason.SHORT_NOTICE)


@pytest.mark.parametrize(
    ("load", "minutes", "expected"),
    [
        (Load(3, 0), 60, True),
        (Load(4, 0), 60, False),
        (Load(0, 540), 60, True),
        (Load(0, 541), 60, False),
    ],
)
def test_one_more_fits_within_what_somebody_will_give(
    load: Load, minutes: int, expected: bool
) -> None:
    assert fits(load, Limits(times=4, minutes=600), minutes=minutes) is expected


def test_without_limits_there_is_always_room() -> None:
    assert fits(Load(99, 9999), Limits(), minutes=480)
