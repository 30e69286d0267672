"""Sending: taken up by one worker at a time, tried again with the same key, noted once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain.errors import Stale
from klippekort.domain.messages.channels import Channel
from klippekort.domain.messages.sending import State, follows
from klippekort.domain.messages.timing import (
    after_working_hours,
    ask_by_phone_at,
    is_too_late,
    next_try,
    post_arrives,
)
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.messages.models import MessageDelivery, MessagePart, OutboxMessage
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries.people import CITIZEN, Recipient, people
from klippekort.messages.queries.settings import get_rules, ladder
from klippekort.messages.services.gathering import elsewhere, to_call
from klippekort.messages.services.handing import Load, load
from klippekort.messages.services.telling import HELD_BACK, new_delivery
from klippekort.messages.services.wording import KINDS
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Claim:
    """A delivery this worker has taken up, and which try it is."""

    delivery_id: UUID
    attempt: int
    load: Load


def claim(*, now: datetime) -> Claim | None:
    """Take up what has waited longest, for a minute, and return it; None when nothing is due.

    What comes too late becomes a call on the way.
    """
    hours = get_rules().hours
    while (row := queries.lock_next(now)) is not None:
        if is_too_late(now, row.late_at):
            _fail(row, "too_late", now)
        elif not row.is_urgent and not hours.is_open(now):
            row.state, row.due_at = State.QUEUED.value, hours.next_open(now)
        elif (text := queries.words_of(row)) is None:
            _fail(row, "forgotten", now)
        else:
            row.state, row.attempts, row.due_at = State.SENDING.value, row.attempts + 1, now + LEASE
            return Claim(row.id, row.attempts, load(row, text))
        db.session.flush()
    return None


def note_sent(delivery_id: UUID, provider_ref: str, *, now: datetime) -> None:
    """Note that a gateway has taken a message, whichever try it was: what it tells is told."""
    row = queries.lock_delivery(delivery_id)
    if row.state not in (State.SENDING, State.QUEUED):
        return
    row.state, row.sent_at, row.error = State.SENT.value, now, None
    row.provider_ref = provider_ref or None
    if row.is_urgent:  # nobody need ever read a code again
        row.text_sealed = None
    for message in queries.lock_told(delivery_id):
        if message.state == "sending":
            _tell_done(message, now)


def note_not_now(delivery_id: UUID, attempt: int, code: str, *, now: datetime) -> None:
    """Note that a try came to nothing, and when the next is; another worker's try stands."""
    row = queries.lock_delivery(delivery_id)
    if row.state != State.SENDING or row.attempts != attempt:
        return
    row.state, row.error = State.QUEUED.value, code[:40]
    row.due_at = now + next_try(row.attempts, secrets.randbelow(1000) / 1000)


def give_up(delivery_id: UUID, *, now: datetime) -> None:
    """Try no more what has been tried in vain for long enough; it goes another way, or is a call.

    One that another worker is just sending is left to it.
    """
    row = queries.lock_delivery(delivery_id)
    if row.state == State.QUEUED:
        _fail(row, row.error or "gave_up", now)


def note_refused(delivery_id: UUID, code: str, *, now: datetime) -> None:
    """Note that a message will never be taken; what it tells goes another way, or becomes calls."""
    row = queries.lock_delivery(delivery_id)
    if row.state in (State.SENDING, State.QUEUED):
        _fail(row, code, now)


def note_receipt(delivery_id: UUID, state: State, code: str, *, now: datetime) -> bool:
    """Note what became of a message that was sent, and say whether that was news.

    What was not delivered goes another way, or becomes calls.
    """
    row = queries.lock_delivery(delivery_id)
    if not follows(State(row.state), state):
        return False
    if state is State.FAILED:
        _fail(row, code or "undelivered", now)
        return True
    if row.state == State.SENDING:  # the receipt came before the answer did
        note_sent(delivery_id, "", now=now)
    row.state, row.delivered_at = State.DELIVERED.value, now
    return True


def note_silent(delivery_id: UUID, *, now: datetime) -> None:
    """Note that nobody has told that a message came; what is still of use is told another way."""
    row = queries.lock_delivery(delivery_id)
    if row.state == State.SENT and not is_too_late(now, row.late_at):
        _fail(row, "no_receipt", now)


def call_unanswered(message_id: UUID, *, now: datetime) -> None:
    """Have somebody call about a question that nobody has answered in the time it had."""
    message = queries.lock_question(message_id)
    if message.state == "done" and message.call_at is not None and message.call_at <= now:
        to_call(message, now)


def call_instead(actor: Actor, delivery_id: UUID, *, now: datetime) -> str:
    """Try no more, and have somebody call. Raises Stale while it is being sent, or once it is."""
    authorise(actor, Action.SEE_MESSAGES)
    row = queries.lock_delivery(delivery_id)
    if row.state != State.QUEUED:
        raise Stale
    _fail(row, row.error or "stopped", now)
    row.state = State.STOPPED.value
    _record(actor, row, "call_instead")
    return str(delivery_id)


