"""The rules of a message board, of papers that are shared, and of how quiet a group is."""

from datetime import UTC, datetime, time, timedelta

import pytest

from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.board import (
    Board,
    Minded,
    is_gone,
    is_minded,
    may_have_board,
    may_write,
)
from klippekort.domain.groups.forms import QUIET, Theme
from klippekort.domain.groups.handing_over import next_contact
from klippekort.domain.groups.life import Milestone
from klippekort.domain.groups.manners import manner_of, to_mark

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (datetime(2026, 11, 23, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 18, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 19, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 10, 0, tzinfo=UTC), False),
        (datetime(2026, 12, 25, 10, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 6, 6, 0, tzinfo=UTC), True),
    ],
)
def test_a_board_is_open_while_somebody_minds_it(now: datetime, is_open: bool):
    assert is_minded(Minded(), now) is is_open


def test_some_mind_it_on_sundays_too():
    hours = Minded(time(10), time(12), on_weekends=True)
    assert is_minded(hours, datetime(2026, 11, 22, 10, tzinfo=UTC))


@pytest.mark.parametrize(("level", "may"), [("named", True), ("first_name", False)])
def test_only_groups_by_name_have_a_board(level: str, may: bool):
    assert may_have_board(Anonymity(level)) is may


@pytest.mark.parametrize(
    ("board", "leads", "may"),
    [
        (Board.OFF, True, False),
        (Board.LEADERS, True, True),
        (Board.LEADERS, False, False),
        (Board.OPEN, False, True),
    ],
)
def test_leaders_write_and_members_where_it_is_open(board: Board, leads: bool, may: bool):
    assert may_write(board, leads=leads) is may


@pytest.mark.parametrize(("days", "gone"), [(13, False), (14, True)])
def test_a_message_stands_for_two_weeks(days: int, gone: bool):
    assert is_gone(MONDAY, MONDAY + timedelta(days=days)) is gone


@pytest.mark.parametrize("theme", sorted(QUIET))
def test_heavy_themes_have_no_faces_no_confetti_and_no_anniversaries(theme: Theme):
    manner = manner_of(theme)
    assert (manner.has_signs, manner.has_milestones, manner.has_anniversaries) == (False,) * 3
    assert to_mark(theme, tuple(Milestone), wants=True) == ()


def test_others_mark_what_they_want_to():
    assert to_mark(Theme.COMPANY, (Milestone.FIRST,), wants=True) == (Milestone.FIRST,)
    assert to_mark(Theme.COMPANY, (Milestone.FIRST,), wants=False) == ()


def test_a_group_on_its_own_is_asked_every_three_months():
    assert next_contact(MONDAY.date()) == MONDAY.date() + timedelta(days=90)
