"""When somebody leaves a group: why is counted, who is not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupAttendance, GroupLeaving, SupportGroup
from klippekort.groups.queries import groups as group_queries
from klippekort.groups.queries import members as queries
from klippekort.groups.services.calling import forget_calls
from klippekort.groups.services.common import led, note, note_place
from klippekort.groups.services.errors import NobodyThere
from klippekort.groups.services.filling import forget
from klippekort.groups.services.measuring import ask_at_end
from klippekort.platform.db import db


def leave(actor: Actor, member_id: UUID, reason: str, *, now: datetime) -> None:
    """Let a member leave. Raises Stale for one who is not in it."""
    row = queries.lock_member(member_id)
    group = led(actor, row.group_id, now)
    if row.state != "active":
        raise Stale
    citizen = queries.citizen_of(row.id)
    ask_at_end(row, now)
    note_place(actor, Action.RUN_GROUP, row, citizen.id if citizen else None, "left")
    forget_calls(row.id)
    if citizen is None:
        db.session.execute(delete(GroupAttendance).where(GroupAttendance.member_id == row.id))
    forget(row)
    _count(group, reason, now)


def one_left(actor: Actor, group_id: UUID, reason: str, *, now: datetime) -> str:
    """Count one fewer in a group that counts heads. Raises NobodyThere, and Stale elsewhere."""
    group = led(actor, group_id, now)
    if group.anonymity != Anonymity.HEAD_COUNT:
        raise Stale
    if group.counted_members == 0:
        raise NobodyThere
    group.counted_members -= 1
    _count(group, reason, now)
    note(actor, Action.RUN_GROUP, group_id, "left")
    return str(group_id)


def _count(group: SupportGroup, reason: str, now: datetime) -> None:
    db.session.add(
        GroupLeaving(
            group_id=group.id,
            reason=reason,
            after_meeting=group_queries.count_of(group).held,
            left_on=local_day(now),
        )
    )
    db.session.flush()
