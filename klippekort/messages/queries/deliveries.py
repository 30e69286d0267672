"""Reading what is being sent, was sent, or could not be."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.errors import NotFound
from klippekort.messages.models import MessageDelivery, MessageEvent, MessagePart, OutboxMessage
from klippekort.messages.queries.people import CITIZEN, Recipient
from klippekort.platform.db import db
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import current_municipality

DISTURBING = ("push", "sms", "email", "voice")
SENT_BY_ITSELF = (*DISTURBING, "digital")
AUTOMATIC = (*SENT_BY_ITSELF, "letter")
ON_THE_WAY = ("queued", "sending")
ANSWERS_WITHIN = timedelta(days=14)
SHOWN = 100


@dataclass(frozen=True)
class Queue:
    """What waits in one channel: how many, and since when the oldest."""

    channel: str
    count: int
    oldest: datetime | None


def place(delivery: MessageDelivery, column: str) -> Place:
    """Return where a delivery's sealed words belong."""
    return Place(delivery.municipality_id, delivery.id, column)


def recipient_of(row: MessageDelivery | OutboxMessage) -> Recipient | None:
    """Return whom a message is for, or None for one that only says so among its facts."""
    if row.recipient_kind is not None and row.recipient_id is not None:
        return Recipient(row.recipient_kind, row.recipient_id)
    citizen_id = row.citizen_id if isinstance(row, OutboxMessage) else None
    return Recipient(CITIZEN, citizen_id) if citizen_id else None


def words_of(delivery: MessageDelivery) -> str | None:
    """Return what a delivery says, or None once its words are forgotten."""
    sealed = delivery.text_sealed
    return keys().unseal_secret(sealed, place(delivery, "text")) if sealed else None


def seal(delivery: MessageDelivery, column: str, text: str) -> bytes:
    """Return `text` sealed for one column of a delivery."""
    return keys().seal_secret(text, place(delivery, column))


def address_text(delivery: MessageDelivery) -> str:
    """Return where a delivery goes as JSON, for sealing it again elsewhere."""
    sealed = delivery.to_sealed
    return keys().unseal_secret(sealed, place(delivery, "to")) if sealed else "[]"


def address_of(delivery: MessageDelivery) -> list[str]:
    """Return where a delivery goes: a number, an e-mail address, or the lines on an envelope."""
    found: list[str] = json.loads(address_text(delivery))
    return found


def number_index(phone: str) -> str:
    """Return what a number is found by."""
    return keys().blind_index(current_municipality(), f"message|{phone}")


def waiting_groups(now: datetime) -> list[tuple[Recipient, str]]:
    """Return who has something due that goes out by itself or by letter, and by which channel."""
    found = (
        select(OutboxMessage.recipient_kind, OutboxMessage.recipient_id, OutboxMessage.channel)
        .where(OutboxMessage.channel.in_(AUTOMATIC), OutboxMessage.state == "queued")
        .where(OutboxMessage.due_at <= now)
        .group_by(OutboxMessage.recipient_kind, OutboxMessage.recipient_id, OutboxMessage.channel)
        .order_by(func.min(OutboxMessage.due_at))
    )
    rows = db.session.execute(found)
    return [(Recipient(kind, one), channel) for kind, one, channel in rows if kind and one]


