"""One line to a relative after a trip, with the citizen's yes to it; gone after thirty days."""

from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.citizens.queries import lock_citizen, reach
from klippekort.citizens.queries.contacts import get_contact
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.trips import MADE
from klippekort.messages.services import queue_call, withdraw
from klippekort.municipalities.queries import rested
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.models import Greeting
from klippekort.trips.queries import happenings as queries
from klippekort.trips.queries.trips import get_trip
from klippekort.trips.services.history import happened

KEPT_FOR = timedelta(days=30)


def send_greeting(
    actor: Actor,
    trip_id: UUID,
    contact_id: UUID,
    text: str,
    *,
    agreed_how: str,
    now: datetime,
    citizen_id: UUID | None = None,
) -> str:
    """Send a relative one line about a trip that was made, and return the line's id.

    `agreed_how` is the citizen's yes to this very line. Raises Stale for a trip that was not made,
    Forbidden for a relative who is not to get any, NotFound.
    """
    row = get_trip(trip_id, citizen_id)
    citizen, contact = lock_citizen(row.citizen_id), get_contact(contact_id)
    authorise(actor, Action.KEEP_TRIP, reach(citizen, local_day(now)))
    if row.state not in MADE:
        raise Stale
    if contact.citizen_id != citizen.id or not contact.gets_greetings or contact.ended_at:
        raise Forbidden(Action.KEEP_TRIP)
    line_id = new_id()
    db.session.add(
        Greeting(
            id=line_id,
            trip_id=trip_id,
            citizen_id=citizen.id,
            contact_id=contact_id,
            text_encrypted=seal(citizen, line_id, "greeting", text.strip()),
            agreed_how=agreed_how,
            written_by=actor.account_id,
            written_at=now,
            erase_on=local_day(now) + KEPT_FOR,
        )
    )
    queue_call(
        _key(line_id),
        "greeting",
        citizen_id=citizen.id,
        supplier_id=citizen.supplier_id,
        about=trip_id,
        facts={"greeting": str(line_id), "contact": str(contact_id)},
        due_at=rested(actor.municipality_id, now),
        now=now,
    )
    happened(actor, trip_id, "greeted", now)
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=[citizen.id], to="greeting")
    return str(line_id)


def erase_old(day: date) -> int:
    """Let go of the lines whose days are over and return how many; the untold stays untold."""
    gone = queries.old_greetings(day)
    for line in gone:
        withdraw(_key(line.id))
        db.session.delete(line)
    return len(gone)


def _key(line_id: UUID) -> str:
    return f"greeting:{line_id}"
