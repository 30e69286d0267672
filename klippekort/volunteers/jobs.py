"""What is done by itself: reminders of checks in time, and old applications deleted."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.volunteers import queries
from klippekort.volunteers.services.applications import forget
from klippekort.volunteers.services.reminders import remind


def remind_volunteers(day: date, now: datetime) -> Outcome:
    """Ask for a call to every volunteer whose checks must be seen to; a day over asks for none."""
    if day < local_day(now):
        return Outcome(0, 0)
    return _each(queries.active_ids(), remind, now)


def forget_applications(_day: date, now: datetime) -> Outcome:
    """Delete what people told who were answered 90 days ago."""
    return _each(queries.old_ids(now), forget, now)


def _each(ids: Sequence[UUID], service: Callable[..., Any], now: datetime) -> Outcome:
    """Run a service on each, in a transaction of its own."""
    done, failed, error = 0, 0, None
    for one in ids:
        try:
            execute(service, one, now=now)
            done += 1
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    db.session.rollback()
    return Outcome(len(ids), done, failed, error)


JOBS = (
    Job("remind_volunteers", remind_volunteers),
    Job("forget_applications", forget_applications),
)
