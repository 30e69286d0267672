"""How a group lives: what leads to what, when it may begin, and when somebody should worry."""

from datetime import date, timedelta

import pytest

from klippekort.domain.groups.handing_over import Met, Sign, Task, missing, signs
from klippekort.domain.groups.life import (
    Agreement,
    Milestone,
    Outlook,
    State,
    Step,
    TooFewLeaders,
    TooFewMembers,
    WrongState,
    after,
    agreement,
    check_start,
    milestones,
    outlook,
    steps_from,
)

TODAY = date(2026, 11, 23)


def test_a_group_forms_runs_steps_back_and_runs_itself():
    state = State.FORMING
    for step in (Step.START, Step.STEP_BACK, Step.LET_GO, Step.END):
        state = after(state, step)
    assert state is State.ENDED


def test_a_group_on_its_own_can_be_helped_again():
    assert after(State.SELF_RUN, Step.STEP_IN) is State.RUNNING


def test_a_group_is_not_left_to_itself_at_once():
    with pytest.raises(WrongState):
        after(State.RUNNING, Step.LET_GO)


def test_what_has_ended_stays_so():
    assert steps_from(State.ENDED) == ()


def test_too_few_members_cannot_begin():
    with pytest.raises(TooFewMembers) as refusal:
        check_start(4, 5, 2, 2)
    assert (refusal.value.members, refusal.value.smallest) == (4, 5)


def test_a_group_of_two_leaders_does_not_begin_with_one():
    with pytest.raises(TooFewLeaders) as refusal:
        check_start(5, 5, 1, 2)
    assert (refusal.value.leaders, refusal.value.least) == (1, 2)


def test_enough_of_both_may_begin():
    check_start(5, 5, 2, 2)


@pytest.mark.parametrize(
    ("members", "in_line", "days", "looks"),
    [
        (5, 0, 3, Outlook.ENOUGH),
        (3, 2, 8, Outlook.LIKELY),
        (0, 5, 1, Outlook.HURRY),
        (3, 1, 30, Outlook.UNSURE),
        (3, 1, 14, Outlook.WILL_NOT),
    ],
)
def test_who_coordinates_is_warned_in_time(members: int, in_line: int, days: int, looks: Outlook):
    assert outlook(members, in_line, 5, TODAY + timedelta(days=days), TODAY) is looks


@pytest.mark.parametrize(
    ("days", "stands"),
    [(None, "holds"), (61, "holds"), (60, "ends_soon"), (0, "ends_soon"), (-1, "over")],
)
def test_an_agreement_is_seen_to_end(days: int | None, stands: str):
    until = None if days is None else TODAY + timedelta(days=days)
    assert agreement(until, TODAY) is Agreement(stands)


def test_milestones_are_told_in_order():
    assert milestones(5, 8, None, TODAY) == (
        Milestone.FIRST,
        Milestone.FIFTH,
        Milestone.HALF_WAY,
    )


def test_a_year_on_its_own_is_a_milestone():
    assert Milestone.YEAR_ON_ITS_OWN in milestones(9, None, TODAY - timedelta(days=365), TODAY)


def test_a_group_that_meets_well_shows_all_signs():
    met = [Met(5, False), Met(5, False), Met(6, True), Met(5, True)]
    assert signs(met, 4, well=4, answers=6) == tuple(Sign)


def test_a_group_that_dwindles_lacks_a_sign():
    met = [Met(5, False), Met(5, False), Met(3, True), Met(5, True)]
    assert Sign.PEOPLE_COME not in signs(met, 4, well=4, answers=6)


def test_one_answer_is_no_sign():
    assert Sign.SAY_IT_GOES_WELL not in signs([], 4, well=4, answers=4)


def test_silence_is_no_sign():
    assert signs([], 4, well=0, answers=0) == ()


def test_all_is_settled_before_the_leaders_go():
    done = [task.value for task in Task if task is not Task.KEY]
    assert missing(done) == (Task.KEY,)
