"""Reading what somebody must be told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries.people import Recipient
from klippekort.platform.db import db


def open_calls(now: datetime, supplier_id: UUID | None = None) -> Sequence[OutboxMessage]:
    """Return the phone calls that are due and not made, oldest first, for one supplier or all."""
    found = select(OutboxMessage).filter_by(channel="call", state="queued")
    if supplier_id is not None:
        found = found.filter_by(supplier_id=supplier_id)
    due = found.where(OutboxMessage.due_at <= now)
    return db.session.scalars(due.order_by(OutboxMessage.due_at, OutboxMessage.id)).all()


def get_message(message_id: UUID) -> OutboxMessage:
    """Return a message to look at. Raises NotFound."""
    message = db.session.scalars(select(OutboxMessage).filter_by(id=message_id)).one_or_none()
    if message is None:
        raise NotFound
    return message


def lock_message(message_id: UUID) -> OutboxMessage:
    """Return a message nobody else can change before this transaction ends. Raises NotFound."""
    found = select(OutboxMessage).filter_by(id=message_id).with_for_update()
    message = db.session.scalars(found).one_or_none()
    if message is None:
        raise NotFound
    return message


def find_message(dedupe_key: str) -> OutboxMessage | None:
    """Return the message with this meaning, or None."""
    found = select(OutboxMessage).filter_by(dedupe_key=dedupe_key)
    return db.session.scalars(found).one_or_none()


def lock_meaning(dedupe_key: str) -> OutboxMessage | None:
    """Return the message with this meaning as it stands now, locked, or None."""
    found = select(OutboxMessage).filter_by(dedupe_key=dedupe_key).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    return db.session.scalars(fresh).one_or_none()


def was_told(dedupe_key: str) -> bool:
    """Say whether somebody has acted on the message with this meaning, or it is on its way."""
    known = find_message(dedupe_key)
    return known is not None and known.state in ("done", "sending")


def about(trip_id: UUID) -> Sequence[OutboxMessage]:
    """Return what was or is to be told about a trip, by time."""
    found = select(OutboxMessage).filter_by(subject_id=trip_id)
    return db.session.scalars(found.order_by(OutboxMessage.queued_at, OutboxMessage.id)).all()


def told_since(recipient: Recipient, kind: str, since: datetime) -> bool:
    """Say whether a person has had a message of this kind put down since then."""
    found = (
        select(OutboxMessage.id)
        .filter_by(recipient_id=recipient.id, kind=kind)
        .where(OutboxMessage.queued_at >= since, OutboxMessage.state != "withdrawn")
    )
    return db.session.scalars(found.limit(1)).first() is not None


def all_told_since(kinds: Collection[str], since: datetime) -> set[UUID]:
    """Return the ids of all who have had a message of one of these kinds put down since then."""
    found = select(OutboxMessage.recipient_id).where(
        OutboxMessage.kind.in_(kinds),
        OutboxMessage.queued_at >= since,
        OutboxMessage.state != "withdrawn",
    )
    return {one for one in db.session.scalars(found.distinct()) if one is not None}


def waiting_of_kind(kind: str) -> Sequence[OutboxMessage]:
    """Return the messages of one kind that nobody has acted on, whatever their channel."""
    found = select(OutboxMessage).filter_by(kind=kind, state="queued")
    return db.session.scalars(found.order_by(OutboxMessage.id)).all()


def unanswered(now: datetime) -> Sequence[UUID]:
    """Return the questions that were sent, and that nobody has answered in the time they had."""
    found = select(OutboxMessage.id).filter_by(state="done").where(OutboxMessage.call_at <= now)
    return db.session.scalars(found.order_by(OutboxMessage.call_at)).all()
