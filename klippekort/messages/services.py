"""Writing down what somebody must be told, once for each meaning, and ticking it off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.messages import queries
from klippekort.messages.models import OutboxMessage
from klippekort.platform import audit
from klippekort.platform.db import db


def queue_call(
    dedupe_key: str,
    kind: str,
    *,
    citizen_id: UUID | None,
    supplier_id: UUID | None,
    about: UUID | None = None,
    facts: dict[str, Any],
    due_at: datetime,
    now: datetime,
) -> None:
    """Put a phone call on the call list; the same meaning is put there once.

    It is to a citizen; without one the facts say whom to call. `about` is the trip it is about.

    One that was withdrawn before it was made is put there again.
    """
    known = queries.find_message(dedupe_key)
    if known is None:
        db.session.add(
            OutboxMessage(
                dedupe_key=dedupe_key,
                kind=kind,
                subject_id=about,
                channel="call",
                citizen_id=citizen_id,
                supplier_id=supplier_id,
                facts=facts,
                due_at=due_at,
                queued_at=now,
            )
        )
    elif known.state == "withdrawn":
        known.state, known.facts = "queued", facts
        known.due_at, known.queued_at = due_at, now


def withdraw(dedupe_key: str) -> bool:
    """Take back a message that nobody has acted on, and say whether there was one to take back.

    Messages rest some minutes before they are due, so that what was done can be undone unheard.
    """
    known = queries.find_message(dedupe_key)
    if known is None or known.state != "queued":
        return False
    known.state = "withdrawn"
    return True


def complete_call(actor: Actor, message_id: UUID, *, now: datetime) -> str:
    """Tick off a call that was made. Raises Stale when it was ticked off before."""
    message = queries.lock_message(message_id)
    authorise(actor, Action.HANDLE_MESSAGE, Reach(supplier_id=message.supplier_id))
    if message.state != "queued":
        raise Stale
    message.state, message.done_at, message.done_by = "done", now, actor.account_id
    citizens = [message.citizen_id] if message.citizen_id else []
    audit.record(actor, Action.HANDLE_MESSAGE, "message", message.id, citizens=citizens)
    return str(message.id)
