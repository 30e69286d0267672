"""What is done daily: dates made for activities that go on, and asking whether they still exist."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.services.asking import ask_existence
from klippekort.activities.services.dates import extend
from klippekort.domain.calendar import local_day
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome


def extend_activities(day: date, now: datetime) -> Outcome:
    """Make the coming dates of every published activity, each in a transaction of its own."""
    ids = [activity.id for activity in queries.list_activities(state="published")]
    return _each(ids, extend, now)


def ask_whether_they_exist(day: date, now: datetime) -> Outcome:
    """Ask for a call about every activity that must soon be confirmed; a day over asks for none."""
    if day < local_day(now):
        return Outcome(0, 0)
    return _each([one.id for one in queries.list_to_confirm(local_day(now))], ask_existence, now)


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
    Job("extend_activities", extend_activities),
    Job("ask_whether_they_exist", ask_whether_they_exist),
)
