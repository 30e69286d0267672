"""Reading the phone calls and notes about hosting that somebody should see to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.services import asking
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import Association, AssociationContact, Volunteer

Called = tuple[str, str | None]

ACTIVITY_EXISTS = asking.ACTIVITY_EXISTS
HOST_ASKED = "host_ask"
COVERED = "host_covered"
UNANSWERED = "host_unanswered"
BLOCKED = "host_blocked"
CANCELLED = "host_cancelled"
MOVED = "host_moved"
TAKEN_OVER = "host_taken_over"
TAKES_OVER = "host_takes_over"
AWAY = "host_away"
KINDS = (
    UNANSWERED,
    AWAY,
    ACTIVITY_EXISTS,
    HOST_ASKED,
    MOVED,
    COVERED,
    CANCELLED,
    TAKEN_OVER,
    TAKES_OVER,
    BLOCKED,
)


@dataclass(frozen=True)
class HostCall:
    """Something to call or look after; `name` and `phone` are a volunteer's, where it is one's, or
    those of who speaks for an association.
    """

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
    people = _volunteers(calls) | _contacts(calls)
    return [_call(call, people) for call in calls]


def _volunteers(calls: Iterable[OutboxMessage]) -> dict[str, Called]:
    ids = {UUID(call.facts["volunteer"]) for call in calls if "volunteer" in call.facts}
    rows = db.session.scalars(select(Volunteer).where(Volunteer.id.in_(ids)))
    return {str(row.id): (row.name, row.phone) for row in rows}


def _contacts(calls: Iterable[OutboxMessage]) -> dict[str, Called]:
    """Return whom to call at each association: its first contact with a number, or its own."""
    ids = {UUID(call.facts["association"]) for call in calls if "association" in call.facts}
    if not ids:
        return {}
    clubs = db.session.scalars(select(Association).where(Association.id.in_(ids))).all()
    names = {club.id: club.name for club in clubs}
    found: dict[str, Called] = {str(club.id): (club.name, club.phone) for club in clubs}
    speak = select(AssociationContact).where(
        AssociationContact.association_id.in_(ids),
        AssociationContact.archived_at.is_(None),
    )
    for row in db.session.scalars(speak.order_by(alphabetical(AssociationContact.name).desc())):
        if number := row.phone:
            found[str(row.association_id)] = (f"{row.name}, {names[row.association_id]}", number)
    return found


def _is_over(call: OutboxMessage, now: datetime) -> bool:
    starts_at = call.facts.get("starts_at")
    return starts_at is not None and datetime.fromisoformat(starts_at) <= now


def _call(call: OutboxMessage, people: dict[str, Called]) -> HostCall:
    said = (call.facts.get(name, "") for name in ("association", "volunteer"))
    known = [people[one] for one in said if one in people]
    # Who has a number is better to call than who has none.
    name, phone = min(known, key=lambda one: one[1] is None, default=("", None))
    return HostCall(call.id, call.kind, name, phone, call.facts)
