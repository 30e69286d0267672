"""Nobody in the demo can be anybody, and the same seed makes the same town."""

from datetime import UTC, date, datetime
from itertools import islice

import pytest

from klippekort.operations.demo.dice import Dice
from klippekort.operations.demo.people import person_numbers
from klippekort.operations.demo.roster import shift_of
from klippekort.operations.demo.rows import Rows
from klippekort.operations.demo.town import LINDEBY
from klippekort.operations.demo.world import Frame, Helper, Person

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def a_frame(today: date = date(2026, 3, 3)) -> Frame:
    dice = Dice("1")
    return Frame(LINDEBY, dice, Rows(1, dice), today)


def a_helper(turn: int) -> Helper:
    dice = Dice(str(turn))
    ids = [dice.new_id(NOON) for _ in range(4)]
    return Helper(Person(ids[0], "Anna Holm", "care_worker"), ids[1], ids[2], ids[3], "nat", turn)


def test_no_person_number_is_a_date():
    numbers = list(islice(person_numbers(a_frame()), 2_000))
    assert all(61 <= int(number[:2]) <= 91 for number in numbers)


def test_person_numbers_are_never_repeated():
    numbers = list(islice(person_numbers(a_frame()), 2_000))
    assert len(set(numbers)) == len(numbers)


def test_identifiers_come_from_the_seed():
    assert Dice("7").new_id(NOON) == Dice("7").new_id(NOON)


def test_identifiers_sort_by_time():
    dice = Dice("7")
    assert dice.new_id(NOON) < dice.new_id(NOON.replace(hour=13))


@pytest.mark.parametrize("today", [date(2026, 12, 25), date(2026, 3, 1), date(2026, 3, 4)])
def test_the_demo_care_worker_is_always_at_work_today(today: date):
    assert shift_of(a_frame(today), a_helper(0), today) is not None


def test_a_night_shift_over_the_october_clock_change_lasts_nine_hours():
    night = date(2026, 10, 24)
    shifts = [shift_of(a_frame(), a_helper(turn), night) for turn in range(1, 4)]
    lengths = {shift[1] - shift[0] for shift in shifts if shift}
    assert [length.total_seconds() / 3600 for length in lengths] == [9]
