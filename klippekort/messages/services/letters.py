"""Letters that a person prints and posts: a pile a day, one message a page."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.messages.sending import State
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries.people import CITIZEN
from klippekort.messages.services.sending import note_sent
from klippekort.platform import audit
from klippekort.platform.ids import new_id

LARGEST_PILE = 200


def make_pile(actor: Actor, *, now: datetime) -> str | None:
    """Put the letters that wait into a pile to be printed, and return its id; None without any.

    They count as sent from then on; the pile can be printed again for as long as its words are
    kept.
    """
    authorise(actor, Action.SEE_MESSAGES)
    waiting = queries.letters_waiting()[:LARGEST_PILE]
    if not waiting:
        return None
    pile_id = new_id()
    citizens = set()
    for one in waiting:
        row = queries.lock_delivery(one.id)
        if row.state != State.QUEUED:
            continue
        row.pile_id = pile_id
        note_sent(row.id, "", now=now)
        if row.recipient_kind == CITIZEN:
            citizens.add(row.recipient_id)
    audit.record(actor, Action.SEE_MESSAGES, "pile", pile_id, citizens=citizens, how="printed")
    return str(pile_id)


def forget(delivery_ids: list[UUID]) -> int:
    """Let go of the words and addresses of what was sent long ago; that it was sent stays."""
    for delivery_id in delivery_ids:
        row = queries.lock_delivery(delivery_id)
        row.text_sealed = row.to_sealed = row.to_index = None
        if row.state in queries.ON_THE_WAY:
            row.state, row.error = State.FAILED.value, "forgotten"
    return len(delivery_ids)