def send_again(actor: Actor, delivery_id: UUID, *, now: datetime) -> str:
    """Send anew what could not be sent, in place of the calls that nobody has made yet.

    It is a new delivery with a key of its own. Raises Stale when nothing is left to tell.
    """
    authorise(actor, Action.SEE_MESSAGES)
    row = queries.lock_delivery(delivery_id)
    text = queries.words_of(row)
    waiting = _to_be_called(delivery_id)
    if row.state not in (State.FAILED, State.STOPPED) or not waiting or text is None:
        raise Stale
    if is_too_late(now, row.late_at):
        raise Stale
    fresh = _copy(row, text, now)
    for message in waiting:
        message.channel, message.state = row.channel, "sending"
        db.session.add(MessagePart(delivery_id=fresh.id, message_id=message.id))
    row.state = State.STOPPED.value
    db.session.flush()
    _record(actor, row, "send_again")
    return str(fresh.id)


def send_as_letter(actor: Actor, delivery_id: UUID, *, now: datetime) -> str:
    """Make a letter of what could not be sent, in place of the calls that nobody has made yet.

    Raises Stale when nothing is left to tell, no address is known, or a letter would come too late.
    """
    authorise(actor, Action.SEE_MESSAGES)
    row = queries.lock_delivery(delivery_id)
    text, waiting = queries.words_of(row), _to_be_called(delivery_id)
    to = Recipient(row.recipient_kind, row.recipient_id)
    person = people([to]).get(to)
    if row.state not in (State.FAILED, State.STOPPED) or not waiting or text is None:
        raise Stale
    if person is None or not person.address.lines or not post_arrives(now, row.late_at):
        raise Stale
    late_at = row.late_at
    fresh = new_delivery(to, Channel.LETTER, person.address, text, now=now, late_at=late_at)
    for message in waiting:
        message.channel, message.state = Channel.LETTER.value, "sending"
        db.session.add(MessagePart(delivery_id=fresh.id, message_id=message.id))
    row.state = State.STOPPED.value
    db.session.flush()
    _record(actor, row, "send_as_letter")
    return str(fresh.id)


def hold_back(actor: Actor, message_id: UUID) -> str:
    """Take back a message that rests before it goes out; a job that reminds by itself does not send
    it again. Raises Stale when it has gone.
    """
    authorise(actor, Action.SEE_MESSAGES)
    message = queries.lock_question(message_id)
    if message.state != "queued" or message.channel == Channel.CALL:
        raise Stale
    message.state, message.call_at, message.outcome = "withdrawn", None, HELD_BACK
    citizens = [message.citizen_id] if message.citizen_id else []
    how = {"how": HELD_BACK}
    audit.record(actor, Action.SEE_MESSAGES, "message", message.id, citizens=citizens, **how)
    return str(message_id)


def _to_be_called(delivery_id: UUID) -> list[OutboxMessage]:
    """Return what a delivery should have told, and that nobody has called about yet."""
    return [
        one
        for one in queries.lock_told(delivery_id)
        if (one.state, one.channel) == ("queued", "call")
    ]


def _copy(row: MessageDelivery, text: str, now: datetime) -> MessageDelivery:
    from_now = MessageDelivery(
        id=new_id(),
        municipality_id=row.municipality_id,
        channel=row.channel,
        recipient_kind=row.recipient_kind,
        recipient_id=row.recipient_id,
        to_index=row.to_index,
        is_urgent=row.is_urgent,
        queued_at=now,
        due_at=now,
        late_at=row.late_at,
    )
    seal = queries.seal
    from_now.text_sealed = seal(from_now, "text", text)
    from_now.to_sealed = seal(from_now, "to", queries.address_text(row))
    db.session.add(from_now)
    db.session.flush()
    return from_now


def _tell_done(message: OutboxMessage, now: datetime) -> None:
    message.state, message.done_at = "done", now
    answer_by, kind = message.facts.get("answer_by"), KINDS[message.kind]
    if kind.asks and answer_by:
        half_way = ask_by_phone_at(now, datetime.fromisoformat(answer_by))
        hours = ladder()[kind.step].call_after
        message.call_at = min(half_way, after_working_hours(now, hours)) if hours else half_way


def _fail(row: MessageDelivery, code: str, now: datetime) -> None:
    row.state, row.error = State.FAILED.value, code[:40]
    for message in queries.lock_told(row.id):
        if message.state == "sending" or (message.state == "done" and message.channel != "call"):
            elsewhere(message, now)


def _record(actor: Actor, row: MessageDelivery, how: str) -> None:
    citizens = [row.recipient_id] if row.recipient_kind == CITIZEN else []
    audit.record(actor, Action.SEE_MESSAGES, "delivery", row.id, citizens=citizens, how=how)
