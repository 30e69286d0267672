"""The daily making of dates for activities that go on."""

from datetime import date, datetime
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.services.dates import extend
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome


def extend_activities(day: date, now: datetime) -> Outcome:
    """Make the coming dates of every published activity, each in a transaction of its own."""
    ids: list[UUID] = [activity.id for activity in queries.list_activities(state="published")]
    done, failed, error = 0, 0, None
    for activity_id in ids:
        try:
            execute(extend, activity_id, now)
            done += 1
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    return Outcome(len(ids), done, failed, error)


JOBS = (Job("extend_activities", extend_activities),)
