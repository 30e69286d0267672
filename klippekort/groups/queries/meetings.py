"""Reading the meetings of a group, and who came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from klippekort.domain.errors import NotFound
from klippekort.domain.groups.handing_over import Met
from klippekort.groups.models import GroupAttendance, GroupMeeting
from klippekort.platform.db import db


def get_meeting(meeting_id: UUID) -> GroupMeeting:
    """Return a meeting. Raises NotFound."""
    return _one(select(GroupMeeting).filter_by(id=meeting_id))


def lock_meeting(meeting_id: UUID) -> GroupMeeting:
    """Return a meeting nobody else can change before this transaction ends. Raises NotFound."""
    found = select(GroupMeeting).filter_by(id=meeting_id).with_for_update()
    return _one(found.execution_options(populate_existing=True))


def _one(found: Select[GroupMeeting]) -> GroupMeeting:
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def meetings_of(group_id: UUID) -> Sequence[GroupMeeting]:
    """Return the meetings of a group by number."""
    found = select(GroupMeeting).filter_by(group_id=group_id)
    return db.session.scalars(found.order_by(GroupMeeting.number)).all()


def planned_after(group_id: UUID, now: datetime) -> Sequence[GroupMeeting]:
    """Return the meetings that are to come, by time."""
    found = select(GroupMeeting).where(
        GroupMeeting.group_id == group_id,
        GroupMeeting.state == "planned",
        GroupMeeting.ends_at > now,
    )
    return db.session.scalars(found.order_by(GroupMeeting.starts_at)).all()


def met(group_id: UUID) -> list[Met]:
    """Return the meetings that were held, by number: how many came, and who led."""
    return [
        Met(row.head_count or 0, row.members_led)
        for row in meetings_of(group_id)
        if row.state == "held"
    ]


def came_to(meeting_id: UUID) -> dict[UUID, bool]:
    """Return, by member, whether they came; empty where the group counts only."""
    rows = db.session.execute(
        select(GroupAttendance.member_id, GroupAttendance.came).where(
            GroupAttendance.meeting_id == meeting_id
        )
    )
    return dict(rows.all())


def missed_their_first(meeting_id: UUID) -> set[UUID]:
    """Return the members who did not come to a meeting and have come to none before."""
    missed = {member_id for member_id, came in came_to(meeting_id).items() if not came}
    ever = db.session.scalars(
        select(GroupAttendance.member_id).where(
            GroupAttendance.member_id.in_(missed), GroupAttendance.came
        )
    )
    return missed - set(ever)
