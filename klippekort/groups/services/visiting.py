"""Come and see once: a visit that takes no place, what came of it, a call to who stayed away."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.groups.anonymity import Anonymity, Kept, may_keep
from klippekort.domain.groups.joining import Reason
from klippekort.domain.groups.life import State
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupVisit, SupportGroup
from klippekort.groups.queries import groups as group_queries
from klippekort.groups.queries import visits as queries
from klippekort.groups.queries.meetings import get_meeting
from klippekort.groups.queries.members import citizen_of, lock_member
from klippekort.groups.queries.sealed import opened
from klippekort.groups.services.common import led, note, note_place, sealed
from klippekort.groups.services.errors import CannotJoin, ThatIsOver
from klippekort.groups.services.filling import Asked, put_in_line
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

OFF, MISSED, JOINS = "off", "missed", "joins"


def invite(
    actor: Actor, meeting_id: UUID, *, first_name: str | None, contact: str, now: datetime
) -> str:
    """Let somebody come and see a meeting once, and return the visit's id.

    It takes no place, whether the group is full or closed. What the group does not keep is not
    stored. Raises ThatIsOver for a meeting that is over or off, and CannotJoin when the agreement
    about the group is over.
    """
    meeting = get_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    if meeting.state != "planned" or meeting.ends_at <= now or group.state == State.ENDED:
        raise ThatIsOver
    if group_queries.is_over(group, local_day(now)):
        raise CannotJoin(Reason.AGREEMENT_OVER)
    level, row_id = Anonymity(group.anonymity), new_id()
    db.session.add(
        GroupVisit(
            id=row_id,
            group_id=group.id,
            anonymity=level,
            meeting_id=meeting_id,
            first_name=first_name if may_keep(level, Kept.FIRST_NAME) else None,
            contact_sealed=sealed(group, row_id, "contact", contact),
        )
    )
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "visit", meeting=meeting_id)
    return str(row_id)


def close_visit(actor: Actor, visit_id: UUID, outcome: str, *, now: datetime) -> str:
    """Store what came of a visit as a code, forget the rest, and return the group's id.

    Who would like to join stands in line from now on. Raises ThatIsOver before the meeting has
    begun, but for who comes not after all; CannotJoin, AlreadyIn; Stale when it was told before.
    """
    row = queries.lock_visit(visit_id)
    group = led(actor, row.group_id, now)
    if row.outcome is not None:
        raise Stale
    if outcome != OFF and get_meeting(row.meeting_id).starts_at > now:
        raise ThatIsOver
    contact, name = opened(group, row.id, "contact", row.contact_sealed) or "", row.first_name
    if outcome == JOINS:
        put_in_line(actor, group, Asked(contact, "self", name), now=now)
    _close(row, outcome, now)
    note(actor, Action.RUN_GROUP, group.id, "visit_over", outcome=outcome)
    return str(group.id)


def _close(row: GroupVisit, outcome: str, now: datetime) -> None:
    row.first_name = row.contact_sealed = None
    row.outcome, row.closed_on = outcome, local_day(now)
    db.session.flush()


def forget_visits(group: SupportGroup, now: datetime) -> None:
    """Close all visits that are open, and forget who was to come."""
    for one in queries.visits_of(group):
        _close(queries.lock_visit(one.id), OFF, now)


def forget_visit(visit_id: UUID, *, now: datetime) -> str | None:
    """Forget who was to come and see a meeting long over, if nobody has told what came of it."""
    if visit_id not in queries.old_visit_ids(now):
        return None
    _close(queries.lock_visit(visit_id), OFF, now)
    return str(visit_id)


def called(actor: Actor, member_id: UUID, *, now: datetime) -> None:
    """Note that somebody called a member who missed their first meeting, or somebody in line to ask
    whether they still would like to come.

    Raises Stale for somebody who is neither in the group nor waits for it.
    """
    row = lock_member(member_id)
    led(actor, row.group_id, now)
    if row.state not in ("active", "waiting"):
        raise Stale
    row.called_on = local_day(now)
    citizen = citizen_of(row.id)
    note_place(actor, Action.RUN_GROUP, row, citizen.id if citizen else None, "called")
    db.session.flush()
