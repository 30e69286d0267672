"""Which checks a task asks for, how one stands on a day, and what it then blocks."""

from datetime import date, timedelta

import pytest

from klippekort.domain.clearances import (
    REQUIRED,
    Clearance,
    Held,
    Kind,
    Missing,
    Outcome,
    PromiseText,
    Rules,
    State,
    blocks,
    due,
    may_be_told,
    standing,
)
from klippekort.domain.volunteering import Task, tasks_of, times_left

TODAY = date(2026, 11, 23)
RENEW = date(2027, 2, 28)
RULES = Rules(promise=PromiseText(2, date(2026, 11, 1)))
PROMISED = Clearance(Kind.PROMISE, Outcome.PASSED, date(2026, 11, 2), version=2)


def record(renew_by: date | None = None, **facts: object) -> Clearance:
    told = {"kind": Kind.CRIMINAL_RECORD, "outcome": Outcome.PASSED, "assessed_on": TODAY} | facts
    return Clearance(renew_by=renew_by, **told)  # type: ignore[arg-type]


def state(
    held: Held, today: date, kind: Kind = Kind.CRIMINAL_RECORD, rules: Rules = RULES
) -> State:
    return standing(kind, held, today, rules).state


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (RENEW - timedelta(days=61), State.VALID),
        (RENEW - timedelta(days=60), State.RENEWAL_DUE),
        (RENEW, State.RENEWAL_DUE),
        (RENEW + timedelta(days=1), State.GRACE),
        (RENEW + timedelta(days=14), State.GRACE),
        (RENEW + timedelta(days=15), State.EXPIRED),
    ],
)
def test_a_check_turns_on_the_right_day(today: date, expected: State) -> None:
    assert state(Held((record(RENEW),)), today) is expected


def test_the_window_reaches_over_a_leap_day() -> None:
    renew_by = date(2028, 3, 31)
    assert standing(Kind.COURSE, Held(), renew_by, RULES).state is State.MISSING
    opens = date(2028, 1, 31)
    assert (renew_by - opens).days == 60
    held = Held((record(renew_by),))
    assert state(held, opens) is State.RENEWAL_DUE
    assert state(held, opens - timedelta(days=1)) is State.VALID


def test_a_check_that_ends_on_a_leap_day_holds_that_day() -> None:
    held, rules = Held((record(date(2028, 2, 29)),)), Rules(grace_days=1)
    assert state(held, date(2028, 2, 29), rules=rules) is State.RENEWAL_DUE
    assert state(held, date(2028, 3, 1), rules=rules) is State.GRACE
    assert state(held, date(2028, 3, 2), rules=rules) is State.EXPIRED


def test_without_grace_it_is_over_the_day_after() -> None:
    held = Held((record(RENEW),))
    assert state(held, RENEW + timedelta(days=1), rules=Rules(grace_days=0)) is State.EXPIRED


def test_a_check_without_an_end_does_not_run_out() -> None:
    assert state(Held((record(),)), date(2099, 1, 1)) is State.VALID


def test_what_was_never_checked_is_missing() -> None:
    assert state(Held(), TODAY) is State.MISSING


def test_a_check_of_a_day_to_come_is_none_yet() -> None:
    later = record(assessed_on=TODAY + timedelta(days=1))
    assert state(Held((later,)), TODAY) is State.MISSING


def test_the_later_check_takes_the_place_of_the_earlier() -> None:
    passed = record(assessed_on=date(2026, 1, 1))
    refused = record(assessed_on=date(2026, 6, 1), outcome=Outcome.REFUSED)
    assert state(Held((refused, passed)), TODAY) is State.REFUSED


def test_a_refusal_has_no_grace() -> None:
    refused = record(TODAY, outcome=Outcome.REFUSED)
    held = Held((refused, PROMISED))
    assert blocks(Task.HOME, held, TODAY, RULES) == [Missing(Kind.CRIMINAL_RECORD, State.REFUSED)]


def test_of_several_courses_the_best_counts() -> None:
    over = record(date(2026, 1, 1), kind=Kind.COURSE, title="Aid", assessed_on=date(2025, 1, 1))
    good = record(kind=Kind.COURSE, title="Company", assessed_on=date(2024, 1, 1))
    assert state(Held((over, good)), TODAY, Kind.COURSE) is State.VALID


