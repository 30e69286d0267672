"""What is done by itself: the next wave of questions, and friends of trips that are not made."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.hosting.queries.offers import due_searches, offers_for_nothing
from klippekort.hosting.services.searching import let_go, send_wave
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome


def send_waves(_day: date, now: datetime) -> Outcome:
    """Ask the next volunteers in every search that is due, and let go whose trip is not made.

    Run it every minute: it changes nothing while nothing is due.
    """
    asked = _each(due_searches(now), send_wave, now)
    freed = _each(offers_for_nothing(), let_go, now)
    return Outcome(
        asked.expected + freed.expected,
        asked.done + freed.done,
        asked.failed + freed.failed,
        asked.last_error or freed.last_error,
    )


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


JOBS = (Job("send_waves", send_waves, every=timedelta(minutes=1)),)
