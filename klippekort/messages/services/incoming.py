"""What the gateway tells us: what was delivered, and what people answer. Each event counts once."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.domain.errors import NotFound
from klippekort.domain.messages.answers import read_answer
from klippekort.domain.messages.sending import State
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.messages.models import MessageEvent, OutboxMessage
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries.people import CITIZEN, PostReceipt, Recipient, Replied, people
from klippekort.messages.services.calls import queue_call
from klippekort.messages.services.gathering import to_call
from klippekort.messages.services.sending import note_receipt
from klippekort.messages.services.wording import QUESTIONS
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.gateways import voice
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys
from klippekort.platform.languages import DANISH
from klippekort.platform.tenancy import current_municipality

REPLY_UNCLEAR = "reply_unclear"


@dataclass(frozen=True)
class Receipt:
    """What became of a delivery: `delivered` or `failed`, with the gateway's own reason. Whoever
    tells it sends by `channels` and no others.
    """

    event_id: str
    delivery_id: UUID
    state: State
    code: str = ""
    channels: frozenset[str] = frozenset({"sms"})


@dataclass(frozen=True)
class KeyPress:
    """Which key somebody pressed whom a machine had called."""

    event_id: str
    delivery_id: UUID
    key: str


@dataclass(frozen=True)
class Reply:
    """What somebody wrote back; `phone` is E.164."""

    event_id: str
    phone: str
    text: str


def take_receipt(receipt: Receipt, *, now: datetime) -> str:
    """Note a receipt once, and return what came of it: noted, old, unknown, or known before."""
    if queries.find_event(receipt.event_id) is not None:
        return "repeated"
    try:
        if queries.get_delivery(receipt.delivery_id).channel not in receipt.channels:
            raise NotFound
        is_news = note_receipt(receipt.delivery_id, receipt.state, receipt.code, now=now)
        outcome, delivery_id = "noted" if is_news else "old", receipt.delivery_id
    except NotFound:
        outcome, delivery_id = _told_above(receipt, now), None
    _keep(receipt.event_id, "receipt", outcome, now, delivery_id)
    return outcome


def _told_above(receipt: Receipt, now: datetime) -> str:
    """Let those above who send by Digital Post themselves take what it tells of theirs."""
    if "digital" not in receipt.channels:
        return "strange"
    is_delivered = receipt.state is State.DELIVERED
    news: list[bool] = ask(PostReceipt(receipt.delivery_id, is_delivered, now))
    if not news:
        return "strange"
    return "noted" if any(news) else "old"


def take_reply(reply: Reply, *, now: datetime) -> str:
    """Take an answer once, and return what came of it.

    A clear yes or no to the one open question is `answered`. Otherwise nothing is guessed: a person
    reads it, and whoever it was from is called. It is `unclear`, `over` when the question was, or
    `unknown` when nobody was written to at that number.
    """
    if queries.find_event(reply.event_id) is not None:
        return "repeated"
    texts = queries.texts_to(reply.phone, now)
    known = {Recipient(row.recipient_kind, row.recipient_id) for row in texts}
    open_ones = queries.open_questions(texts, QUESTIONS) if texts else []
    outcome = _answer(open_ones, known, reply, now)
    latest = texts[0] if texts else None
    row = _keep(reply.event_id, "reply", outcome, now, latest.id if latest else None)
    said = json.dumps({"from": reply.phone, "text": reply.text[:1000]})
    row.text_sealed = keys().seal_secret(said, _place(row))
    if outcome in ("unclear", "over"):
        _have_called(row, known, now)
    db.session.flush()
    return outcome


def take_key(press: KeyPress, *, now: datetime) -> str:
    """Take a key once, and return what came of it.

    1 and 2 answer the question that was read aloud, as a text message does; 9, and an answer that
    comes too late, have somebody call. It is `answered`, `called`, `noted` or `strange`.
    """
    if queries.find_event(press.event_id) is not None:
        return "repeated"
    try:
        row = queries.lock_delivery(press.delivery_id)
    except NotFound:
        row = None
    if row is None or row.channel != "voice":
        _keep(press.event_id, "reply", "strange", now, None)
        return "strange"
    outcome = _press(row.id, press.key, now)
    _keep(press.event_id, "reply", outcome, now, row.id)
    return outcome


def _press(delivery_id: UUID, key: str, now: datetime) -> str:
    told = queries.lock_told(delivery_id)
    asked = [one for one in told if one.kind in QUESTIONS and is_open(one)]
    if key in (voice.YES, voice.NO) and asked:
        to = queries.recipient_of(asked[0])
        if to is not None and _take_answer(asked[0], to, is_yes=key == voice.YES, now=now):
            return "answered"
        key = voice.CALL_ME
    if key != voice.CALL_ME:
        return "noted"
    for one in told:
        if one.state in ("sending", "done"):
            to_call(one, now)
    return "called"


def is_open(question: OutboxMessage) -> bool:
    """Say whether a question still waits for its answer."""
    is_asked_by_phone = question.channel == "call" and question.state == "queued"
    return question.call_at is not None or question.state == "sending" or is_asked_by_phone


def read_event(row: MessageEvent) -> tuple[str, str]:
    """Return the number an answer came from and what it says."""
    if row.text_sealed is None:
        return "", ""
    said = json.loads(keys().unseal_secret(row.text_sealed, _place(row)))
    return said["from"], said["text"]


def mark_read(actor: Actor, event_row_id: UUID) -> str:
    """Take an answer that somebody has read off the list."""
    authorise(actor, Action.SEE_MESSAGES)
    row = queries.lock_event(event_row_id)
    row.outcome = "read"
    audit.record(actor, Action.SEE_MESSAGES, "message_event", row.id, how="read")
    return str(row.id)


def _answer(
    open_ones: list[OutboxMessage], known: set[Recipient], reply: Reply, now: datetime
) -> str:
    if not known:
        return "unknown"
    to = queries.recipient_of(open_ones[0]) if len(open_ones) == 1 else None
    is_yes = read_answer(reply.text, _language_of(to)) if to is not None else None
    if is_yes is None or to is None or len(known) != 1:
        return "unclear"
    taken = _take_answer(open_ones[0], to, is_yes=is_yes, now=now)
    return "answered" if taken else "unclear" if taken is None else "over"


def _language_of(to: Recipient) -> str:
    """Return the language somebody is told things in, by its code."""
    person = people([to]).get(to)
    return (person.language if person else None) or DANISH.code


def _take_answer(
    question: OutboxMessage, to: Recipient, *, is_yes: bool, now: datetime
) -> bool | None:
    """Give a clear answer to whoever asked, and return True; False when it is over, and None when
    nobody asked.
    """
    answers = ask(Replied(question.kind, to, question.facts, is_yes, now))
    if "answered" not in answers:
        return False if "over" in answers else None
    question.call_at = None
    if question.state == "queued":
        question.state = "withdrawn"
    _record(question, is_yes)
    return True


def _record(question: OutboxMessage, is_yes: bool) -> None:
    actor = Actor(current_municipality(), Role.SYSTEM)
    citizens = [question.citizen_id] if question.citizen_id else []
    audit.record(
        actor, Action.HANDLE_MESSAGE, "message", question.id, citizens=citizens, by_text=is_yes
    )


def _keep(
    event_id: str, kind: str, outcome: str, now: datetime, delivery_id: UUID | None
) -> MessageEvent:
    row = MessageEvent(
        id=new_id(),
        municipality_id=current_municipality(),
        event_id=event_id,
        kind=kind,
        outcome=outcome,
        received_at=now,
        delivery_id=delivery_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _have_called(row: MessageEvent, known: set[Recipient], now: datetime) -> None:
    for one in known:
        if one.kind == CITIZEN:
            queue_call(
                f"reply:{row.id}:{one.id}",
                REPLY_UNCLEAR,
                citizen_id=one.id,
                supplier_id=None,
                facts={"event": str(row.id)},
                due_at=now,
                now=now,
            )


def _place(row: MessageEvent) -> Place:
    return Place(row.municipality_id, row.id, "reply")
