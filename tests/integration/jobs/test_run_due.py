"""Late, twice, at once, or half broken: each day's work is done once."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.domain.calendar import local_day
from klippekort.platform import audit, audit_chain
from klippekort.platform.audit_jobs import SEAL_AUDIT
from klippekort.platform.db import db
from klippekort.platform.job_runner import days_since, run_due, run_slot
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import acting_for, current_municipality
from tests.cast import AWAY, BORN, HOME, Cast
from tests.integration.jobs.effects import COUNTED, effects, runs, slots

TEN_DAYS_ON = BORN + timedelta(days=9)


def test_days_while_the_worker_was_closed_are_caught_up_oldest_first(app: Flask, cast: Cast):
    ran = run_due(app, (COUNTED,), TEN_DAYS_ON, "w")
    at_home = [run.slot for run in ran if run.municipality_id == HOME]
    assert at_home == [date(2026, 1, 1) + timedelta(days=n) for n in range(10)]
    assert len(slots(HOME)) == 10


def test_a_second_run_on_the_same_day_does_nothing(app: Flask, cast: Cast):
    run_due(app, (COUNTED,), TEN_DAYS_ON, "w")
    assert run_due(app, (COUNTED,), TEN_DAYS_ON + timedelta(hours=3), "w") == []
    assert effects(HOME) == 10


def test_a_day_forced_again_changes_nothing(app: Flask, cast: Cast):
    run_due(app, (COUNTED,), BORN, "w")
    run_slot(COUNTED, HOME, local_day(BORN), BORN, "w")
    assert effects(HOME) == 1
    assert [(run.starts, run.done) for run in runs(HOME)] == [(2, 1)]


def test_a_gap_left_by_a_crash_is_found(app: Flask, cast: Cast):
    run_due(app, (COUNTED,), BORN, "w")
    run_slot(COUNTED, HOME, date(2026, 1, 3), TEN_DAYS_ON, "w")
    run_due(app, (COUNTED,), BORN + timedelta(days=2), "w")
    assert slots(HOME) == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_beside_a_gap_what_is_finished_is_not_run_again(app: Flask, cast: Cast):
    run_due(app, (COUNTED,), BORN, "w")
    run_slot(COUNTED, HOME, date(2026, 1, 3), TEN_DAYS_ON, "w")
    ran = run_due(app, (COUNTED,), BORN + timedelta(days=2), "w")
    assert [run.slot for run in ran if run.municipality_id == HOME] == [date(2026, 1, 2)]


def test_at_most_four_hundred_days_are_caught_up():
    days = days_since(datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert (len(days), days[-1]) == (401, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("first", "hours"),
    [(date(2026, 3, 28), 71), (date(2026, 10, 24), 73)],
    ids=["spring", "autumn"],
)
def test_a_clock_change_neither_skips_nor_repeats_a_day(first: date, hours: int):
    begin = datetime(first.year, first.month, first.day, 12, tzinfo=UTC) - timedelta(hours=12)
    seen = {local_day(begin + timedelta(hours=n)) for n in range(hours)}
    days = days_since(begin, begin + timedelta(hours=hours - 1))
    assert days == sorted(seen)
    assert len(set(days)) == len(days)


def test_a_job_that_breaks_for_one_municipality_runs_for_the_other(app: Flask, cast: Cast):
    def run(day: date, now: datetime) -> Outcome:
        if current_municipality() == HOME:
            raise ZeroDivisionError
        return COUNTED.run(day, now)

    run_due(app, (Job("counted", run),), BORN, "w")
    assert (slots(HOME), slots(AWAY)) == ([], ["2026-01-01"])
    assert [(run.failed, run.last_error) for run in runs(HOME)] == [(1, "ZeroDivisionError")]


def test_a_broken_run_is_tried_again_after_a_pause(app: Flask, cast: Cast):
    def broken(_day: date, _now: datetime) -> Outcome:
        raise ZeroDivisionError

    run_due(app, (Job("counted", broken),), BORN, "w")
    assert run_due(app, (COUNTED,), BORN + timedelta(seconds=5), "w") == []
    run_due(app, (COUNTED,), BORN + timedelta(seconds=10), "w")
    assert slots(HOME) == ["2026-01-01"]
    assert runs(HOME)[0].last_error is None


def test_a_job_of_every_minute_runs_again_after_a_minute_and_never_for_a_day_that_is_over(
    app: Flask, cast: Cast
):
    often = Job("counted", COUNTED.run, every=timedelta(minutes=1))
    seconds = (0, 30, 60, 90, 120)
    ran = [run_due(app, (often,), TEN_DAYS_ON + timedelta(seconds=at), "w") for at in seconds]
    at_home = [[run.slot for run in found if run.municipality_id == HOME] for found in ran]
    today = date(2026, 1, 10)
    assert at_home == [[today], [], [today], [], [today]]
    assert slots(HOME) == ["2026-01-10"]


def _leaves_one(_day: date, _now: datetime) -> Outcome:
    return Outcome(expected=3, done=2, failed=1, last_error="no_rule")


def test_a_day_with_failures_stays_open_until_it_is_over(app: Flask, cast: Cast):
    job = Job("counted", _leaves_one)
    run_due(app, (job,), BORN, "w")
    assert slots(HOME) == []
    run_due(app, (job,), BORN + timedelta(days=1), "w")
    assert slots(HOME) == ["2026-01-01"]


def test_a_job_that_does_not_catch_up_keeps_its_day_open(app: Flask, cast: Cast):
    job = Job("counted", _leaves_one, catches_up=False)
    run_due(app, (job,), BORN, "w")
    run_due(app, (job,), BORN + timedelta(days=1), "w")
    assert slots(HOME) == []


def test_what_is_neither_done_nor_failed_counts_as_failed(app: Flask, cast: Cast):
    run_due(app, (Job("counted", lambda _d, _n: Outcome(expected=5, done=3)),), BORN, "w")
    assert [(r.failed, r.last_error) for r in runs(HOME)] == [(2, "unaccounted")]


def test_no_run_begins_once_it_is_not_wanted(app: Flask, cast: Cast):
    answers = iter([True, True, False])
    ran = run_due(app, (COUNTED,), TEN_DAYS_ON, "w", wanted=lambda: next(answers))
    assert len(ran) == 2


def test_two_workers_at_once_do_each_day_once(committed_app: Flask, committed_cast: Cast):
    together = Barrier(2)
    broken: list[BaseException] = []

    def work(name: str) -> None:
        together.wait()
        try:
            run_due(committed_app, (COUNTED,), TEN_DAYS_ON, name)
        except Exception as error:
            broken.append(error)

    threads = [Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert (effects(HOME), len(slots(HOME)), effects(AWAY)) == (10, 10, 10)


def test_the_audit_lines_are_sealed(app: Flask, cast: Cast):
    with acting_for(HOME):
        audit.audit_write(audit.record, cast.asta, "run_job", "job")
    run_due(app, (SEAL_AUDIT,), BORN, "w")
    with acting_for(HOME):
        assert db.session.scalars(select(audit_chain.AuditSeal.seq)).all() == [1]
        assert audit_chain.verify() == []
