"""Giving and ending cards."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.ledger import Entry, EntryKind
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import missing_to_run, terms_on
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant, PunchCard
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.services import ledger


@dataclass
class SchemeNotReady(DomainError):
    """The scheme leaves open what must be decided before the first card: `rules`, by name."""

    rules: list[str]


class AlreadyGranted(DomainError):
    """The citizen holds an open card under this scheme already."""


class BeforeScheme(DomainError):
    """The card would begin before the scheme does."""


def grant_card(
    actor: Actor,
    citizen_id: UUID,
    scheme_id: UUID,
    *,
    from_on: date,
    now: datetime,
    minutes: int | None = None,
    until_on: date | None = None,
    origin: str = "assessed",
    reason: str = "need_assessed",
) -> str:
    """Give a citizen a card from a day on, reckon it through today, and return its id.

    `minutes` is this grant's own rate a period, or None for the scheme's. Raises AlreadyGranted,
    BeforeScheme, SchemeNotReady.
    """
    citizen = get_citizen(citizen_id)
    authorise(actor, Action.GRANT_CARD, reach(citizen, local_day(now)))
    terms = terms_on(queries.versions_of(scheme_id), from_on)
    if terms is None:
        raise BeforeScheme
    if missing := missing_to_run(terms):
        raise SchemeNotReady(missing)
    card = _open_card(citizen_id, scheme_id, from_on)
    db.session.add(
        Grant(
            card_id=card.id,
            from_on=from_on,
            until_on=until_on,
            minutes=minutes,
            origin=origin,
            reason=reason,
            decided_by=actor.account_id,
            recorded_at=now,
        )
    )
    db.session.flush()
    ledger.advance(card, through=local_day(now), now=now)
    audit.record(
        actor,
        Action.GRANT_CARD,
        "punch_card",
        card.id,
        citizens=[citizen_id],
        from_on=from_on,
        until_on=until_on,
        minutes=minutes,
        origin=origin,
        reason=reason,
    )
    return str(card.id)


def _open_card(citizen_id: UUID, scheme_id: UUID, from_on: date) -> PunchCard:
    """Return the citizen's card under the scheme, opened anew where it had ended before."""
    found = select(PunchCard).filter_by(citizen_id=citizen_id, scheme_id=scheme_id)
    card = db.session.scalars(found.with_for_update()).one_or_none()
    if card is None:
        card = PunchCard(citizen_id=citizen_id, scheme_id=scheme_id, opened_on=from_on)
        db.session.add(card)
        db.session.flush()
    elif card.closed_on is None:
        raise AlreadyGranted
    card.closed_on = None
    return card


def end_card(actor: Actor, card_id: UUID, *, reason: str, now: datetime) -> str:
    """End a card today: free time is forfeited, time set aside for booked trips is kept."""
    last_on = local_day(now)
    card, _ = ledger.ready(card_id, today=local_day(now), now=now)
    authorise(actor, Action.GRANT_CARD, reach(get_citizen(card.citizen_id), local_day(now)))
    for grant in db.session.scalars(select(Grant).filter_by(card_id=card.id)):
        grant.until_on = min(grant.until_on or last_on, max(last_on, grant.from_on))
    state = queries.state_of(card)
    lost = [
        Entry(EntryKind.FORFEIT, lot.free, local_day(now), lot.key, "end")
        for lot in state.lots
        if lot.free
    ]
    ledger.post(card, lost, actor_id=actor.account_id, now=now)
    card.closed_on = last_on
    audit.record(
        actor,
        Action.GRANT_CARD,
        "punch_card",
        card.id,
        citizens=[card.citizen_id],
        ended_on=last_on,
        reason=reason,
    )
    return str(card.id)
