"""The line in front of a group is fair: by time, with reasons, and nobody jumps it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.groups.joining import (
    Outcome,
    Reason,
    Room,
    first_day,
    is_open,
)
from klippekort.domain.groups.life import Agreement, State
from klippekort.domain.groups.waiting import InLine, enough_wait, is_given_up, line

TODAY = date(2026, 11, 23)
THEN = datetime(2026, 9, 1, 8, tzinfo=UTC)


def waits(number: int, **facts: object) -> InLine:
    """Return somebody who has waited since so many days after the first."""
    plain: dict[str, object] = {"outcome": Outcome.FITS}
    return InLine(UUID(int=number), THEN + timedelta(days=number), **{**plain, **facts})  # type: ignore[arg-type]


def turns(*waiting: InLine, pre_talk: bool = True) -> list[tuple[int, int | None, Reason | None]]:
    """Return who stands where, as number of the person, number of the turn and reason."""
    found = line(waiting, pre_talk=pre_talk, today=TODAY)
    return [(one.id.int, one.number, one.reason) for one in found]


def test_who_has_waited_longest_is_first():
    assert turns(waits(2), waits(1)) == [(1, 1, None), (2, 2, None)]


def test_who_did_not_answer_stands_behind_the_others():
    assert turns(waits(1, lapses=1), waits(2)) == [(2, 1, None), (1, 2, None)]


def test_who_has_not_been_talked_with_is_passed_by_and_told_why():
    assert turns(waits(1, outcome=None), waits(2)) == [(1, None, Reason.TALK_MISSING), (2, 1, None)]


def test_a_group_without_a_talk_asks_everybody():
    assert turns(waits(1, outcome=None), pre_talk=False) == [(1, 1, None)]


def test_who_is_too_newly_bereaved_keeps_the_place():
    until = TODAY + timedelta(days=1)
    assert turns(waits(1, ready_on=until), waits(2))[0] == (1, None, Reason.TOO_SOON)


def test_on_the_day_it_is_no_longer_too_soon():
    assert turns(waits(1, ready_on=TODAY)) == [(1, 1, None)]


def test_who_is_asked_is_not_asked_again():
    assert turns(waits(1, is_asked=True), waits(2))[1] == (2, 1, None)


def test_nobody_is_asked_for_ever():
    assert (is_given_up(1), is_given_up(2)) == (False, True)


PEOPLE = st.lists(
    st.builds(
        waits,
        st.integers(1, 60),
        outcome=st.sampled_from([None, Outcome.FITS, Outcome.LATER]),
        lapses=st.integers(0, 1),
        is_asked=st.booleans(),
        ready_on=st.sampled_from([None, TODAY, TODAY + timedelta(days=9)]),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(PEOPLE)
def test_everybody_stands_in_line_once_with_a_number_or_a_reason(people: list[InLine]):
    found = line(people, pre_talk=True, today=TODAY)
    assert sorted(one.id for one in found) == sorted(one.id for one in people)
    assert all((one.number is None) is (one.reason is not None) for one in found)


@given(PEOPLE)
def test_numbers_have_no_gaps(people: list[InLine]):
    numbers = [one.number for one in line(people, pre_talk=True, today=TODAY) if one.number]
    assert numbers == list(range(1, len(numbers) + 1))


@given(PEOPLE, st.randoms())
def test_the_order_does_not_depend_on_who_wrote_first(people: list[InLine], dice):
    shuffled = list(people)
    dice.shuffle(shuffled)
    one, other = (line(some, pre_talk=True, today=TODAY) for some in (people, shuffled))
    assert one == other


@pytest.mark.parametrize(
    ("room", "reason"),
    [
        (Room(State.RUNNING, 7, 8, 1, 2), None),
        (Room(State.RUNNING, 8, 8, 1, 2), Reason.FULL),
        (Room(State.RUNNING, 7, 8, 2, 2), Reason.CLOSED),
        (Room(State.SELF_RUN, 7, 8, 40, None), None),
        (Room(State.ENDED, 0, 8, 0, None), Reason.ENDED),
        (Room(State.RUNNING, 7, 8, 1, 2, Agreement.OVER), Reason.AGREEMENT_OVER),
        (Room(State.SELF_RUN, 7, 8, 1, None, Agreement.OVER), None),
    ],
)
def test_a_group_says_why_it_takes_nobody(room: Room, reason: Reason | None):
    assert is_open(room) is reason


@pytest.mark.parametrize(
    ("lost_on", "months", "day"),
    [
        (date(2026, 5, 23), 6, date(2026, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 5, 23), None, None),
        (None, 6, None),
    ],
)
def test_a_loss_opens_the_group_after_whole_months(
    lost_on: date | None, months: int | None, day: date | None
):
    assert first_day(lost_on, months) == day


def test_the_most_wanted_theme_comes_first():
    wanted = {"a": 4, "b": 9, "c": 5}
    assert enough_wait(wanted, {"a": 5, "b": 5, "c": 5}) == ["b", "c"]
