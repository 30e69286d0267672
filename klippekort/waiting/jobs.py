"""What is done by itself: offers that lapse, seats passed on, standing wishes, closed wishes."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome
from klippekort.waiting.queries import offers as offer_queries
from klippekort.waiting.queries import standing as standing_queries
from klippekort.waiting.queries import wishes as wish_queries
from klippekort.waiting.services import answers, closing, standing, turns


def pass_on(_day: date, now: datetime) -> Outcome:
    """Give back what nobody answered for in time, and offer every seat that stands free.

    Run it every minute: it changes nothing while nothing is due.
    """
    lapsed = _each(offer_queries.overdue(now), answers.lapse_offer, now)
    freed = _each(wish_queries.with_a_free_seat(now), _offer_again, now)
    return Outcome(
        lapsed.expected + freed.expected,
        lapsed.done + freed.done,
        lapsed.failed + freed.failed,
        lapsed.last_error or freed.last_error,
    )


def _offer_again(occurrence_id: UUID, *, now: datetime) -> str | None:
    return turns.offer_seat(occurrence_id, reason="again", now=now)


def propose_standing(day: date, now: datetime) -> Outcome:
    """Hold the next date of every standing wish that is due; a day that is over proposes none."""
    if day < local_day(now):
        return Outcome(0, 0)
    return _each(standing_queries.active_ids(), standing.propose, now)


def close_over(_day: date, now: datetime) -> Outcome:
    """Close the wishes whose time is over."""
    return _each(closing.due(now), closing.close_wish, now)


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
    Job("pass_on", pass_on, every=timedelta(minutes=1)),
    Job("propose_standing", propose_standing),
    Job("close_wishes", close_over),
)
