"""Who leads a meeting: two where two are promised, and what a missing one means."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.domain.clearances import Clearance, Held, Kind, Outcome, Rules
from klippekort.domain.groups.leading import (
    Cover,
    Leading,
    PairAdvice,
    advice,
    cover,
    is_same_name,
    least_at,
    may_be,
    overdue,
    who_leads,
)
from klippekort.domain.groups.life import State

TODAY = date(2026, 11, 23)
ALWAYS_TWO = Leading(State.RUNNING, 2)
TWO_OR_ONE = Leading(State.RUNNING, 2, may_run_short=True)
LEADERLESS = Leading(State.RUNNING, 2, leads_itself_after=1)


@pytest.mark.parametrize(
    ("leading", "there", "found"),
    [
        (ALWAYS_TWO, 2, Cover.ENOUGH),
        (ALWAYS_TWO, 1, Cover.CANNOT),
        (TWO_OR_ONE, 1, Cover.SHORT),
        (TWO_OR_ONE, 0, Cover.CANNOT),
        (Leading(State.RUNNING, 1, may_run_short=True), 0, Cover.CANNOT),
        (Leading(State.SELF_RUN, 2), 0, Cover.ENOUGH),
    ],
)
def test_a_meeting_has_the_leaders_it_was_promised(leading: Leading, there: int, found: Cover):
    assert cover(3, there, leading) is found


@pytest.mark.parametrize(("number", "least"), [(1, 2), (2, 0)])
def test_a_leaderless_group_is_led_at_the_first_meeting_alone(number: int, least: int):
    assert least_at(number, LEADERLESS) == least


VIGGO, BO, MIA, IDA = (UUID(int=number) for number in range(1, 5))


@pytest.mark.parametrize(
    ("leaders", "away", "there"),
    [
        ([VIGGO, BO], {}, {VIGGO, BO}),
        ([VIGGO, BO], {VIGGO: None}, {BO}),
        ([VIGGO, BO], {VIGGO: MIA, BO: IDA}, {MIA, IDA}),
        # One who stands in for both is one person.
        ([VIGGO, BO], {VIGGO: MIA, BO: MIA}, {MIA}),
        # Who stood in and leads the group by now is one person too.
        ([VIGGO, BO, MIA], {VIGGO: MIA}, {BO, MIA}),
        # Who was to stand in, leads it by now, and cannot come either is nobody.
        ([VIGGO, BO, MIA], {VIGGO: MIA, MIA: None}, {BO}),
    ],
)
def test_those_who_lead_a_meeting_are_counted_as_people(
    leaders: list[UUID], away: dict[UUID, UUID | None], there: set[UUID]
):
    assert who_leads(leaders, away) == there


def test_stepping_back_takes_one():
    assert least_at(9, Leading(State.STEPPING_BACK, 2)) == 1


def _trained(renew_by: date) -> Held:
    when = TODAY - timedelta(days=400)
    return Held((Clearance(Kind.SUPERVISION, Outcome.PASSED, when, renew_by),))


def test_supervision_that_lapsed_is_overdue():
    assert overdue(_trained(TODAY - timedelta(days=15)), TODAY, Rules()) == (Kind.SUPERVISION,)


def test_days_of_grace_are_not_overdue():
    assert overdue(_trained(TODAY - timedelta(days=14)), TODAY, Rules()) == ()


def test_nobody_is_overdue_with_what_they_never_had():
    assert overdue(Held(), TODAY, Rules()) == ()


def test_two_who_are_new_are_not_a_pair():
    assert advice([False, False], [1, 1]) == (PairAdvice.NO_ONE_EXPERIENCED,)


def test_one_experienced_and_one_new_go_well_together():
    assert advice([True, False], [1, 2]) == ()


def test_somebody_who_leads_much_is_asked():
    assert advice([True], [3]) == (PairAdvice.TOO_MANY_GROUPS,)


def test_names_are_the_same_whatever_their_spaces():
    assert is_same_name("Viggo  Vang", "viggo vang")


@pytest.mark.parametrize(
    ("said", "is_one"), [("viggo", True), ("Viggo  Vang", True), ("Vang", False), ("", False)]
)
def test_who_is_called_by_the_first_name_may_be_the_one(said: str, is_one: bool):
    assert may_be(said, "Viggo Vang") is is_one
