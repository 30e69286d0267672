"""Looking after the trips that still lack a helper as their deadline comes near."""

from datetime import date, datetime, timedelta

from klippekort.domain.calendar import local_day
from klippekort.planning.services import seeking
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome


def find_escorts(day: date, now: datetime) -> Outcome:
    """Propose, ask or release for every trip that is due, each in a transaction of its own.

    Only the run of today looks, for a deadline that is over is over today as well.
    """
    if day < local_day(now):
        return Outcome(0, 0)
    due = seeking.due_trips(now)
    done, failed, error = 0, 0, None
    for trip_id in due:
        try:
            execute(seeking.seek_escort, trip_id, now)
            done += 1
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    return Outcome(len(due), done, failed, error)


JOBS = (Job("find_escorts", find_escorts, every=timedelta(minutes=5)),)
