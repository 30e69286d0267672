"""A job whose effects can be counted: one message a day, under a key that says which."""

from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, JobRun, Outcome
from klippekort.platform.tenancy import acting_for


def _write(day: date, now: datetime) -> None:
    db.session.add(
        OutboxMessage(
            dedupe_key=f"counted:{day}",
            kind="counted",
            channel="task",
            facts={},
            state="queued",
            attempts=0,
            due_at=now,
            queued_at=now,
        )
    )


def _run(day: date, now: datetime) -> Outcome:
    with suppress(IntegrityError):  # the key is there: somebody has done it
        execute(_write, day, now)
    return Outcome(expected=1, done=1)


COUNTED = Job("counted", _run)


def effects(municipality_id: int) -> int:
    """Return how many messages the job has written there."""
    with acting_for(municipality_id):
        number = db.session.scalar(select(func.count(OutboxMessage.id))) or 0
        db.session.commit()
        return number


def slots(municipality_id: int, job: str = "counted") -> list[str]:
    """Return the finished days of a job, oldest first."""
    return [run.slot for run in runs(municipality_id, job) if run.finished_at]


def runs(municipality_id: int, job: str = "counted") -> list[JobRun]:
    """Return the runs of a job, oldest day first."""
    with acting_for(municipality_id):
        found = db.session.scalars(
            select(JobRun)
            .filter_by(job=job)
            .order_by(JobRun.slot)
            .execution_options(populate_existing=True)
        ).all()
        # On a rolled-back app, rolling back here would also undo what the jobs did afterwards.
        db.session.commit()
        return list(found)
