"""A course: which checks fall due, and when somebody came again and has settled."""

from datetime import date, timedelta

import pytest

from klippekort.domain.courses import (
    Outcome,
    Phase,
    Standing,
    Visit,
    WrongStep,
    after_check,
    came_again_three_times,
    days_since_outing,
    due_days,
    escorts_used,
    go_on,
    is_settled,
    next_phases,
    step,
    times_again,
)

MONDAY = date(2026, 11, 23)


def visits(*weeks_ago: int, where: str = "cards", escorted: bool = True) -> list[Visit]:
    return [Visit(where, MONDAY - timedelta(weeks=ago), escorted) for ago in weeks_ago]


def test_the_first_time_is_not_again():
    assert times_again(visits(5)) == 0
    assert not came_again_three_times(visits(5, 4, 3))
    assert came_again_three_times(visits(5, 4, 3, 2))


def test_two_trips_a_day_are_one_time():
    assert times_again(visits(1, 1, 0)) == 1


def test_different_things_are_not_added_up():
    assert times_again(visits(3, 2) + visits(1, 0, where="choir")) == 1


def test_somebody_has_settled_who_came_again_three_times_and_still_comes():
    assert is_settled(visits(9, 8, 7, 1), MONDAY)
    assert not is_settled(visits(12, 11, 10, 9), MONDAY)
    assert not is_settled(visits(12, 11, 10, 9) + visits(1, where="choir"), MONDAY)


def test_going_on_ones_own_is_not_needed_to_settle_and_counts_no_escort():
    own = visits(4, 3, 2, 1, escorted=False)
    assert is_settled(own, MONDAY)
    assert escorts_used(own + visits(1), MONDAY - timedelta(weeks=2)) == 1


def test_days_since_the_last_outing():
    assert days_since_outing(visits(3, 1), MONDAY) == 7
    assert days_since_outing([], MONDAY) is None


def test_checks_fall_due_two_and_eight_weeks_after_a_hand_over():
    assert due_days(MONDAY) == ((2, date(2026, 12, 7)), (8, date(2027, 1, 18)))


@pytest.mark.parametrize(
    ("outcome", "phase"),
    [
        (Outcome.CONTINUE, Phase.FOLLOWED_UP),
        (Outcome.CHANGE, Phase.CLARIFIED),
        (Outcome.REASSESS, Phase.CLARIFIED),
        (Outcome.END, Phase.CLOSED),
    ],
)
def test_a_check_leads_on(outcome: Outcome, phase: Phase):
    assert after_check(Standing(Phase.HANDED_OVER), outcome).phase is phase


def test_a_course_that_was_not_right_is_found_out_anew():
    assert step(Standing(Phase.ESCORTED), Phase.CLARIFIED).phase is Phase.CLARIFIED
    assert Phase.CLARIFIED not in next_phases(Standing(Phase.SPOTTED))


def test_a_pause_ends_where_it_began():
    rests = step(Standing(Phase.ESCORTED), Phase.PAUSED)
    assert step(rests, Phase.ESCORTED) == Standing(Phase.ESCORTED)
    with pytest.raises(WrongStep):
        step(rests, Phase.MATCHED)


def test_only_what_was_stopped_goes_on():
    with pytest.raises(WrongStep):
        go_on(Standing(Phase.CLOSED))
