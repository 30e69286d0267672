"""What is done by itself: the next wave of questions, friends of trips that are not made, and dates
whose usual host is away.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.hosting.queries.away import dates_left
from klippekort.hosting.queries.offers import due_searches, offers_for_nothing
from klippekort.hosting.services.away import LOOKED_FOR, step_back
from klippekort.hosting.services.searching import let_go, send_wave
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome


def send_waves(_day: date, now: datetime) -> Outcome:
    """Ask the next volunteers in every search that is due, let go whose trip is not made, and look
    for somebody where the usual host has stopped or has a pause.

    Run it every minute: it changes nothing while nothing is due.
    """
    left = _each(dates_left(now, now + LOOKED_FOR), step_back, now)
    asked = _each([(one,) for one in due_searches(now)], send_wave, now)
    freed = _each([(one,) for one in offers_for_nothing()], let_go, now)
    every = (left, asked, freed)
    return Outcome(
        sum(one.expected for one in every),
        sum(one.done for one in every),
        sum(one.failed for one in every),
        next((one.last_error for one in every if one.last_error), None),
    )


def _each(
    things: Sequence[tuple[UUID, ...]], service: Callable[..., Any], now: datetime
) -> Outcome:
    """Run a service on each, in a transaction of its own."""
    done, failed, error = 0, 0, None
    for one in things:
        try:
            execute(service, *one, now=now)
            done += 1
        except Exception as trouble:
            failed, error = failed + 1, type(trouble).__name__
    db.session.rollback()
    return Outcome(len(things), done, failed, error)


JOBS = (Job("send_waves", send_waves, every=timedelta(minutes=1)),)
