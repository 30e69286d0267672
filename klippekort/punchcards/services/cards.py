"""Giving and ending cards."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.services.assessing import keep_facts
from klippekort.domain import accrual
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import AtEnd
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.punchcards.models import Grant
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.requests import lock_request, waiting_of
from klippekort.punchcards.services import granting, ledger, requests, waiting
from klippekort.punchcards.services.events import CardDecided
from klippekort.punchcards.services.granting import Wanted


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
    origin: str = "",
    reason: str = "need_assessed",
    facts: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    why: str = "",
) -> str:
    """Give a citizen a card from a day on, reckoned through today, and return its id; or that of
    the request, where the scheme wants a colleague to approve it.

    `minutes` is this grant's own rate a period, or None for the scheme's; `origin` how it comes, in
    the scheme's own word, or empty where nobody says; `reason` a target group's name, or any
    other. `facts` are what was assessed, by name; `answers` what the actor decides of the rules
    the scheme leaves open, and `why`.

    Raises AlreadyGranted, BeforeScheme, SchemeNotReady, CitizenGone, AlreadyAsked; NotForHer where
    the scheme's rules say no; LeftOpen for rules that nobody has answered.
    """
    citizen = get_citizen(citizen_id)
    authorise(actor, Action.GRANT_CARD, reach(citizen, local_day(now)))
    must_be_here(citizen_id)
    wanted = Wanted(
        citizen_id, scheme_id, from_on, until_on, minutes, origin, reason, answers or {}, why
    )
    keep_facts(actor, citizen_id, facts or {}, now=now)
    if granting.judge(wanted, must_be_known=facts is not None):
        return granting.ask_for(actor, wanted, now)
    return granting.begin(actor, wanted, now=now)


def end_card(actor: Actor, card_id: UUID, *, reason: str, now: datetime) -> str:
    """End a card today and return its id; time set aside for booked trips is kept.

    Trips that counted on time still to come become a coordinator's task.

    Free time is lost, kept until it is used up, or waits for a person, as the terms say for what
    ended the card (`at_end_of`). Time that waits for an answer comes no more, unless time may be
    used up, and one more reason that waits for a colleague's yes is taken back: a yes would let the
    card run again. Raises CardGoesOn where the terms let the card live on.
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
        waiting.let_go(actor, card, now=now)
    for asked in waiting_of(card.citizen_id, card.scheme_id):
        requests.close(lock_request(asked.id), actor, now=now, ended=card.id)
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
