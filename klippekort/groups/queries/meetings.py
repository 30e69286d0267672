"""Reading the meetings of a group, and who came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.handing_over import Met
from klippekort.domain.groups.planning import Stood
from klippekort.groups.models import (
    GroupAttendance,
    GroupCall,
    GroupMeeting,
    GroupMember,
    SupportGroup,
)
from klippekort.platform.db import db

_MOVED_WITHIN = timedelta(days=31)
"""How far from its old time a meeting that was moved is looked for."""


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


def to_come(group_id: UUID, now: datetime) -> Sequence[GroupMeeting]:
    """Return the meetings that are to come and, until their day is over, those that were cancelled,
    by time. Those past a group's end were never to be, and are left out.
    """
    found = select(GroupMeeting).where(
        GroupMeeting.group_id == group_id,
        or_(
            and_(GroupMeeting.state == "planned", GroupMeeting.ends_at > now),
            and_(
                GroupMeeting.state == "cancelled",
                GroupMeeting.cancelled_reason.is_distinct_from("ended"),
                GroupMeeting.starts_at >= day_span(local_day(now))[0],
            ),
        ),
    )
    return db.session.scalars(found.order_by(GroupMeeting.starts_at)).all()


def stood(meetings: Sequence[GroupMeeting]) -> list[Stood]:
    """Return when meetings are, and which of them were moved or cancelled."""
    return [Stood(row.starts_at, is_moved=row.changed_at is not None) for row in meetings]


def others_left_then(meeting: GroupMeeting, place_id: UUID) -> bool:
    """Say whether another group may have left a place at the time of a meeting: one that meets or
    was to meet at that time and is not there, or that moved a meeting there around then.
    """
    at = meeting.starts_at
    is_elsewhere = SupportGroup.place_id.is_distinct_from(place_id)
    found = (
        select(GroupMeeting.id)
        .join(SupportGroup, SupportGroup.id == GroupMeeting.group_id)
        .where(
            GroupMeeting.group_id != meeting.group_id,
            or_(
                and_(
                    GroupMeeting.starts_at == at,
                    GroupMeeting.ends_at == meeting.ends_at,
                    or_(is_elsewhere, GroupMeeting.state == "cancelled"),
                ),
                and_(
                    ~is_elsewhere,
                    GroupMeeting.changed_at.is_not(None),
                    GroupMeeting.starts_at.between(at - _MOVED_WITHIN, at + _MOVED_WITHIN),
                ),
            ),
        )
    )
    return db.session.scalars(found.limit(1)).first() is not None


def last_held(group_id: UUID) -> GroupMeeting | None:
    """Return the meeting of a group that was held last, or None."""
    found = select(GroupMeeting).filter_by(group_id=group_id, state="held")
    return db.session.scalars(found.order_by(GroupMeeting.starts_at.desc()).limit(1)).first()


def first_clash(group: SupportGroup, coming: Sequence[GroupMeeting]) -> tuple[str, datetime] | None:
    """Return which other group meets in a group's room while it does, and when that is first."""
    if group.place_id is None or not coming:
        return None
    others = db.session.execute(
        select(GroupMeeting.starts_at, GroupMeeting.ends_at, SupportGroup)
        .join(SupportGroup, SupportGroup.id == GroupMeeting.group_id)
        .where(
            SupportGroup.place_id == group.place_id,
            SupportGroup.id != group.id,
            GroupMeeting.state == "planned",
            GroupMeeting.starts_at < coming[-1].ends_at,
            GroupMeeting.ends_at > coming[0].starts_at,
        )
        .order_by(GroupMeeting.starts_at)
    )
    for starts, ends, other in others:
        is_same = other.room.strip().casefold() == group.room.strip().casefold()
        if is_same and any(one.starts_at < ends and starts < one.ends_at for one in coming):
            return other.neutral_name, starts
    return None


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


def came_and_left(meeting: GroupMeeting) -> int:
    """Return how many of those told to have come to a meeting are in the group no more."""
    found = (
        select(func.count(GroupAttendance.id))
        .join(GroupMember, GroupMember.id == GroupAttendance.member_id)
        .where(
            GroupAttendance.meeting_id == meeting.id,
            GroupAttendance.came,
            GroupMember.group_id == meeting.group_id,
            GroupMember.state == "active",
        )
    )
    # Of some who left not even a row is kept, so those who are left are taken from the number.
    return (meeting.head_count or 0) - (db.session.scalar(found) or 0)


def calls_about(meeting_id: UUID) -> dict[UUID, GroupCall]:
    """Return, by member, what came of calling about a meeting that was moved or cancelled."""
    found = db.session.scalars(select(GroupCall).filter_by(meeting_id=meeting_id))
    return {row.member_id: row for row in found}


def find_call(meeting_id: UUID, member_id: UUID) -> GroupCall | None:
    """Return what came of calling a member about a meeting, or None."""
    found = select(GroupCall).filter_by(meeting_id=meeting_id, member_id=member_id)
    return db.session.scalars(found).one_or_none()


def missed_their_first(meeting_id: UUID) -> set[UUID]:
    """Return the members who did not come to a meeting and have come to none before."""
    missed = {member_id for member_id, came in came_to(meeting_id).items() if not came}
    ever = db.session.scalars(
        select(GroupAttendance.member_id).where(
            GroupAttendance.member_id.in_(missed), GroupAttendance.came
        )
    )
    return missed - set(ever)
