"""How an activity goes from an idea to an end."""

from datetime import date, timedelta

import pytest

from klippekort.domain.activity_life import (
    Existence,
    State,
    Step,
    after,
    can,
    confirmed_until,
    existence,
    first_state,
)
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Role

DUE = date(2026, 11, 24)


def test_a_proposal_is_approved_with_remarks_and_published_by_its_host() -> None:
    assert after(after(State.PROPOSED, Step.APPROVE), Step.PUBLISH) is State.PUBLISHED


def test_a_proposal_may_be_published_at_once() -> None:
    assert after(State.PROPOSED, Step.PUBLISH) is State.PUBLISHED


@pytest.mark.parametrize("state", [State.DECLINED, State.CANCELLED, State.ENDED])
def test_nothing_more_is_done_with_what_is_over(state: State) -> None:
    assert not any(can(state, step) for step in Step)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.PUBLISHED, Step.APPROVE),
        (State.PUBLISHED, Step.DECLINE),
        (State.APPROVED, Step.APPROVE),
        (State.PROPOSED, Step.END),
    ],
)
def test_a_step_that_does_not_fit_is_refused(state: State, step: Step) -> None:
    with pytest.raises(Stale):
        after(state, step)


@pytest.mark.parametrize(
    ("role", "state"),
    [
        (Role.VOLUNTEER, State.PROPOSED),
        (Role.ASSOCIATION, State.PROPOSED),
        (Role.CITIZEN, State.PROPOSED),
        (Role.COORDINATOR, State.PUBLISHED),
        (Role.SYSTEM, State.PUBLISHED),
    ],
)
def test_only_those_who_decide_publish_at_once(role: Role, state: State) -> None:
    assert first_state(role) is state


def test_a_repeat_of_what_was_approved_is_published_at_once() -> None:
    assert first_state(Role.VOLUNTEER, is_repeat=True) is State.PUBLISHED


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (-15, Existence.SURE),
        (-14, Existence.ASKED),
        (0, Existence.ASKED),
        (1, Existence.HIDDEN),
    ],
)
def test_existence_is_asked_for_in_time_and_then_hidden(days: int, found: Existence) -> None:
    assert existence(DUE, DUE + timedelta(days=days)) is found


def test_what_nobody_need_confirm_exists() -> None:
    assert existence(None, DUE) is Existence.SURE


def test_a_word_holds_for_half_a_year() -> None:
    assert confirmed_until(date(2026, 8, 31)) == date(2027, 2, 28)
