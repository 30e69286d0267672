"""Looks are drawn by lot, the same for everybody, and a tie is told by its strength."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.domain.oversight import Near, Tie, draw, tie
from klippekort.domain.permissions import Scope

DAY = date(2026, 3, 3)
LINES = [UUID(int=number) for number in range(500)]
NOTHING = Near(
    frozenset(),
    has_opening=False,
    is_on_shift=False,
    is_same_district=False,
    is_let_in=False,
    scope=None,
)


def _near(**facts: object) -> Near:
    return Near(**{**vars(NOTHING), **facts})


def test_the_same_word_draws_the_same_looks_in_whatever_order_they_come() -> None:
    assert draw("marts", LINES, 20) == draw("marts", reversed(LINES), 20)


def test_another_word_draws_others() -> None:
    assert set(draw("marts", LINES, 20)) != set(draw("april", LINES, 20))


def test_each_look_is_drawn_about_as_often() -> None:
    hits = sum(LINES[0] in draw(str(word), LINES[:10], 5) for word in range(400))
    assert 150 < hits < 250


@pytest.mark.parametrize(
    ("near", "told"),
    [
        (NOTHING, Tie.NONE),
        (_near(scope=Scope.OWN), Tie.NONE),
        (_near(scope=Scope.MUNICIPALITY), Tie.ROLE),
        (_near(is_same_district=True), Tie.DISTRICT),
        (_near(is_same_district=True, is_on_shift=True), Tie.SHIFT),
        (_near(is_on_shift=True), Tie.NONE),
        (_near(is_let_in=True), Tie.SUPPORT),
        (_near(is_let_in=True, has_opening=True), Tie.OPENING),
        (_near(has_opening=True, is_same_district=True), Tie.OPENING),
        (_near(trip_days=frozenset({DAY + timedelta(days=14)}), has_opening=True), Tie.TRIP),
        (_near(trip_days=frozenset({DAY + timedelta(days=15)})), Tie.NONE),
    ],
)
def test_a_tie_is_the_strongest_there_is(near: Near, told: Tie) -> None:
    assert tie(near, DAY) is told
