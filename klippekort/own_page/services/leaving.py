"""A citizen dies: nobody sends a letter to her any more, and a mistake lets her wait for it again.

Whoever has moved may still have her data: her letter waits, and says so to whoever sends it.
"""

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.domain.permissions import Action
from klippekort.own_page.queries import requests as queries
from klippekort.platform import audit
from klippekort.platform.db import db

REQUEST = "data_request"


def citizen_left(left: CitizenLeft) -> None:
    """Close what a citizen who has died asked for by letter."""
    if left.kind != "died":
        return
    for asked in queries.requests_of(left.citizen_id):
        row = queries.lock_request(asked.id)
        if row.done_at is not None:
            continue
        stopped(left, REQUEST, row.id)
        row.done_at, row.done_by = left.now, left.actor.account_id
        audit.record(
            left.actor,
            Action.GIVE_DATA,
            REQUEST,
            row.id,
            citizens=[left.citizen_id],
            what=row.what,
            to="stopped",
        )
    db.session.flush()


def citizen_returned(back: CitizenReturned) -> None:
    """Let her wait for her letter again, by the day the law gave."""

    def again(stop: LeavingStop) -> str | None:
        row = queries.lock_request(stop.subject_id)
        if queries.open_request(back.citizen_id, row.what) is not None:
            return "taken"
        row.done_at, row.done_by = None, None
        db.session.flush()
        return None

    start_again(back, REQUEST, again)
