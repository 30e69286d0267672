"""Calling the members of a named group about a meeting that was moved or cancelled."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupCall
from klippekort.groups.queries import meetings as meeting_queries
from klippekort.groups.queries import members as queries
from klippekort.groups.services.common import led, note
from klippekort.messages.services import CallOutcome
from klippekort.platform.db import db

TOLD = frozenset({CallOutcome.REACHED, CallOutcome.UNWILLING})


def note_call(
    actor: Actor, meeting_id: UUID, member_id: UUID, outcome: CallOutcome, *, now: datetime
) -> str:
    """Write down what came of calling a member about a meeting, and return the meeting's id.

    Whoever was reached, or does not want to hear, is told; the others are called again. The log
    says that the group was called, and not whom. Raises Stale for one who was told, and for a
    meeting that was not changed; NotFound for one who is not in the group.
    """
    meeting = meeting_queries.lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    row = queries.lock_member(member_id)
    if row.group_id != group.id or row.state != "active":
        raise NotFound
    known = meeting_queries.find_call(meeting_id, member_id)
    if meeting.changed_at is None or (known is not None and known.outcome in TOLD):
        raise Stale
    if known is None:
        known = GroupCall(meeting_id=meeting_id, member_id=member_id, attempts=0)
        db.session.add(known)
    known.outcome, known.called_at, known.attempts = outcome.value, now, known.attempts + 1
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "member_called", meeting=meeting_id, outcome=outcome)
    return str(meeting_id)


def call_anew(meeting_id: UUID) -> None:
    """Let everybody be called again about a meeting, for what they were told is no longer so."""
    db.session.execute(delete(GroupCall).filter_by(meeting_id=meeting_id))


def forget_calls(*member_ids: UUID) -> None:
    """Forget that members were called, for they are in the group no more."""
    db.session.execute(delete(GroupCall).where(GroupCall.member_id.in_(member_ids)))
