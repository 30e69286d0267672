"""Reading the phone calls to volunteers that somebody should make."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, select

from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.volunteers.models import Volunteer

CLEARANCE_DUE = "clearance_due"
COMPANY_CANCELLED = "company_cancelled"
CODE_WANTED = "code_wanted"
KINDS = (CLEARANCE_DUE, COMPANY_CANCELLED, CODE_WANTED)


@dataclass(frozen=True)
class VolunteerCall:
    """A phone call to a volunteer; `phone` is None when nobody wrote the number down."""

    id: UUID
    volunteer_id: UUID
    name: str
    phone: str | None
    kind: str
    facts: dict[str, Any]


def open_volunteer_calls(now: datetime) -> list[VolunteerCall]:
    """Return the calls to volunteers that are due and not made, oldest first."""
    found = select(OutboxMessage).where(
        OutboxMessage.channel == "call",
        OutboxMessage.state == "queued",
        OutboxMessage.kind.in_(KINDS),
        OutboxMessage.due_at <= now,
    )
    calls = db.session.scalars(found.order_by(OutboxMessage.due_at, OutboxMessage.id)).all()
    wanted = {UUID(call.facts["volunteer"]) for call in calls}
    people = {
        row.id: row for row in db.session.scalars(select(Volunteer).where(Volunteer.id.in_(wanted)))
    }
    return [
        VolunteerCall(call.id, row.id, row.name, row.phone, call.kind, call.facts)
        for call in calls
        if (row := people.get(UUID(call.facts["volunteer"]))) and row.archived_at is None
    ]


def count_volunteer_calls(now: datetime) -> int:
    """Return how many calls `open_volunteer_calls` names."""
    whom = func.replace(OutboxMessage.facts["volunteer"].as_string(), "-", "")
    here = func.replace(cast(Volunteer.id, String), "-", "")
    found = (
        select(func.count(OutboxMessage.id))
        .join(Volunteer, here == whom)
        .where(
            OutboxMessage.channel == "call",
            OutboxMessage.state == "queued",
            OutboxMessage.kind.in_(KINDS),
            OutboxMessage.due_at <= now,
            Volunteer.archived_at.is_(None),
        )
    )
    return db.session.scalar(found) or 0


def queued_about(volunteer_id: UUID, kind: str = "") -> list[str]:
    """Return the keys of the calls about one check, or all, of a volunteer that nobody has made."""
    about = f"clearance:{volunteer_id}:{kind}:" if kind else f"clearance:{volunteer_id}:"
    found = select(OutboxMessage.dedupe_key).where(
        OutboxMessage.dedupe_key.startswith(about),
        OutboxMessage.state == "queued",
    )
    return list(db.session.scalars(found))
