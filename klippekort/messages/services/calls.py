"""Phone calls that people make: put on the list once for each meaning, and what came of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from klippekort.domain.errors import Stale
from klippekort.domain.messages.timing import call_again_at
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries import calls as queries
from klippekort.messages.queries.settings import get_rules
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone


class CallOutcome(StrEnum):
    """What came of a call."""

    REACHED = "reached"
    NOT_HOME = "not_home"
    WRONG_NUMBER = "wrong_number"
    UNWILLING = "unwilling"


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

    One that was withdrawn before it was made is put there again. Nobody calls a citizen who has
    died or moved.
    """
    if citizen_id is not None and is_gone(citizen_id):
        return
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

    Messages rest some minutes before they are due, so that what was done can be undone unheard. A
    question that was sent is no longer asked by phone.
    """
    known = queries.lock_meaning(dedupe_key)
    if known is None:
        return False
    known.call_at = None
    if known.state != "queued":
        return False
    known.state = "withdrawn"
    return True


def complete_call(
    actor: Actor,
    message_id: UUID,
    *,
    outcome: CallOutcome = CallOutcome.REACHED,
    again_at: datetime | None = None,
    now: datetime,
) -> str:
    """Write down what came of a call. Raises Stale when it was ticked off before.

    Whoever was reached, or does not want to hear, is told. Who was not at home is called
    `again_at`, or two hours on, but never after it is too late. With a wrong number the call stays
    on the list.
    """
    message = queries.lock_message(message_id)
    authorise(actor, Action.HANDLE_MESSAGE, Reach(supplier_id=message.supplier_id))
    if message.state != "queued":
        raise Stale
    message.outcome, message.attempts = outcome.value, message.attempts + 1
    if outcome in (CallOutcome.REACHED, CallOutcome.UNWILLING):
        message.state, message.done_at, message.done_by = "done", now, actor.account_id
    elif outcome is CallOutcome.NOT_HOME:
        wanted = again_at or call_again_at(now, get_rules().hours, message.late_at)
        message.due_at = min(wanted, message.late_at or wanted)
    citizens = [message.citizen_id] if message.citizen_id else []
    audit.record(
        actor, Action.HANDLE_MESSAGE, "message", message.id, citizens=citizens, outcome=outcome
    )
    return str(message.id)
