"""What a new rule does to the dates that stand, case by case."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from uuid import UUID

import pytest

from klippekort.domain.recurrence import Repeats, Slot, Timing, slots_of
from klippekort.domain.series import (
    Existing,
    Plan,
    Within,
    moved_last,
    moved_rule,
    replan,
    within,
)

TUESDAY = date(2026, 11, 24)
WEEKLY = Timing(TUESDAY, time(14), time(16), Repeats.WEEKLY)
THROUGH = date(2026, 12, 22)


def made(timing: Timing, *fixed: int) -> list[Existing]:
    """Return the dates a rule made, numbered from 0; those named may not be touched."""
    return [
        Existing(UUID(int=number), slot.key, slot.starts_at, slot.ends_at, number in fixed)
        for number, slot in enumerate(slots(timing))
    ]


def slots(timing: Timing) -> list[Slot]:
    """Return the slots of a rule in the weeks of the tests."""
    return list(slots_of((timing,), TUESDAY, THROUGH))


def changed(before: Sequence[Existing], after: Timing) -> Plan:
    """Return what a rule does to these dates."""
    return replan(before, slots(after), within(after))


def test_the_same_rule_keeps_every_date() -> None:
    plan = changed(made(WEEKLY), WEEKLY)
    assert (len(plan.kept), plan.moved, plan.added, plan.retired) == (5, (), (), ())


def test_a_new_hour_moves_each_date_within_its_week() -> None:
    plan = changed(made(WEEKLY), replace(WEEKLY, starts=time(10), ends=time(12)))
    assert [(pair.id.int, pair.slot.key) for pair in plan.moved][:2] == [
        (0, "2026-11-24T10:00"),
        (1, "2026-12-01T10:00"),
    ]


def test_a_later_end_moves_a_date_though_its_key_stays() -> None:
    assert len(changed(made(WEEKLY), replace(WEEKLY, ends=time(17))).moved) == 5


def test_a_new_weekday_moves_guests_within_their_week() -> None:
    plan = changed(made(WEEKLY), replace(WEEKLY, weekdays=(4,)))
    moved = {pair.id.int: pair.slot.key[:10] for pair in plan.moved}
    assert (moved[0], moved[3], plan.retired) == ("2026-11-27", "2026-12-18", (UUID(int=4),))


def test_half_as_often_retires_the_weeks_between() -> None:
    plan = changed(made(WEEKLY), replace(WEEKLY, every=2))
    assert [one.int for one in plan.retired] == [1, 3]
    assert [pair.id.int for pair in plan.kept] == [0, 2, 4]


def test_once_more_a_week_adds_and_moves_nobody() -> None:
    plan = changed(made(WEEKLY), replace(WEEKLY, weekdays=(1, 3)))
    assert (len(plan.kept), plan.moved) == (5, ())
    assert [slot.key[:10] for slot in plan.added][:2] == ["2026-11-26", "2026-12-03"]


def test_a_date_changed_alone_is_left_and_answers_for_its_week() -> None:
    plan = changed(made(WEEKLY, 1), replace(WEEKLY, starts=time(10), ends=time(12)))
    assert [pair.id.int for pair in plan.moved] == [0, 2, 3, 4]
    assert [(pair.id.int, pair.slot.key) for pair in plan.answered] == [(1, "2026-12-01T10:00")]
    assert plan.added == ()


def test_a_date_moved_alone_answers_for_the_week_its_rule_put_it_in() -> None:
    dates = made(WEEKLY, 1)
    away = dates[3]
    dates[1] = replace(dates[1], starts_at=away.starts_at, ends_at=away.ends_at)
    plan = changed(dates, replace(WEEKLY, starts=time(10), ends=time(12)))
    assert [pair.slot.key for pair in plan.answered] == ["2026-12-01T10:00"]


def test_guests_get_the_one_slot_of_a_week_before_a_date_that_is_fixed() -> None:
    twice = replace(WEEKLY, weekdays=(1, 3))
    dates = made(twice, 1)[:2]
    plan = replan(dates, slots(replace(WEEKLY, weekdays=(2,)))[:1], Within.WEEK)
    assert [pair.id.int for pair in plan.moved] == [0]


def test_what_was_held_once_is_the_same_date_wherever_it_goes() -> None:
    once = replace(WEEKLY, repeats=Repeats.ONCE)
    plan = changed(made(once), replace(once, from_on=date(2026, 12, 15)))
    assert [(pair.id.int, pair.slot.key) for pair in plan.moved] == [(0, "2026-12-15T14:00")]


def test_a_monthly_date_moves_within_its_month() -> None:
    monthly = replace(WEEKLY, repeats=Repeats.MONTHLY_DAY)
    later = replace(monthly, from_on=date(2026, 11, 30))
    plan = replan(made(monthly)[:1], slots(later), within(later))
    assert [pair.slot.key for pair in plan.moved] == ["2026-11-30T14:00"]


@pytest.mark.parametrize(
    ("rule", "to", "last_on"),
    [
        (replace(WEEKLY, last_on=date(2026, 12, 8)), date(2026, 11, 26), date(2026, 12, 10)),
        (replace(WEEKLY, last_on=date(2026, 12, 9)), date(2026, 11, 23), date(2026, 12, 7)),
        (
            replace(WEEKLY, weekdays=(1, 4), last_on=date(2026, 12, 11)),
            date(2026, 11, 25),
            date(2026, 12, 11),
        ),
        (
            replace(WEEKLY, repeats=Repeats.MONTHLY_DAY, last_on=date(2027, 1, 24)),
            date(2026, 11, 30),
            date(2027, 1, 30),
        ),
        (WEEKLY, date(2026, 11, 26), None),
    ],
)
def test_the_last_date_of_a_moved_rule_comes_along(
    rule: Timing, to: date, last_on: date | None
) -> None:
    moved = moved_rule(rule, TUESDAY, to, TUESDAY)
    assert moved_last(rule, moved, TUESDAY, to) == last_on
