"""Messages that were sent, and that nobody has told came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.messages.channels import Purpose
from klippekort.domain.messages.ladder import STEP_OF
from klippekort.domain.messages.timing import after_working_hours
from klippekort.messages.models import MessageDelivery, MessagePart, OutboxMessage
from klippekort.messages.queries.people import CITIZEN, VOLUNTEER
from klippekort.messages.queries.settings import ladder
from klippekort.platform.db import db

# A channel that has told of nothing for so long tells of nothing: silence there means nothing.
TELLS_WITHIN = timedelta(days=14)
SOONEST = timedelta(hours=1)


def silent(now: datetime) -> Sequence[UUID]:
    """Return the deliveries whose step has waited out its office hours without a receipt.

    Only channels that do send receipts are waited for, and only those whom somebody would call.
    """
    hours = {step: rung.call_after for step, rung in ladder().items() if rung.call_after}
    channels = _telling(now) if hours else []
    found = (
        select(MessageDelivery.id, MessageDelivery.sent_at, OutboxMessage.purpose)
        .join(
            MessagePart,
            (MessagePart.delivery_id == MessageDelivery.id)
            & (MessagePart.municipality_id == MessageDelivery.municipality_id),
        )
        .join(
            OutboxMessage,
            (OutboxMessage.id == MessagePart.message_id)
            & (OutboxMessage.municipality_id == MessagePart.municipality_id),
        )
        .where(MessageDelivery.state == "sent", MessageDelivery.channel.in_(channels))
        .where(MessageDelivery.sent_at.between(now - TELLS_WITHIN, now - SOONEST))
        .where(MessageDelivery.late_at.is_(None) | (MessageDelivery.late_at > now))
        .where(MessageDelivery.recipient_kind.in_((CITIZEN, VOLUNTEER)))
        .where(OutboxMessage.state == "done", OutboxMessage.purpose.is_not(None))
    )
    due = set()
    for delivery_id, sent_at, purpose in db.session.execute(found) if channels else ():
        wait = hours.get(STEP_OF[Purpose(str(purpose))])
        if wait and sent_at and after_working_hours(sent_at, wait) <= now:
            due.add(delivery_id)
    return sorted(due)


def _telling(now: datetime) -> list[str]:
    """Return the channels that have told of something lately."""
    found = select(MessageDelivery.channel).where(MessageDelivery.delivered_at > now - TELLS_WITHIN)
    return list(db.session.scalars(found.distinct()))
