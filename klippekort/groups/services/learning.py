"""What is learnt from a group: one tap after a meeting, notes on how it works, what it asks for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupEvaluation, GroupNote, GroupProposal
from klippekort.groups.queries import learning as queries
from klippekort.groups.queries.meetings import lock_meeting
from klippekort.groups.services.common import coordinated, led, note, sealed
from klippekort.groups.services.errors import TooManyAnswers
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

ANSWERED_WITHIN = timedelta(days=14)


def tap(actor: Actor, meeting_id: UUID, answer: str, *, now: datetime) -> str:
    """Count one answer to how a meeting was, and return the meeting's id. Raises Stale."""
    return tap_many(actor, meeting_id, {answer: 1}, now=now)


def tap_many(actor: Actor, meeting_id: UUID, counts: Mapping[str, int], *, now: datetime) -> str:
    """Count answers to how a meeting was, as from paper, and return the meeting's id.

    Nobody is asked who. Raises Stale for a meeting that was not held, and TooManyAnswers for more
    than came.
    """
    meeting = lock_meeting(meeting_id)
    group = led(actor, meeting.group_id, now)
    if meeting.state != "held":
        raise Stale
    there = (meeting.head_count or 0) + meeting.visitors
    if queries.answers_to(meeting_id) + sum(counts.values()) > there:
        raise TooManyAnswers
    for answer, times in counts.items():
        for _ in range(times):
            db.session.add(
                GroupEvaluation(
                    group_id=group.id, meeting_id=meeting_id, answer=answer, given_on=local_day(now)
                )
            )
    db.session.flush()
    note(actor, Action.RUN_GROUP, group.id, "evaluated", meeting=meeting_id)
    return str(meeting_id)


def write_note(actor: Actor, group_id: UUID, text: str, *, now: datetime) -> str:
    """Keep a facilitator's note on how the group works, sealed, and return the group's id."""
    group, row_id = led(actor, group_id, now), new_id()
    db.session.add(
        GroupNote(
            id=row_id,
            group_id=group_id,
            words_sealed=sealed(group, row_id, "words", text),
            written_at=now,
            written_by=actor.account_id,
        )
    )
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "note")
    return str(group_id)


def propose(actor: Actor, group_id: UUID, kind: str, text: str, *, now: datetime) -> str:
    """Ask the service for something on a group's behalf; it is answered within two weeks.

    The coordinator who made the group owns it. Returns the group's id.
    """
    group, row_id = led(actor, group_id, now), new_id()
    db.session.add(
        GroupProposal(
            id=row_id,
            group_id=group_id,
            kind=kind,
            words_sealed=sealed(group, row_id, "words", text),
            asked_at=now,
            owner_id=group.created_by,
            answer_by=local_day(now + ANSWERED_WITHIN),
        )
    )
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "proposed", kind=kind)
    return str(group_id)


def answer_proposal(actor: Actor, proposal_id: UUID, text: str, *, now: datetime) -> str:
    """Answer what a group has asked, and return the group's id. Raises Stale when it was."""
    row = queries.lock_proposal(proposal_id)
    group = coordinated(actor, row.group_id)
    if row.answered_at is not None:
        raise Stale
    row.answer_sealed, row.answered_at = sealed(group, row.id, "answer", text), now
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group.id, "proposal_answered")
    return str(group.id)
