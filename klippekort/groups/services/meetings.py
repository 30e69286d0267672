"""The meetings of a group: planned on, described, moved, cancelled, and held."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete

from klippekort.activities.queries import get_place
from klippekort.domain.calendar import local, local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.groups.anonymity import Anonymity, Kept, may_keep
from klippekort.domain.groups.life import Agreement, State, agreement
from klippekort.domain.groups.planning import plan
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupAttendance, GroupMeeting, SupportGroup
from klippekort.groups.queries import meetings as queries
from klippekort.groups.queries.members import members_of
from klippekort.groups.services.common import led, note
from klippekort.groups.services.errors import NoTimeLeft
from klippekort.groups.services.events import AddressClosed
from klippekort.groups.services.setting_up import rhythm_of
from klippekort.platform import events
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
    """Plan the next meetings of a group without an end, and return how many.

    Raises Stale for a group that has an end, or has ended.
    """
    group = led(actor, group_id, now)
    meetings = queries.meetings_of(group_id)
    if group.meetings is not None or group.state == State.ENDED or not meetings:
        raise Stale
    last = local(meetings[-1].starts_at)
    first_on = last.date() + timedelta(days=group.rhythm_days)
    rhythm = rhythm_of(group, max(first_on, local_day(now)), last.time())
    planned = plan(rhythm, None, tuple(group.evaluate_at), from_number=meetings[-1].number + 1)
    for one in planned:
        db.session.add(GroupMeeting(group_id=group_id, **vars(one)))
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "planned", meetings=len(planned))
    return len(planned)


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

    Whoever booked a trip to the address at the old time hears that it is closed then. Raises
    NoTimeLeft for a time that has been or lies after the agreement, and Stale.
    """
    meeting = queries.lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    if meeting.state != "planned":
        raise Stale
    is_late = agreement(group.agreement_until, local_day(starts_at)) is Agreement.OVER
    if starts_at <= now or (is_late and group.state != State.SELF_RUN):
        raise NoTimeLeft
    _tell(group, meeting, now)
    lasts = meeting.ends_at - meeting.starts_at
    meeting.starts_at, meeting.ends_at, meeting.changed_at = starts_at, starts_at + lasts, now
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "moved", meeting=meeting_id)
    return str(meeting_id)


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
    _tell(group, meeting, now)


def _tell(group: SupportGroup, meeting: GroupMeeting, now: datetime) -> None:
    if group.place_id is None:
        return
    place = get_place(group.place_id)
    events.emit(
        AddressClosed(place.address, place.postcode, meeting.starts_at, meeting.ends_at, now)
    )


def hold_meeting(actor: Actor, meeting_id: UUID, held: Held, *, now: datetime) -> str:
    """Store that a meeting was held, and how many came; it may be told anew.

    Who came is stored in a group that goes by names, and nowhere else, whatever is told. Raises
    Stale for one that was cancelled or has not begun, NotFound for somebody who is no member.
    """
    meeting = queries.lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    if meeting.state == "cancelled" or meeting.starts_at > now:
        raise Stale
    keeps = may_keep(Anonymity(group.anonymity), Kept.ATTENDANCE)
    if keeps:
        _keep_who_came(meeting_id, group.id, held.came)
    meeting.state = "held"
    meeting.head_count = len(held.came) if keeps else held.head_count
    meeting.visitors, meeting.members_led = held.visitors, held.members_led
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "held", meeting=meeting_id)
    return str(meeting_id)


def _keep_who_came(meeting_id: UUID, group_id: UUID, came: frozenset[UUID]) -> None:
    members = {one.id for one in members_of(group_id)}
    if came - members:
        raise NotFound
    db.session.execute(delete(GroupAttendance).where(GroupAttendance.meeting_id == meeting_id))
    for member_id in sorted(members):
        db.session.add(
            GroupAttendance(meeting_id=meeting_id, member_id=member_id, came=member_id in came)
        )
