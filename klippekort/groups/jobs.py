"""What is done by itself: offers nobody answered in time, and what has grown old."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.groups.queries.board import old_post_ids
from klippekort.groups.queries.members import forgotten_ids, old_interest_ids, overdue_ids
from klippekort.groups.queries.people import stood_in
from klippekort.groups.queries.visits import old_visit_ids
from klippekort.groups.services import (
    end_stand_in,
    forget_interest,
    forget_post,
    forget_visit,
    forget_waiting,
    lapse,
)
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.jobs import Job, Outcome


def lapse_offers(_day: date, now: datetime) -> Outcome:
    """Put whoever did not answer in time behind the others in line."""
    return _each(overdue_ids(now), lapse, now)


def forget_old(_day: date, now: datetime) -> Outcome:
    """Delete how people are reached who asked for a theme a year ago and got no group."""
    return _each(old_interest_ids(now), forget_interest, now)


def clear_boards(_day: date, now: datetime) -> Outcome:
    """Delete what has stood on a group's board for two weeks."""
    return _each(old_post_ids(now), forget_post, now)


def forget_visits(_day: date, now: datetime) -> Outcome:
    """Forget who was to come and see a meeting two weeks ago, if nobody told what came of it."""
    return _each(old_visit_ids(now), forget_visit, now)


def forget_lines(_day: date, now: datetime) -> Outcome:
    """Delete those in line whom nobody has heard from for a year."""
    return _each(forgotten_ids(now), forget_waiting, now)


def end_stand_ins(_day: date, now: datetime) -> Outcome:
    """Let those who stood in at a meeting that is over log in as leaders no longer."""
    return _each(stood_in(now), end_stand_in, now)


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
    Job("lapse_group_offers", lapse_offers, every=timedelta(minutes=5)),
    Job("forget_group_interest", forget_old),
    Job("forget_group_visits", forget_visits),
    Job("forget_group_lines", forget_lines),
    Job("end_group_stand_ins", end_stand_ins),
    Job("clear_group_boards", clear_boards, every=timedelta(hours=1)),
)