def lock_due(recipient: Recipient, channel: str, now: datetime) -> Sequence[OutboxMessage]:
    """Return somebody's due messages that no other worker holds, oldest first."""
    found = (
        select(OutboxMessage)
        .filter_by(recipient_id=recipient.id, channel=channel, state="queued")
        .where(OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(found).all()


def has_unsent(recipient: Recipient, channel: str) -> bool:
    """Say whether something to a person is on its way: what is told later must come later."""
    found = select(MessageDelivery.id).filter_by(recipient_id=recipient.id, channel=channel)
    on_the_way = found.where(MessageDelivery.state.in_(ON_THE_WAY)).limit(1)
    return db.session.scalars(on_the_way).first() is not None


def sent_today(recipient: Recipient, now: datetime) -> int:
    """Count what a person has been sent on this Danish day; letters come when they come."""
    start, end = day_span(local_day(now))
    found = (
        select(func.count(MessageDelivery.id))
        .filter_by(recipient_id=recipient.id)
        .where(MessageDelivery.channel.in_(DISTURBING), MessageDelivery.state != "stopped")
        .where(~MessageDelivery.is_urgent)
        .where(MessageDelivery.queued_at >= start, MessageDelivery.queued_at < end)
    )
    return db.session.scalar(found) or 0


def urgent_since(recipient: Recipient, since: datetime) -> int:
    """Count the codes and the like that a person was sent since then."""
    found = (
        select(func.count(MessageDelivery.id))
        .filter_by(recipient_id=recipient.id, is_urgent=True)
        .where(MessageDelivery.queued_at >= since)
    )
    return db.session.scalar(found) or 0


def lock_next(now: datetime) -> MessageDelivery | None:
    """Return the delivery that has waited longest and that no other worker holds, or None.

    One that was being sent when its worker fell is due again when its lease is over.
    """
    found = (
        select(MessageDelivery)
        .where(MessageDelivery.state.in_(ON_THE_WAY), MessageDelivery.due_at <= now)
        .where(MessageDelivery.channel.in_(SENT_BY_ITSELF))
        .order_by(MessageDelivery.due_at, MessageDelivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(found).one_or_none()


def in_vain(since: datetime) -> Sequence[UUID]:
    """Return what waits to be sent since then, and what was tried and tells what was due by then.

    A lost gateway leaves some untried. What waited only for a worker has not been made up yet.
    """
    found = (
        select(MessageDelivery.id)
        .where(MessageDelivery.state == "queued", MessageDelivery.channel.in_(SENT_BY_ITSELF))
        .where(
            or_(
                MessageDelivery.queued_at <= since,
                and_(MessageDelivery.attempts > 0, _tells(OutboxMessage.due_at <= since)),
            )
        )
        .order_by(MessageDelivery.due_at, MessageDelivery.id)
    )
    return db.session.scalars(found).all()


def is_anything_due(now: datetime) -> bool:
    """Say whether something waits to be sent; nothing is locked."""
    found = (
        select(MessageDelivery.id)
        .where(MessageDelivery.state.in_(ON_THE_WAY), MessageDelivery.due_at <= now)
        .where(MessageDelivery.channel.in_(SENT_BY_ITSELF))
    )
    return db.session.scalars(found.limit(1)).first() is not None


def get_delivery(delivery_id: UUID) -> MessageDelivery:
    """Return a delivery to look at. Raises NotFound."""
    found = db.session.scalars(select(MessageDelivery).filter_by(id=delivery_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_delivery(delivery_id: UUID) -> MessageDelivery:
    """Return a delivery nobody else can change before this transaction ends. Raises NotFound."""
    found = select(MessageDelivery).filter_by(id=delivery_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    delivery = db.session.scalars(fresh).one_or_none()
    if delivery is None:
        raise NotFound
    return delivery


def lock_told(delivery_id: UUID) -> Sequence[OutboxMessage]:
    """Return the messages that a delivery tells, locked."""
    found = (
        select(OutboxMessage)
        .join(
            MessagePart,
            (MessagePart.message_id == OutboxMessage.id)
            & (MessagePart.municipality_id == OutboxMessage.municipality_id),
        )
        .where(MessagePart.delivery_id == delivery_id)
        .order_by(OutboxMessage.id)
        .with_for_update(of=OutboxMessage)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(found).all()


def queues() -> list[Queue]:
    """Return what waits to be sent, by channel: messages not yet taken up, and those on the way."""
    counted: dict[str, tuple[int, datetime | None]] = {}
    waiting = select(
        OutboxMessage.channel, func.count(OutboxMessage.id), func.min(OutboxMessage.due_at)
    ).where(OutboxMessage.channel.in_(AUTOMATIC), OutboxMessage.state == "queued")
    sending = select(
        MessageDelivery.channel, func.count(MessageDelivery.id), func.min(MessageDelivery.queued_at)
    ).where(MessageDelivery.state.in_(ON_THE_WAY))
    for found, channel in ((waiting, OutboxMessage.channel), (sending, MessageDelivery.channel)):
        for name, count, oldest in db.session.execute(found.group_by(channel)):
            before, since = counted.get(name, (0, None))
            counted[name] = (before + count, min(filter(None, (since, oldest)), default=None))
    return [Queue(name, *counted[name]) for name in AUTOMATIC if name in counted]


def in_trouble() -> Sequence[MessageDelivery]:
    """Return what could not be sent and nobody has called about yet, and what has been tried in
    vain so far, newest first.
    """
    is_retried = (MessageDelivery.attempts > 0) & MessageDelivery.error.is_not(None)
    found = select(MessageDelivery).where(
        or_(
            (MessageDelivery.state == "failed") & _waits_for_a_call(),
            MessageDelivery.state.in_(ON_THE_WAY) & is_retried,
        )
    )
    newest = found.order_by(MessageDelivery.queued_at.desc(), MessageDelivery.id).limit(SHOWN)
    return db.session.scalars(newest).all()


def _waits_for_a_call() -> ColumnElement[bool]:
    """Say of a delivery whether something it should have told waits to be called about."""
    return _tells(OutboxMessage.channel == "call", OutboxMessage.state == "queued")


def _tells(*what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say of a delivery whether any message it tells, or should have told, is so."""
    told = (
        select(MessagePart.id)
        .join(
            OutboxMessage,
            (OutboxMessage.id == MessagePart.message_id)
            & (OutboxMessage.municipality_id == MessagePart.municipality_id),
        )
        .where(MessagePart.delivery_id == MessageDelivery.id)
        .where(MessagePart.municipality_id == MessageDelivery.municipality_id)
        .where(*what)
    )
    return told.exists()


def resting(now: datetime) -> Sequence[OutboxMessage]:
    """Return what goes out by itself later, the soonest first: until then it can be undone."""
    found = (
        select(OutboxMessage)
        .where(OutboxMessage.channel.in_(AUTOMATIC), OutboxMessage.state == "queued")
        .where(OutboxMessage.due_at > now, OutboxMessage.recipient_id.is_not(None))
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    )
    return db.session.scalars(found.limit(SHOWN)).all()


def of_ids(ids: Sequence[UUID | None]) -> Sequence[MessageDelivery]:
    """Return the deliveries with these ids."""
    found = select(MessageDelivery).where(MessageDelivery.id.in_([one for one in ids if one]))
    return db.session.scalars(found).all()


def letters_waiting() -> Sequence[MessageDelivery]:
    """Return the letters that are not printed yet, those to one person side by side."""
    found = select(MessageDelivery).filter_by(channel="letter", state="queued")
    by_person = found.order_by(MessageDelivery.recipient_id, MessageDelivery.queued_at)
    return db.session.scalars(by_person.order_by(MessageDelivery.id)).all()


def pile(pile_id: UUID) -> Sequence[MessageDelivery]:
    """Return the letters of one pile, those to one person side by side. Raises NotFound."""
    found = select(MessageDelivery).filter_by(pile_id=pile_id)
    by_person = found.order_by(MessageDelivery.recipient_id, MessageDelivery.queued_at)
    letters = db.session.scalars(by_person.order_by(MessageDelivery.id)).all()
    if not letters:
        raise NotFound
    return letters


def piles() -> list[tuple[UUID, datetime, int]]:
    """Return the latest piles of letters: id, when it was printed, how many."""
    printed, count = func.min(MessageDelivery.sent_at), func.count(MessageDelivery.id)
    found = (
        select(MessageDelivery.pile_id, printed, count)
        .where(MessageDelivery.pile_id.is_not(None), MessageDelivery.text_sealed.is_not(None))
        .group_by(MessageDelivery.pile_id)
        .order_by(printed.desc())
        .limit(10)
    )
    return [(one, at, number) for one, at, number in db.session.execute(found) if one and at]


def told_to(recipient: Recipient) -> Sequence[MessageDelivery]:
    """Return what a person has been sent, newest first."""
    found = select(MessageDelivery).filter_by(recipient_id=recipient.id)
    newest = found.order_by(MessageDelivery.queued_at.desc(), MessageDelivery.id).limit(SHOWN)
    return db.session.scalars(newest).all()


def find_event(event_id: str) -> MessageEvent | None:
    """Return what the gateway has told under this name before, or None."""
    return db.session.scalars(select(MessageEvent).filter_by(event_id=event_id)).one_or_none()


def lock_event(event_row_id: UUID) -> MessageEvent:
    """Return something the gateway told, locked. Raises NotFound."""
    found = select(MessageEvent).filter_by(id=event_row_id).with_for_update()
    event = db.session.scalars(found).one_or_none()
    if event is None:
        raise NotFound
    return event


def unread() -> Sequence[MessageEvent]:
    """Return the answers that a person must read, oldest first."""
    found = select(MessageEvent).where(MessageEvent.outcome.in_(("unclear", "unknown", "over")))
    return db.session.scalars(found.order_by(MessageEvent.received_at, MessageEvent.id)).all()


def texts_to(phone: str, now: datetime) -> Sequence[MessageDelivery]:
    """Return the latest text messages to a number, newest first."""
    found = (
        select(MessageDelivery)
        .filter_by(channel="sms", to_index=number_index(phone))
        .where(MessageDelivery.queued_at > now - ANSWERS_WITHIN)
        .order_by(MessageDelivery.queued_at.desc(), MessageDelivery.id)
        .limit(SHOWN)
    )
    return db.session.scalars(found).all()


def open_questions(
    deliveries: Sequence[MessageDelivery], kinds: Sequence[str]
) -> list[OutboxMessage]:
    """Return the questions these have asked that nobody has answered yet."""
    found = (
        select(OutboxMessage)
        .join(
            MessagePart,
            (MessagePart.message_id == OutboxMessage.id)
            & (MessagePart.municipality_id == OutboxMessage.municipality_id),
        )
        .where(MessagePart.delivery_id.in_([one.id for one in deliveries]))
        .where(OutboxMessage.kind.in_(kinds))
        .where(
            or_(
                OutboxMessage.call_at.is_not(None),
                OutboxMessage.state == "sending",
                (OutboxMessage.channel == "call") & (OutboxMessage.state == "queued"),
            )
        )
        .order_by(OutboxMessage.queued_at)
    )
    return list(dict.fromkeys(db.session.scalars(found)))


def lock_question(message_id: UUID) -> OutboxMessage:
    """Return a message as it stands now, locked. Raises NotFound."""
    found = select(OutboxMessage).filter_by(id=message_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    message = db.session.scalars(fresh).one_or_none()
    if message is None:
        raise NotFound
    return message


def to_forget(before: datetime) -> Sequence[UUID]:
    """Return the deliveries whose words are older than this and not forgotten yet."""
    found = select(MessageDelivery.id).where(
        MessageDelivery.queued_at < before, MessageDelivery.text_sealed.is_not(None)
    )
    return db.session.scalars(found.order_by(MessageDelivery.id).limit(1000)).all()
