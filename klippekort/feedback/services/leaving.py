"""A citizen dies: what she said stays with its owner, and nobody is to answer her any more.

Whoever has moved is answered all the same. Where another way to be reached was given, somebody
there still waits.
"""

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.feedback.queries import feedback as queries
from klippekort.platform.db import db

FEEDBACK = "feedback"


def citizen_left(left: CitizenLeft) -> None:
    """Let nobody wait for an answer to what a citizen who has died said."""
    if left.kind != "died":
        return
    for feedback_id in queries.waiting_of(left.citizen_id):
        row = queries.lock_feedback(feedback_id)
        stopped(left, FEEDBACK, row.id)
        row.wants_answer = False
    db.session.flush()


def citizen_returned(back: CitizenReturned) -> None:
    """Let her wait for her answer again, by the days it had; what was closed since is closed."""
    start_again(back, FEEDBACK, _wait_again)


def _wait_again(stop: LeavingStop) -> str | None:
    row = queries.lock_feedback(stop.subject_id)
    if row.closed_on is not None:
        return "taken"
    row.wants_answer = True
    return None
