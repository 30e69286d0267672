"""What a card needs before it runs: the scheme's rules met, a colleague's yes, its first time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries.assessing import assessed_facts
from klippekort.domain import accrual
from klippekort.domain import granting as rules
from klippekort.domain.calendar import local_day
from klippekort.domain.eligibility import Clause
from klippekort.domain.errors import DomainError, NoReason
from klippekort.domain.granting import GrantWish, Why
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import missing_to_run, terms_on
from klippekort.domain.schemes.questions import YES
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import CardRequest, Grant, PunchCard
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries import requests
from klippekort.punchcards.queries.tasks import waiting_tasks
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.answers import keep_answer
from klippekort.punchcards.services.events import CardDecided


@dataclass
class SchemeNotReady(DomainError):
    """The scheme leaves open what must be decided before the first card: `rules`, by name."""

    rules: list[str]


class AlreadyGranted(DomainError):
    """The citizen holds an open card under this scheme already, for the same reason."""


class AlreadyAsked(DomainError):
    """A card under this scheme, for the same reason, waits to be approved already."""


class BeforeScheme(DomainError):
    """The card would begin before the scheme does."""


@dataclass
class NotForHer(DomainError):
    """The scheme's rules give no card in this way: why, and the conditions that are not met."""

    why: Why
    lacking: list[Clause]


@dataclass
class LeftOpen(DomainError):
    """Nobody has answered what the scheme leaves open: `rules`, by name."""

    rules: list[str]


@dataclass(frozen=True)
class Wanted:
    """A card somebody wants to give, with what was decided of the rules that are open, and why:
    None once that is erased.
    """

    citizen_id: UUID
    scheme_id: UUID
    from_on: date
    until_on: date | None = None
    minutes: int | None = None
    origin: str = ""
    reason: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    why: str | None = ""


def judge(wanted: Wanted, *, must_be_known: bool) -> bool:
    """Say of a card that may be given whether a colleague must approve it first. Where facts
    `must_be_known`, one that nobody has assessed is as good as one that is not met.

    Raises BeforeScheme, SchemeNotReady, NotForHer, LeftOpen.
    """
    terms = terms_on(queries.versions_of(wanted.scheme_id), wanted.from_on)
    if terms is None:
        raise BeforeScheme
    if missing := missing_to_run(terms):
        raise SchemeNotReady(missing)
    wish = _wish(wanted)
    if why := rules.refusal(terms, wish, must_be_known=must_be_known):
        raise NotForHer(why, rules.lacking(terms, wish) if why is Why.FACTS else [])
    open_rules = rules.left_open(terms, wish, must_be_known=must_be_known)
    if unanswered := [rule for rule in open_rules if rule not in wanted.answers]:
        raise LeftOpen(unanswered)
    said = wanted.answers.get(rules.APPROVAL) == YES
    return terms.grants.needs_approval is True or said


def _wish(wanted: Wanted) -> GrantWish:
    facts = assessed_facts(wanted.citizen_id)
    return GrantWish(wanted.from_on, wanted.reason, wanted.origin, facts)


def ask_for(actor: Actor, wanted: Wanted, now: datetime) -> str:
    """Let a card wait for a colleague's yes, and return the request's id. Raises AlreadyAsked,
    NoReason for an answer without one, and AlreadyGranted as soon as it is known.
    """
    _find_open(wanted)
    words = (wanted.why or "").strip()
    if wanted.answers and not words:
        raise NoReason
    for other in requests.waiting_of(wanted.citizen_id, wanted.scheme_id):
        if other.reason == wanted.reason:
            raise AlreadyAsked
    said = {name: value for name, value in vars(wanted).items() if name not in ("answers", "why")}
    row = CardRequest(
        id=new_id(),
        answers=dict(wanted.answers),
        words=words or None,
        asked_by=actor.account_id,
        asked_at=now,
        **said,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor,
        Action.GRANT_CARD,
        "card_request",
        row.id,
        citizens=[wanted.citizen_id],
        how="asked",
        **_told(wanted),
    )
    return str(row.id)


def begin(actor: Actor, wanted: Wanted, *, now: datetime) -> str:
    """Let a card run that may be given, or go on for one more reason, and return its id.

    Raises AlreadyGranted, and NoReason for an answer without one.
    """
    card = _open_card(wanted)
    before = queries.plan_of(card) if card.advanced_through is not None else None
    grant_id = new_id()
    db.session.add(
        Grant(
            id=grant_id,
            card_id=card.id,
            from_on=wanted.from_on,
            until_on=wanted.until_on,
            minutes=wanted.minutes,
            origin=wanted.origin,
            reason=wanted.reason,
            decided_by=actor.account_id,
            recorded_at=now,
        )
    )
    db.session.flush()
    _reckon(card, wanted.from_on, before, now)
    for rule, value in wanted.answers.items():
        keep_answer(actor, card, rule, value, wanted.why, subject=str(grant_id), now=now)
    audit.record(
        actor,
        Action.GRANT_CARD,
        "punch_card",
        card.id,
        citizens=[wanted.citizen_id],
        **_told(wanted),
    )
    ids = (card.id, wanted.citizen_id, wanted.scheme_id)
    told = CardDecided("grant", *ids, wanted.from_on, wanted.reason, actor, now)
    events.emit(replace(told, minutes=wanted.minutes, until_on=wanted.until_on))
    return str(card.id)


def _told(wanted: Wanted) -> dict[str, Any]:
    """Return what an audit line says of a card: codes and days, no free text."""
    return {
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "minutes": wanted.minutes,
        "origin": wanted.origin,
        "reason": wanted.reason,
    }


def _reckon(card: PunchCard, from_on: date, before: Plan | None, now: datetime) -> None:
    """Reckon a card that was just given through today, with what a reckoned first day gives."""
    today, reckoned = local_day(now), card.advanced_through
    state = ledger.advance(card, through=today, now=now)
    if reckoned is not None and from_on <= reckoned:
        state = replace(state, last_period=queries.last_period(card.id))
        result = accrual.arrive(state, queries.plan_of(card), today, before)
        ledger.take(card, state, result, on=today, now=now)
    for task in waiting_tasks(card.id):
        if task.rule.startswith("ending."):  # what was saved lives on with the new grant
            task.closed_at = now


def _open_card(wanted: Wanted) -> PunchCard:
    """Return the citizen's card under the scheme, opened anew where it had ended before."""
    card = _find_open(wanted)
    if card is None:
        card = PunchCard(
            citizen_id=wanted.citizen_id, scheme_id=wanted.scheme_id, opened_on=wanted.from_on
        )
        db.session.add(card)
        db.session.flush()
    card.closed_on = None
    return card


def _find_open(wanted: Wanted) -> PunchCard | None:
    """Return the citizen's card under the scheme, locked, or None. Raises AlreadyGranted where it
    runs for the same reason: one target group, or none of them.
    """
    found = select(PunchCard).filter_by(citizen_id=wanted.citizen_id, scheme_id=wanted.scheme_id)
    card = db.session.scalars(found.with_for_update()).one_or_none()
    if card is None or card.closed_on is not None:
        return card
    terms = terms_on(queries.versions_of(wanted.scheme_id), wanted.from_on)
    groups = terms.target_groups if terms else {}
    for grant in db.session.scalars(select(Grant).filter_by(card_id=card.id)):
        runs = grant.until_on is None or grant.until_on >= wanted.from_on
        same = grant.reason == wanted.reason or not {grant.reason, wanted.reason} & set(groups)
        if runs and same:
            raise AlreadyGranted
    return card
