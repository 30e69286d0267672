"""Reading the phone calls and notes about hosting that somebody should see to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.volunteers.models import Volunteer

HOST_ASKED = "host_ask"
COVERED = "host_covered"
UNANSWERED = "host_unanswered"
BLOCKED = "host_blocked"
CANCELLED = "host_cancelled"
KINDS = (UNANSWERED, HOST_ASKED, COVERED, CANCELLED, BLOCKED)


@dataclass(frozen=True)
class HostCall:
    """Something to call or look after; `name` and `phone` are a volunteer's, where it is one's."""

    id: UUID
    kind: str
    name: str
    phone: str | None
    facts: dict[str, Any]


def open_host_calls(now: datetime) -> list[HostCall]:
    """Return what is due and not done, the oldest first; what has begun already is left out."""
    found = select(OutboxMessage).where(
        OutboxMessage.channel == "call",
        OutboxMessage.state == "queued",
        OutboxMessage.kind.in_(KINDS),
        OutboxMessage.due_at <= now,
    )
    calls = [
        call
        for call in db.session.scalars(found.order_by(OutboxMessage.due_at, OutboxMessage.id))
        if not _is_over(call, now)
    ]
    ids = {UUID(call.facts["volunteer"]) for call in calls if "volunteer" in call.facts}
    rows = db.session.scalars(select(Volunteer).where(Volunteer.id.in_(ids)))
    people = {str(row.id): row for row in rows}
    return [_call(call, people.get(call.facts.get("volunteer", ""))) for call in calls]


def _is_over(call: OutboxMessage, now: datetime) -> bool:
    starts_at = call.facts.get("starts_at")
    return starts_at is not None and datetime.fromisoformat(starts_at) <= now


def _call(call: OutboxMessage, row: Volunteer | None) -> HostCall:
    name, phone = (row.name, row.phone) if row else ("", None)
    return HostCall(call.id, call.kind, name, phone, call.facts)
