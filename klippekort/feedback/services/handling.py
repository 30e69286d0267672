"""Doing something about what people think: acknowledge, answer, pass on, close, tell, forget."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.feedback import Change, Kind
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.feedback.models import Feedback
from klippekort.feedback.queries import feedback as queries
from klippekort.feedback.services.errors import (
    CannotOwn,
    IsClosed,
    NobodyToAnswer,
    NotAComplaint,
    NotAnswered,
    NotChanged,
    NotPassedOn,
)
from klippekort.feedback.services.sealing import seal
from klippekort.platform import audit
from klippekort.platform.db import db


@dataclass(frozen=True)
class Ending:
    """What came of it, in words for the owner's own use, and perhaps words for everybody."""

    outcome: Change
    change: str = ""
    is_public: bool = False
    said: str = ""
    did: str = ""


def set_owner(actor: Actor, feedback_id: UUID, owner_id: UUID, *, now: datetime) -> None:
    """Let a coordinator answer for it from `now`. Raises IsClosed, CannotOwn."""
    row = _open(actor, feedback_id)
    if owner_id not in {account_id for account_id, _name in queries.list_coordinators()}:
        raise CannotOwn
    row.owner_id = owner_id
    _note(actor, row, "owner")


def acknowledge(actor: Actor, feedback_id: UUID, *, now: datetime) -> None:
    """Note that whoever complains has heard that it is here: the first time counts.

    Raises IsClosed, NotAComplaint.
    """
    row = _open(actor, feedback_id)
    if row.kind != Kind.COMPLAINT:
        raise NotAComplaint
    if row.acknowledged_on is None:
        row.acknowledged_on = local_day(now)
        _note(actor, row, "acknowledged")


def answer(actor: Actor, feedback_id: UUID, words: str, *, now: datetime) -> None:
    """Keep what was answered; a later answer stands in its place, the first one's day stays.

    Raises IsClosed, NobodyToAnswer.
    """
    row = _open(actor, feedback_id)
    if not row.wants_answer:
        raise NobodyToAnswer
    seal(row, answer=words)
    row.answered_on = row.answered_on or local_day(now)
    _note(actor, row, "answered")


def pass_on(actor: Actor, feedback_id: UUID, authority: str, *, now: datetime) -> None:
    """Note whom it was passed on to. The clocks here go on. Raises IsClosed."""
    row = _open(actor, feedback_id)
    row.passed_to, row.passed_on = authority, local_day(now)
    _note(actor, row, "passed_on")


def close(actor: Actor, feedback_id: UUID, ending: Ending, *, now: datetime) -> None:
    """Say what came of it and end it; what is public stands on the page open to all.

    Raises IsClosed, NotAnswered where somebody still waits for an answer, NotPassedOn, NotChanged
    where words for everybody are missing.
    """
    row = _open(actor, feedback_id)
    if row.wants_answer and row.answered_on is None:
        raise NotAnswered
    if ending.outcome is Change.PASSED_ON and row.passed_to is None:
        raise NotPassedOn
    row.outcome, row.closed_on = ending.outcome, local_day(now)
    seal(row, change=ending.change)
    if ending.is_public:
        _publish(row, ending, now)
    _note(actor, row, "closed", outcome=ending.outcome, is_public=ending.is_public)


def _publish(row: Feedback, ending: Ending, now: datetime) -> None:
    if not ending.said or not ending.did:
        raise NotChanged
    row.said, row.did, row.published_on = ending.said, ending.did, local_day(now)


def take_down(actor: Actor, feedback_id: UUID, *, now: datetime) -> None:
    """Take what was told to all off the public page, words and all, as of `now`."""
    authorise(actor, Action.HANDLE_FEEDBACK)
    row = queries.lock_feedback(feedback_id)
    row.said = row.did = row.published_on = None
    _note(actor, row, "taken_down")


def forget(feedback_id: UUID, *, now: datetime) -> str | None:
    """Delete the words of what was closed long ago, and whose they were; the numbers stay.

    Returns its id, or None when it is not time yet.
    """
    row = queries.lock_feedback(feedback_id)
    if feedback_id not in queries.to_forget(local_day(now)):
        return None
    for column in queries.SEALED:
        setattr(row, f"{column}_encrypted", None)
    row.citizen_id = row.recorded_by = None
    row.forgotten_at = now
    db.session.flush()
    return str(feedback_id)


def _open(actor: Actor, feedback_id: UUID) -> Feedback:
    authorise(actor, Action.HANDLE_FEEDBACK)
    row = queries.lock_feedback(feedback_id)
    if row.closed_on is not None:
        raise IsClosed
    return row


def _note(actor: Actor, row: Feedback, what: str, **codes: Any) -> None:
    db.session.flush()
    citizens = [row.citizen_id] if row.citizen_id else []
    audit.record(
        actor, Action.HANDLE_FEEDBACK, "feedback", row.id, citizens=citizens, what=what, **codes
    )
