"""Reading who comes to see a group once, as far as the group keeps it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.domain.errors import NotFound
from klippekort.groups.models import GroupMeeting, GroupVisit, SupportGroup
from klippekort.groups.queries.sealed import opened
from klippekort.platform.db import db

VISIT_KEPT = timedelta(days=14)
"""How long after a meeting it is known who was to come and see it."""


@dataclass(frozen=True)
class VisitLine:
    """Somebody who comes to see a meeting, or was to: what to call them, and how to reach them."""

    id: UUID
    name: str | None
    contact: str | None
    number: int
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool


def visits_of(group: SupportGroup) -> list[VisitLine]:
    """Return those who come to see once, by meeting, whose visit nobody has told the end of."""
    rows = db.session.execute(
        select(GroupVisit, GroupMeeting)
        .join(GroupMeeting, GroupMeeting.id == GroupVisit.meeting_id)
        .where(GroupVisit.group_id == group.id, GroupVisit.outcome.is_(None))
        .order_by(GroupMeeting.starts_at, GroupVisit.id)
    )
    return [
        VisitLine(
            visit.id,
            visit.first_name,
            opened(group, visit.id, "contact", visit.contact_sealed),
            meeting.number,
            meeting.starts_at,
            meeting.ends_at,
            meeting.state == "cancelled",
        )
        for visit, meeting in rows
    ]


def get_visit(visit_id: UUID) -> GroupVisit:
    """Return a visit. Raises NotFound."""
    row = db.session.scalars(select(GroupVisit).filter_by(id=visit_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_visit(visit_id: UUID) -> GroupVisit:
    """Return a visit nobody else can change before this transaction ends. Raises NotFound."""
    found = select(GroupVisit).filter_by(id=visit_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def old_visit_ids(now: datetime) -> Sequence[UUID]:
    """Return the visits nobody told the end of, to meetings that are long over."""
    found = (
        select(GroupVisit.id)
        .join(GroupMeeting, GroupMeeting.id == GroupVisit.meeting_id)
        .where(GroupVisit.outcome.is_(None), GroupMeeting.ends_at < now - VISIT_KEPT)
    )
    return db.session.scalars(found).all()


def expected_at(meeting_id: UUID) -> int:
    """Return how many come to see at a meeting."""
    found = select(func.count(GroupVisit.id)).where(
        GroupVisit.meeting_id == meeting_id, GroupVisit.outcome.is_(None)
    )
    return db.session.scalar(found) or 0


def outcomes() -> Counter[str]:
    """Return what came of all visits that are over, by code."""
    rows = db.session.execute(
        select(GroupVisit.outcome, func.count(GroupVisit.id))
        .where(GroupVisit.outcome.is_not(None))
        .group_by(GroupVisit.outcome)
    )
    return Counter({str(code): number for code, number in rows})
