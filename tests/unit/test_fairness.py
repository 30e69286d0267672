"""Whose turn it is, reckoned by hand."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.domain.fairness import RULES, Claim, Part, ScoreSheet, in_turn, score
from tests.builders import MONDAY

ELLEN, POUL = UUID(int=1), UUID(int=2)
CLAIM = Claim(
    ELLEN,
    waiting_since=MONDAY - timedelta(weeks=3),
    known_since=date(2026, 1, 1),
    last_trip_on=date(2026, 10, 12),
    cancelled_by_us=2,
    lapsing_minutes=75,
    lives_alone=True,
)


def points_of(sheet: ScoreSheet) -> dict[Part, int]:
    return {line.part: line.points for line in sheet.parts}


def test_each_part_gives_its_points():
    assert points_of(score(CLAIM, MONDAY)) == {
        Part.SINCE_LAST: 12,
        Part.WAITED: 9,
        Part.CANCELLED: 20,
        Part.LAPSING: 2,
        Part.NEVER_OUT: 0,
        Part.LIVES_ALONE: 5,
    }


def test_the_total_is_all_parts_together():
    assert score(CLAIM, MONDAY).total == 48


def test_who_was_never_out_counts_from_the_day_the_card_began():
    new = replace(CLAIM, last_trip_on=None, known_since=date(2026, 11, 9))
    points = points_of(score(new, MONDAY))
    assert (points[Part.SINCE_LAST], points[Part.NEVER_OUT]) == (4, 20)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.part)
def test_no_part_gives_more_than_its_most(rule):
    assert rule.points_for(10_000) == rule.most


def test_a_trip_that_is_still_to_come_counts_for_no_weeks():
    ahead = replace(CLAIM, last_trip_on=date(2026, 12, 24))
    assert points_of(score(ahead, MONDAY))[Part.SINCE_LAST] == 0


def test_of_equals_the_one_who_waited_longest_comes_first():
    later = replace(CLAIM, citizen_id=POUL, waiting_since=CLAIM.waiting_since + timedelta(hours=1))
    assert [sheet.citizen_id for sheet in in_turn([later, CLAIM], MONDAY)] == [ELLEN, POUL]


def test_a_sheet_is_read_as_it_was_kept():
    sheet = score(CLAIM, MONDAY)
    assert ScoreSheet.from_json(sheet.as_json()) == sheet


def test_there_is_a_rule_for_every_part_once():
    assert [rule.part for rule in RULES] == list(Part)
