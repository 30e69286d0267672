"""A citizen says that she is not coming: the same as when staff cancel for her."""

from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale, Undecided
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Charge
from klippekort.domain.trips import CancelReason, Cause
from klippekort.platform.db import db
from klippekort.punchcards.queries.cards import get_card
from klippekort.punchcards.services.ledger import open_task
from klippekort.trips.queries.trips import get_trip
from klippekort.trips.services.keeping import cancel_trip


def cancel_own_trip(
    actor: Actor, trip_id: UUID, citizen_id: UUID, reason: CancelReason, *, now: datetime
) -> str:
    """Cancel a citizen's own trip, and return its id; whoever else rides goes all the same.

    What her municipality has not decided is no question for her: the time goes back, and a person
    is asked. Raises Stale once it has begun or is off, Forbidden, NotFound.
    """
    row = get_trip(trip_id, citizen_id)
    if row.starts_at <= now:
        raise Stale
    said: dict[str, Any] = {"cause": Cause.CITIZEN, "reason": reason, "citizen_id": citizen_id}
    try:
        with db.session.begin_nested():
            return cancel_trip(actor, trip_id, now=now, **said)
    except Undecided as question:
        done = cancel_trip(actor, trip_id, now=now, answer=Charge.FREE, **said)
        if row.card_id is not None:
            open_task(get_card(row.card_id), "decide", question.rule, str(trip_id), local_day(now))
        return done
