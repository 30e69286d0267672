"""Giving and ending cards."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain import accrual
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import AtEnd, missing_to_run, terms_on
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant, PunchCard
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.tasks import waiting_tasks
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.events import CardDecided


@dataclass
class SchemeNotReady(DomainError):
    """The scheme leaves open what must be decided before the first card: `rules`, by name."""

    rules: list[str]


class AlreadyGranted(DomainError):
    """The citizen holds an open card under this scheme already."""


class BeforeScheme(DomainError):
    """The card would begin before the scheme does."""


class CardGoesOn(DomainError):
    """The terms say that the card lives on after what ended it."""


# Why a card was ended, as the terms call it.
_AT_END = {"died": "death", "moved": "moved", "care_home": "care_home"}


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
    BeforeScheme, SchemeNotReady, CitizenGone.
    """
    citizen = get_citizen(citizen_id)
    authorise(actor, Action.GRANT_CARD, reach(citizen, local_day(now)))
    must_be_here(citizen_id)
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
    _reckon(card, from_on, now)
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
    ids = (card.id, citizen_id, scheme_id)
    told = CardDecided("grant", *ids, from_on, reason, actor, now)
    events.emit(replace(told, minutes=minutes, until_on=until_on))
    return str(card.id)


def _reckon(card: PunchCard, from_on: date, now: datetime) -> None:
    """Reckon a card that was just given through today, with what a reckoned first day gives."""
    today, before = local_day(now), card.advanced_through
    state = ledger.advance(card, through=today, now=now)
    if before is not None and from_on <= before:
        state = replace(state, last_period=queries.last_period(card.id))
        result = accrual.arrive(state, queries.plan_of(card), today)
        ledger.take(card, state, result, on=today, now=now)
    for task in waiting_tasks(card.id):
        if task.rule.startswith("ending."):  # what was saved lives on with the new grant
            task.closed_at = now


def _open_card(citizen_id: UUID, scheme_id: UUID, from_on: date) -> PunchCard:
    """Return the citizen's card under the scheme, opened anew where it had ended before."""
    found = select(PunchCard).filter_by(citizen_id=citizen_id, scheme_id=scheme_id)
    card = db.session.scalars(found.with_for_update()).one_or_none()
    if card is None:
        card = PunchCard(citizen_id=citizen_id, scheme_id=scheme_id, opened_on=from_on)
        db.session.add(card)
        db.session.flush()
    elif card.closed_on is None and _runs_on(card, from_on):
        raise AlreadyGranted
    card.closed_on = None
    return card


def _runs_on(card: PunchCard, day: date) -> bool:
    grants = select(Grant).filter_by(card_id=card.id)
    return any(g.until_on is None or g.until_on >= day for g in db.session.scalars(grants))


def end_card(actor: Actor, card_id: UUID, *, reason: str, now: datetime) -> str:
    """End a card today and return its id; time set aside for booked trips is kept.

    Trips that counted on time still to come become a coordinator's task.

    Free time is lost, kept until it is used up, or waits for a person, as the terms say for what
    ended the card (`at_end_of`). Raises CardGoesOn where the terms let the card live on.
    """
    last_on, at_end = local_day(now), at_end_of(reason)
    card, state = ledger.ready(card_id, today=last_on, now=now)
    authorise(actor, Action.GRANT_CARD, reach(get_citizen(card.citizen_id), last_on))
    said: AtEnd = getattr(queries.current_terms(card, last_on).ending, at_end)
    if said is AtEnd.CONTINUE:
        raise CardGoesOn
    grants = db.session.scalars(select(Grant).filter_by(card_id=card.id)).all()
    ran = [grant for grant in grants if grant.from_on <= last_on]
    newest = max(ran, key=lambda grant: grant.until_on or date.max, default=None)
    for grant in grants:
        # The newest that ran says what ended the card, even where its own last day has passed:
        # time that comes back later goes the way of the rest.
        if grant is newest or grant.until_on is None or grant.until_on >= last_on:
            grant.until_on, grant.at_end = min(grant.until_on or last_on, last_on), at_end
    for pledge in state.pledges:
        ledger.open_task(card, "review", "pledge", str(pledge.trip), last_on)
    result = accrual.close(state, queries.plan_of(card), last_on, at_end)
    ledger.take(card, state, result, on=last_on, now=now, actor_id=actor.account_id)
    if said is not AtEnd.USE_UP:
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
    ids = (card.id, card.citizen_id, card.scheme_id)
    events.emit(CardDecided("end", *ids, last_on, reason, actor, now))
    return str(card.id)


def at_end_of(reason: str) -> str:
    """Return which term of `ending` says what this reason for ending a card does to its time."""
    return _AT_END.get(reason, "other")