def test_the_same_course_again_takes_the_place_of_the_first() -> None:
    first = record(kind=Kind.COURSE, title="Aid", assessed_on=date(2024, 1, 1))
    again = record(date(2026, 1, 1), kind=Kind.COURSE, title="Aid", assessed_on=date(2025, 1, 1))
    assert state(Held((first, again)), TODAY, Kind.COURSE) is State.EXPIRED


def test_hosting_at_a_public_place_asks_for_the_promise_only() -> None:
    assert blocks(Task.HOST, Held((PROMISED,)), TODAY, RULES) == []


@pytest.mark.parametrize("task", [Task.ALONE, Task.HOME, Task.GO_ALONG, Task.DRIVE])
def test_being_alone_with_a_citizen_asks_for_the_criminal_record(task: Task) -> None:
    found = blocks(task, Held((PROMISED,)), TODAY, RULES)
    assert found == [Missing(Kind.CRIMINAL_RECORD, State.MISSING)]


def test_only_children_ask_for_the_child_record() -> None:
    held = Held((PROMISED,))
    assert blocks(Task.HOST, held, TODAY, RULES) == []
    found = blocks(Task.HOST, held, TODAY, RULES, under_15=True)
    assert [one.kind for one in found] == [Kind.CHILD_RECORD]


def test_a_municipality_may_ask_for_a_course() -> None:
    rules = Rules({**REQUIRED, Task.HOST: frozenset({Kind.COURSE})})
    assert blocks(Task.HOST, Held(), TODAY, rules) == [Missing(Kind.COURSE, State.MISSING)]


def test_what_has_run_out_a_few_days_ago_blocks_nothing() -> None:
    held = Held((record(TODAY - timedelta(days=3), assessed_on=date(2024, 1, 1)), PROMISED))
    assert blocks(Task.DRIVE, held, TODAY, RULES) == []


def test_without_a_text_nobody_is_asked_to_promise() -> None:
    assert blocks(Task.HOST, Held(), TODAY, Rules()) == []


def test_a_promise_of_an_earlier_text_holds_some_days_more() -> None:
    before = Clearance(Kind.PROMISE, Outcome.PASSED, date(2025, 1, 1), version=1)
    held = Held((before,))
    assert state(held, date(2026, 11, 15), Kind.PROMISE) is State.GRACE
    assert state(held, date(2026, 11, 16), Kind.PROMISE) is State.EXPIRED


def test_whoever_was_here_before_the_first_text_has_some_days() -> None:
    held = Held(since=date(2026, 10, 31))
    assert state(held, date(2026, 11, 15), Kind.PROMISE) is State.GRACE
    assert state(held, date(2026, 11, 16), Kind.PROMISE) is State.MISSING


def test_whoever_comes_after_the_text_promises_first() -> None:
    assert state(Held(since=date(2026, 11, 1)), TODAY, Kind.PROMISE) is State.MISSING


def test_the_worst_is_seen_to_first() -> None:
    held = Held((record(RENEW, assessed_on=TODAY),))
    found = due((Task.HOST, Task.DRIVE), held, date(2027, 1, 15), RULES)
    assert [(one.kind, one.state) for one in found] == [
        (Kind.PROMISE, State.MISSING),
        (Kind.CRIMINAL_RECORD, State.RENEWAL_DUE),
    ]


def test_nothing_is_due_for_what_was_not_offered() -> None:
    assert due((Task.HOST,), Held((PROMISED,)), TODAY, RULES) == []


@pytest.mark.parametrize("kind", [Kind.CRIMINAL_RECORD, Kind.CHILD_RECORD])
def test_an_association_learns_nothing_of_records(kind: Kind) -> None:
    assert may_be_told(Missing(kind, State.REFUSED)) is None


def test_an_association_learns_of_a_missing_promise() -> None:
    missing = Missing(Kind.PROMISE, State.MISSING)
    assert may_be_told(missing) == missing


def test_everybody_hosts_and_the_rest_is_offered() -> None:
    assert tasks_of(goes_along=False, drives=True) == (Task.HOST, Task.DRIVE)


@pytest.mark.parametrize(("times", "left"), [(0, 2), (1, 1), (2, 0), (3, 0)])
def test_a_go_along_friend_goes_along_a_set_number_of_times(times: int, left: int) -> None:
    assert times_left(2, times) == left
