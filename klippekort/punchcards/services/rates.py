"""Giving a card less time from a day on: a new grant takes the place of the one that runs."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import Terms
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.events import CardDecided


class NotLess(DomainError):
    """The card would get as much time as before, or more."""


class NotAhead(DomainError):
    """The day is not ahead: time up to now has been given already."""


class NothingRuns(DomainError):
    """No grant of the card runs on that day."""


def cut_card(
    actor: Actor,
    card_id: UUID,
    *,
    minutes: int,
    from_on: date,
    words: str,
    heard: str,
    now: datetime,
) -> str:
    """Give a card less time a period from a coming day on, and return the card's id.

    `words` say why, and `heard` how the citizen was heard first.

    Raises NotAhead, NothingRuns, NotLess, CitizenGone.
    """
    today = local_day(now)
    card, _state = ledger.ready(card_id, today=today, now=now)
    authorise(actor, Action.GRANT_CARD, reach(get_citizen(card.citizen_id), today))
    must_be_here(card.citizen_id)
    if from_on <= today:
        raise NotAhead
    running = _running(card_id, from_on)
    if running is None:
        raise NothingRuns
    terms = queries.current_terms(card, from_on)
    before = rate_of(running, terms)
    if before is not None and minutes >= before:
        raise NotLess
    until_on = running.until_on
    if running.from_on >= from_on:
        running.minutes = minutes
    else:
        running.until_on = from_on - ONE_DAY
        db.session.add(
            Grant(
                card_id=card_id,
                from_on=from_on,
                until_on=until_on,
                minutes=minutes,
                origin=running.origin,
                reason=running.reason,
                decided_by=actor.account_id,
                recorded_at=now,
            )
        )
    db.session.flush()
    audit.record(
        actor,
        Action.GRANT_CARD,
        "punch_card",
        card_id,
        citizens=[card.citizen_id],
        from_on=from_on,
        minutes=minutes,
        before=before,
        heard=heard,
    )
    ids = (card_id, card.citizen_id, card.scheme_id)
    told = CardDecided("cut", *ids, from_on, "cut", actor, now)
    events.emit(replace(told, words=words, minutes=minutes, before=before, until_on=until_on))
    return str(card_id)


def rate_of(grant: Grant, terms: Terms) -> int | None:
    """Return the minutes a grant brings each period, or None while nobody has decided."""
    if grant.minutes is not None:
        return grant.minutes
    said = terms.allowance.minutes
    return said if isinstance(said, int) else None


def _running(card_id: UUID, day: date) -> Grant | None:
    """Return the grant that runs on a day: the one that began last."""
    found = select(Grant).filter_by(card_id=card_id).where(Grant.from_on <= day)
    rows = db.session.scalars(found.order_by(Grant.from_on.desc(), Grant.id.desc()))
    return next((row for row in rows if row.until_on is None or row.until_on >= day), None)
