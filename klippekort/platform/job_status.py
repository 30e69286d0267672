"""How the jobs are doing, for people to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, tuple_

from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.platform.db import db
from klippekort.platform.election import LEADER, WRONG_CLOCK
from klippekort.platform.job_runner import count_finished, days_since, list_municipalities
from klippekort.platform.jobs import Job, JobRun, WorkerBeat
from klippekort.platform.tenancy import current_municipality

SILENT_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class JobStatus:
    """A job in the municipality at hand; what belongs to a last run is None before the first.

    `missing` counts the days it has not been finished for; with any, the next run is today.
    """

    name: str
    next_on: date
    missing: int
    slot: date | None = None
    started_at: datetime | None = None
    is_finished: bool = False
    expected: int = 0
    done: int = 0
    failed: int = 0
    last_error: str | None = None


@dataclass(frozen=True)
class Alarms:
    """Asks the features what stands wrong, whichever job found it: whole sentences, no names."""


@dataclass(frozen=True)
class Backlogs:
    """Asks the features what waits to leave the house; the answers are `Backlog`."""


@dataclass(frozen=True)
class Backlog:
    """What waits in one channel: how much, and since when the oldest."""

    name: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Leader:
    """The leading worker's last sign of life."""

    worker: str
    at: datetime


def find_leader() -> Leader | None:
    """Return who led last and when it was last heard of; None when nobody ever has."""
    return _find_beat(LEADER)


def find_wrong_clock(now: datetime) -> Leader | None:
    """Return a worker that refuses to lead just now because its clock is wrong, or None."""
    beat = _find_beat(WRONG_CLOCK)
    return beat if beat and not is_silent(beat, now) else None


def find_leader_and_wrong_clock(now: datetime) -> tuple[Leader | None, Leader | None]:
    """Return both at once, as `find_leader` and `find_wrong_clock` do."""
    beats = db.session.scalars(select(WorkerBeat).execution_options(populate_existing=True)).all()
    found = {beat.name: Leader(beat.worker, beat.at) for beat in beats}
    wrong = found.get(WRONG_CLOCK)
    return found.get(LEADER), None if wrong is None or is_silent(wrong, now) else wrong


def is_silent(leader: Leader | None, now: datetime) -> bool:
    """Say whether no worker has been heard of for two minutes."""
    return leader is None or now - leader.at > SILENT_AFTER


def list_statuses(jobs: Sequence[Job], now: datetime) -> list[JobStatus]:
    """Return how each job is doing in the municipality at hand, in the order they run."""
    created_at = dict(list_municipalities())[current_municipality()]
    days = days_since(created_at, now)
    finished, latest = count_finished(days), _latest_by_job()
    return [
        _status(job.name, _missing(job, len(days), finished), latest.get(job.name), now)
        for job in jobs
    ]


def _missing(job: Job, days: int, finished: dict[str, int]) -> int:
    """Count the days a job is not done for; one that runs many times a day only looks at now."""
    return 0 if job.every is not None else days - finished.get(job.name, 0)


def _status(name: str, missing: int, run: JobRun | None, now: datetime) -> JobStatus:
    today = local_day(now)
    next_on = today if missing else today + ONE_DAY
    if run is None:
        return JobStatus(name, next_on, missing)
    return JobStatus(
        name=name,
        next_on=next_on,
        missing=missing,
        slot=date.fromisoformat(run.slot),
        started_at=run.started_at,
        is_finished=run.finished_at is not None,
        expected=run.expected,
        done=run.done,
        failed=run.failed,
        last_error=run.last_error,
    )


def _latest_by_job() -> dict[str, JobRun]:
    last = select(JobRun.job, func.max(JobRun.slot)).group_by(JobRun.job)
    runs = db.session.scalars(select(JobRun).where(tuple_(JobRun.job, JobRun.slot).in_(last)))
    return {run.job: run for run in runs}


def _find_beat(name: str) -> Leader | None:
    beat = db.session.get(WorkerBeat, name, populate_existing=True)
    return Leader(beat.worker, beat.at) if beat else None
