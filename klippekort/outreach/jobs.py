"""What is done by itself: deleting signs and words in time, and bringing back what nobody took."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.permissions import Actor, Role
from klippekort.outreach.queries.queue import talks_to_forget, to_bring_back, to_forget
from klippekort.outreach.services import bring_back, forget, forget_talk
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.platform.tenancy import current_municipality


def forget_signs(_day: date, now: datetime) -> Outcome:
    """Delete signs and words whose time is up, those of talks that ended in a no among them."""
    noticed = _each(to_forget(now), forget, now)
    talks = _each(talks_to_forget(now), forget_talk, now)
    return Outcome(
        noticed.expected + talks.expected,
        noticed.done + talks.done,
        noticed.failed + talks.failed,
        noticed.last_error or talks.last_error,
    )


def bring_back_cases(_day: date, now: datetime) -> Outcome:
    """Bring cases back to their owners that were handed over and not taken."""
    return _each(to_bring_back(now), bring_back, now)


def _each(ids: Sequence[UUID], service: Callable[..., Any], now: datetime) -> Outcome:
    """Run a service on each, in a transaction of its own."""
    done, failed, error = 0, 0, None
    system = Actor(current_municipality(), Role.SYSTEM)
    for one in ids:
        try:
            execute(service, system, one, now=now)
            done += 1
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    db.session.rollback()
    return Outcome(len(ids), done, failed, error)


JOBS = (
    Job("forget_outreach_signs", forget_signs),
    Job("bring_back_outreach_cases", bring_back_cases, every=timedelta(hours=1)),
)
