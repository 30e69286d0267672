"""Run what is due: the database says which days a job has not been finished for."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import SmallInteger, column, func, select, table
from sqlalchemy.exc import IntegrityError

from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.platform.db import UTCDateTime, db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, JobRun, Outcome
from klippekort.platform.tenancy import acting_for

OLDEST_DAYS = 400
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=15)
CODE_LENGTH = 80

# The feature that owns this table stands above the platform; only two of its columns matter here.
_municipality = table("municipality", column("id", SmallInteger), column("created_at", UTCDateTime))

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ran:
    """One run of a job. `finished` is False when it will be tried again."""

    municipality_id: int
    job: str
    slot: date
    outcome: Outcome
    finished: bool


def list_municipalities() -> list[tuple[int, datetime]]:
    """Return every municipality's number and when it was created."""
    rows = db.session.execute(
        select(_municipality.c.id, _municipality.c.created_at).order_by(_municipality.c.id)
    )
    return [(number, created_at) for number, created_at in rows]


def days_since(created_at: datetime, now: datetime) -> list[date]:
    """Return the Danish days a municipality's jobs have slots for, oldest first, today last."""
    today = local_day(now)
    first = max(local_day(created_at), today - timedelta(days=OLDEST_DAYS))
    return [first + ONE_DAY * n for n in range((today - first).days + 1)]


def run_due(
    app: Flask,
    jobs: Sequence[Job],
    now: datetime,
    worker: str,
    wanted: Callable[[], bool] = lambda: True,
) -> list[Ran]:
    """Run every job for every day and municipality it is not finished for, oldest day first.

    A run that raises, or that leaves something failed, stays open. It is tried again after a pause
    that grows from ten seconds to a quarter of an hour; meanwhile the job's later days, the other
    jobs and the other municipalities go on. A day that is over is closed with its failures counted
    when the job catches up by itself (`Job.catches_up`).

    `wanted` is asked before every run; the rest is left for later once it says no.
    """
    ran: list[Ran] = []
    with app.app_context():
        for municipality_id, created_at in list_municipalities():
            db.session.rollback()
            with acting_for(municipality_id):
                for job, day in _due(jobs, days_since(created_at, now), now):
                    if not wanted():
                        return ran
                    ran.append(run_slot(job, municipality_id, day, now, worker))
    return ran


def run_slot(job: Job, municipality_id: int, day: date, now: datetime, worker: str) -> Ran:
    """Run one job for one municipality and day, open or not, and record what came of it."""
    with acting_for(municipality_id):
        _start_once(job, day, now, worker)
        completed = True
        try:
            outcome = _accounted(job.run(day, now))
        except Exception as error:  # one job's fault must not stop the others
            completed = False
            log.exception("job %s failed for %s in municipality %s", job.name, day, municipality_id)
            outcome = Outcome(expected=0, done=0, failed=1, last_error=type(error).__name__)
        over = job.catches_up and day < local_day(now)
        finished = completed and (outcome.failed == 0 or over)
        execute(_note, job.name, day, outcome, now if finished else None)
        db.session.remove()  # a long catch-up would otherwise keep every row it ever saw
    return Ran(municipality_id, job.name, day, outcome, finished)


def _due(jobs: Sequence[Job], days: Sequence[date], now: datetime) -> Iterator[tuple[Job, date]]:
    counted = count_finished(days)  # almost always all of them, and then no more is read
    for job in jobs:
        if job.every is not None:
            if _is_due_again(job, days[-1], now):
                yield job, days[-1]
        elif counted.get(job.name, 0) < len(days):
            for day in _open_days(job, days, now):
                yield job, day


def _is_due_again(job: Job, today: date, now: datetime) -> bool:
    """Say whether a job that runs many times a day has rested long enough."""
    run = db.session.scalars(
        select(JobRun).where(JobRun.job == job.name, JobRun.slot == today.isoformat())
    ).one_or_none()
    if run is None or job.every is None:
        return True
    # A clock that was set back is no reason to wait until it is as late again.
    return not run.started_at <= now < run.started_at + job.every


def count_finished(days: Sequence[date]) -> dict[str, int]:
    """Count the finished ones among these days' slots, by job."""
    rows = db.session.execute(
        select(JobRun.job, func.count(JobRun.id))
        .where(
            JobRun.slot >= days[0].isoformat(),
            JobRun.slot <= days[-1].isoformat(),
            JobRun.finished_at.is_not(None),
        )
        .group_by(JobRun.job)
    )
    return {job: int(number) for job, number in rows}


def _open_days(job: Job, days: Sequence[date], now: datetime) -> list[date]:
    runs = {
        run.slot: run
        for run in db.session.scalars(
            select(JobRun).where(JobRun.job == job.name, JobRun.slot >= days[0].isoformat())
        )
    }
    return [day for day in days if _is_open(runs.get(day.isoformat()), now)]


def _is_open(run: JobRun | None, now: datetime) -> bool:
    """Say whether a run is due: never started, cut off, or failed and rested long enough."""
    if run is None:
        return True
    if run.finished_at is not None:
        return False
    if run.failed == 0:
        return True
    pause: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * int(2 ** min(run.starts - 1, 10)))
    return not run.started_at <= now < run.started_at + pause


def _accounted(outcome: Outcome) -> Outcome:
    """Count what is neither done nor failed as failed: nobody may be forgotten in silence."""
    missing = outcome.expected - outcome.done - outcome.failed
    if missing <= 0:
        return outcome
    failed = outcome.failed + missing
    return Outcome(outcome.expected, outcome.done, failed, outcome.last_error or "unaccounted")


def _start_once(job: Job, day: date, now: datetime, worker: str) -> None:
    try:
        execute(_start, job.name, day, now, worker, job.every is not None)
    except IntegrityError:  # another worker made the row in the same moment; now it is there
        execute(_start, job.name, day, now, worker, job.every is not None)


def _start(job: str, day: date, now: datetime, worker: str, is_repeated: bool) -> None:
    run = _find(job, day)
    if run is None:
        db.session.add(JobRun(job=job, slot=day.isoformat(), started_at=now, last_worker=worker))
        return
    run.starts += 1
    run.started_at, run.last_worker, run.failed = now, worker, 0
    if is_repeated:
        run.finished_at = None


def _note(job: str, day: date, outcome: Outcome, finished_at: datetime | None) -> None:
    run = _find(job, day)
    if run is None or (run.finished_at is not None and outcome.failed):
        return
    # A repeat may find less to do than the first try; what was expected once stays expected.
    run.expected = max(run.expected, outcome.expected)
    run.failed = outcome.failed
    run.done = max(run.expected - run.failed, 0)
    run.last_error = outcome.last_error and outcome.last_error[:CODE_LENGTH]
    run.finished_at = run.finished_at or finished_at


def _find(job: str, day: date) -> JobRun | None:
    found: JobRun | None = db.session.scalars(
        select(JobRun).filter_by(job=job, slot=day.isoformat()).with_for_update()
    ).one_or_none()
    return found


def by_name(jobs: Iterable[Job], name: str) -> Job | None:
    """Return the job of that name, or None."""
    return next((job for job in jobs if job.name == name), None)
