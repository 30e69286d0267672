"""Approving a card that waits, turning it down, or taking the request back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import local_day
from klippekort.domain.corrections import OwnProposal
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit, events
from klippekort.punchcards.models import CardRequest
from klippekort.punchcards.queries.requests import lock_request
from klippekort.punchcards.services import granting
from klippekort.punchcards.services.events import CardDeclined
from klippekort.punchcards.services.granting import Wanted


class Over(DomainError):
    """The last day of the card that was asked for has passed."""


APPROVED, DECLINED, WITHDRAWN = "approved", "declined", "withdrawn"


def approve_request(actor: Actor, request_id: UUID, *, now: datetime) -> str:
    """Approve a colleague's request, and return the card's id: it runs from today, or from a first
    day that is still to come.

    Raises OwnProposal, Stale once it is closed, CitizenGone, AlreadyGranted, BeforeScheme,
    SchemeNotReady, Over; NotForHer where what is known has changed.
    """
    row, wanted = _second_person(actor, request_id, now)
    must_be_here(row.citizen_id)
    wanted = replace(wanted, from_on=max(wanted.from_on, local_day(now)))
    if wanted.until_on is not None and wanted.until_on < wanted.from_on:
        raise Over
    granting.judge(wanted, must_be_known=False)
    _close(row, actor, APPROVED, now)
    row.card_id = UUID(granting.begin(actor, wanted, now=now))
    return str(row.card_id)


def decline_request(
    actor: Actor, request_id: UUID, *, words: str, heard: str, now: datetime
) -> str:
    """Turn a colleague's request down, saying why and how the citizen was heard; the letter goes
    where the scheme asks for one. Returns the request's id. Raises OwnProposal, Stale.
    """
    row, wanted = _second_person(actor, request_id, now)
    _close(row, actor, DECLINED, now)
    row.reply = words.strip() or None
    _record(actor, row, DECLINED, heard=heard)
    events.emit(CardDeclined(wanted.citizen_id, wanted.scheme_id, words, heard, actor, now))
    return str(row.id)


def withdraw_request(actor: Actor, request_id: UUID, *, now: datetime) -> str:
    """Take a request back and return its id. Raises Stale once it is closed."""
    row = _lock(request_id)
    authorise(actor, Action.GRANT_CARD, reach(get_citizen(row.citizen_id), local_day(now)))
    close(row, actor, now=now)
    _record(actor, row, WITHDRAWN)
    return str(row.id)


def close(row: CardRequest, actor: Actor, *, now: datetime, ended: UUID | None = None) -> None:
    """Let a request go without an answer; `ended` is the card that ended, where that is why."""
    _close(row, actor, WITHDRAWN, now)
    if ended is not None:
        row.card_id = ended
        _record(actor, row, WITHDRAWN, why="card_ended")


def _lock(request_id: UUID) -> CardRequest:
    row = lock_request(request_id)
    if row.closed_at is not None:
        raise Stale
    return row


def _second_person(actor: Actor, request_id: UUID, now: datetime) -> tuple[CardRequest, Wanted]:
    """Return a request that waits, for somebody who may answer it: not who asked."""
    row = _lock(request_id)
    authorise(actor, Action.APPROVE_CARD, reach(get_citizen(row.citizen_id), local_day(now)))
    if row.asked_by == actor.account_id:
        raise OwnProposal
    wanted = Wanted(
        row.citizen_id,
        row.scheme_id,
        row.from_on,
        row.until_on,
        row.minutes,
        row.origin,
        row.reason,
        row.answers,
        row.words,
    )
    return row, wanted


def _close(row: CardRequest, actor: Actor, outcome: str, now: datetime) -> None:
    row.outcome, row.closed_by, row.closed_at = outcome, actor.account_id, now


def _record(actor: Actor, row: CardRequest, how: str, **said: str) -> None:
    citizens = [row.citizen_id]
    audit.record(
        actor, Action.GRANT_CARD, "card_request", row.id, citizens=citizens, how=how, **said
    )
