"""What is done by itself: words that have been kept long enough are deleted."""

from datetime import date, datetime

from klippekort.feedback.queries.feedback import to_forget
from klippekort.feedback.services import forget
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome


def forget_words(day: date, now: datetime) -> Outcome:
    """Delete the words of what was closed long enough ago, each in a transaction of its own."""
    ids = to_forget(day)
    done, failed, error = 0, 0, None
    for one in ids:
        try:
            execute(forget, one, now=now)
            done += 1
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    db.session.rollback()
    return Outcome(len(ids), done, failed, error)


JOBS = (Job("forget_feedback", forget_words),)
