"""The meetings of a group: planned on, described, moved, cancelled, and held."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.groups.anonymity import Anonymity, Kept, may_keep
from klippekort.domain.groups.life import Agreement, State, agreement
from klippekort.domain.groups.planning import go_on, plan
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupAttendance, GroupMeeting, SupportGroup
from klippekort.groups.queries import meetings as queries
from klippekort.groups.queries.members import members_of
from klippekort.groups.services.calling import call_anew
from klippekort.groups.services.common import led, note
from klippekort.groups.services.doors import close_address, open_address
from klippekort.groups.services.errors import MeetsThen, NoTimeLeft
from klippekort.groups.services.setting_up import rhythm_of
from klippekort.platform.db import db


@dataclass(frozen=True)
class Held:
    """What is told of a meeting that was held.

    `came` holds the members who came, in a group that goes by names; elsewhere `head_count` is all.
    `visitors` came to see once. `members_led` says that the group led it itself.
    """

    head_count: int
    came: frozenset[UUID] = field(default_factory=frozenset)
    visitors: int = 0
    members_led: bool = False


def plan_more(actor: Actor, group_id: UUID, *, now: datetime) -> int:
    """Plan the next meetings of a group without an end in its own rhythm, and return how many.

    None is planned after the agreement about the group. Raises NoTimeLeft when that leaves none,
    and Stale for a group that has an end, or has ended.
    """
    group = led(actor, group_id, now)
    meetings = queries.meetings_of(group_id)
    if group.meetings is not None or group.state == State.ENDED or not meetings:
        raise Stale
    first_on, starts = go_on(queries.stood(meetings), group.rhythm_days, local_day(now))
    rhythm = rhythm_of(group, first_on, starts)
    number = meetings[-1].number + 1
    planned = [
        one
        for one in plan(rhythm, None, tuple(group.evaluate_at), from_number=number)
        if _is_agreed(group, one.starts_at)
    ]
    if not planned:
        raise NoTimeLeft
    for one in planned:
        db.session.add(GroupMeeting(group_id=group_id, **vars(one)))
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "planned", meetings=len(planned))
    return len(planned)


def _is_agreed(group: SupportGroup, at: datetime) -> bool:
    """Say whether the agreement about a group holds at a time; one on its own needs none."""
    is_over = agreement(group.agreement_until, local_day(at)) is Agreement.OVER
    return group.state == State.SELF_RUN or not is_over


def describe_meeting(
    actor: Actor, meeting_id: UUID, *, aim: str, agenda: str, now: datetime
) -> str:
    """Store what a meeting is for and its agenda; no word of what is said there is kept."""
    meeting = queries.lock_meeting(meeting_id)
    led(actor, meeting.group_id, now)
    meeting.aim, meeting.agenda = aim, agenda
    db.session.flush()
    note(actor, Action.RUN_GROUP, meeting.group_id, "described", meeting=meeting_id)
    return str(meeting_id)


def move_meeting(actor: Actor, meeting_id: UUID, starts_at: datetime, *, now: datetime) -> str:
    """Hold a meeting at another time, as long as before.

    Whoever booked a trip to the address at the old time hears that it is closed then; moved back,
    nobody needs to. Raises NoTimeLeft for a time that has been or lies after the agreement,
    MeetsThen, and Stale.
    """
    meeting = queries.lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    if meeting.state != "planned":
        raise Stale
    if starts_at <= now or not _is_agreed(group, starts_at):
        raise NoTimeLeft
    ends_at = starts_at + (meeting.ends_at - meeting.starts_at)
    if _meets_then(meeting, starts_at, ends_at):
        raise MeetsThen
    close_address(group.place_id, meeting, now)
    call_anew(meeting_id)
    was_moved = meeting.changed_at is not None
    meeting.starts_at, meeting.ends_at, meeting.changed_at = starts_at, ends_at, now
    if was_moved:
        open_address(group.place_id, meeting)
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "moved", meeting=meeting_id)
    return str(meeting_id)


def _meets_then(meeting: GroupMeeting, starts_at: datetime, ends_at: datetime) -> bool:
    """Say whether a group has another meeting at that time."""
    return any(
        one.id != meeting.id and one.starts_at < ends_at and starts_at < one.ends_at
        for one in queries.meetings_of(meeting.group_id)
        if one.state != "cancelled"
    )


def cancel_meeting(actor: Actor, meeting_id: UUID, reason: str, *, now: datetime) -> str:
    """Cancel a meeting. Raises Stale for one that was held or cancelled."""
    meeting = queries.lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    if meeting.state != "planned":
        raise Stale
    cancel(group, meeting, reason, now)
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "cancelled", meeting=meeting_id, reason=reason)
    return str(meeting_id)


def cancel(group: SupportGroup, meeting: GroupMeeting, reason: str, now: datetime) -> None:
    """Mark a meeting as cancelled and tell who has booked a trip to its address."""
    meeting.state, meeting.cancelled_reason, meeting.changed_at = "cancelled", reason, now
    call_anew(meeting.id)
    close_address(group.place_id, meeting, now)


def hold_meeting(actor: Actor, meeting_id: UUID, held: Held, *, now: datetime) -> str:
    """Store that a meeting was held, and how many came; it may be told anew.

    Who came is stored in a group that goes by names, and nowhere else, whatever is told; who has
    left since came all the same. Raises
    Stale for one that was cancelled or has not begun, NotFound for somebody who is no member.
    """
    meeting = queries.lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    if meeting.state == "cancelled" or meeting.starts_at > now:
        raise Stale
    keeps = may_keep(Anonymity(group.anonymity), Kept.ATTENDANCE)
    heads = held.head_count
    if keeps:
        heads = len(held.came) + queries.came_and_left(meeting)
        _keep_who_came(meeting_id, group.id, held.came)
    meeting.state, meeting.head_count = "held", heads
    meeting.visitors, meeting.members_led = held.visitors, held.members_led
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "held", meeting=meeting_id)
    return str(meeting_id)


def _keep_who_came(meeting_id: UUID, group_id: UUID, came: frozenset[UUID]) -> None:
    members = {one.id for one in members_of(group_id)}
    if came - members:
        raise NotFound
    mine = GroupAttendance.member_id.in_(members)
    told = delete(GroupAttendance).where(GroupAttendance.meeting_id == meeting_id, mine)
    db.session.execute(told)
    for member_id in sorted(members):
        db.session.add(
            GroupAttendance(meeting_id=meeting_id, member_id=member_id, came=member_id in came)
        )
