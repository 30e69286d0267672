"""Reading what somebody must be told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db


def open_calls(now: datetime, supplier_id: UUID | None = None) -> Sequence[OutboxMessage]:
    """Return the phone calls that are due and not made, oldest first, for one supplier or all."""
    found = select(OutboxMessage).filter_by(channel="call", state="queued")
    if supplier_id is not None:
        found = found.filter_by(supplier_id=supplier_id)
    due = found.where(OutboxMessage.due_at <= now)
    return db.session.scalars(due.order_by(OutboxMessage.due_at, OutboxMessage.id)).all()


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


def was_told(dedupe_key: str) -> bool:
    """Say whether somebody has acted on the message with this meaning."""
    known = find_message(dedupe_key)
    return known is not None and known.state == "done"


def about(trip_id: UUID) -> Sequence[OutboxMessage]:
    """Return what was or is to be told about a trip, by time."""
    found = select(OutboxMessage).filter_by(subject_id=trip_id)
    return db.session.scalars(found.order_by(OutboxMessage.queued_at, OutboxMessage.id)).all()
