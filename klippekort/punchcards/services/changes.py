"""Writing new terms for a scheme, seeing what they do to each card, and deciding them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.changes import Effect, Totals, changed_rules, compare
from klippekort.domain.errors import DomainError, NotFound, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import (
    BadTerms,
    Change,
    OnChange,
    Terms,
    TermsFrom,
    terms_on,
    to_json,
)
from klippekort.domain.schemes.checks import contradictions
from klippekort.domain.schemes.codec import plain, read
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import RuleAnswer, SchemeDraft, SchemeTerms
from klippekort.punchcards.queries import changes as queries
from klippekort.punchcards.queries import schemes
from klippekort.punchcards.queries.tasks import cards_that_wait
from klippekort.punchcards.services.events import TermsDecided
from klippekort.punchcards.services.waiting import answer_waiting

LONGEST_REASON = 1_000
MOST_AHEAD = timedelta(days=2 * 365)


@dataclass
class TooEarly(DomainError):
    """New terms cannot hold before `first_on`: cards are reckoned for the days before it."""

    first_on: date


@dataclass
class TooLate(DomainError):
    """New terms cannot be written for a day after `last_on`, which is most likely mistyped."""

    last_on: date


class DraftThere(DomainError):
    """Somebody is writing new terms already, or others than those that were to be replaced."""


class NoDraft(DomainError):
    """Nobody is writing new terms for the scheme."""


class NothingChanged(DomainError):
    """The new terms say what holds already."""


@dataclass(frozen=True)
class Draft:
    """Terms as they are written so far; `is_begun` is False while they are those that hold."""

    terms: Terms
    from_on: date | None
    is_begun: bool


def draft_of(scheme_id: UUID, today: date) -> Draft:
    """Return the terms somebody is writing, or those that hold. Raises NotFound."""
    row = queries.find_draft(scheme_id)
    if row is not None:
        return Draft(_terms(row.terms), row.from_on, True)
    return Draft(replace(in_force(scheme_id, today), change=Change()), None, False)


def _terms(stored: dict[str, Any]) -> Terms:
    """Return stored terms, though they may contradict themselves."""
    terms: Terms = read(Terms, {name: said for name, said in stored.items() if name != "schema"})
    return terms


def in_force(scheme_id: UUID, day: date) -> Terms:
    """Return what a scheme says on a day, or from its first. Raises NotFound."""
    versions = schemes.terms_of(scheme_id)
    if not versions:
        raise NotFound
    return terms_on(versions, day) or versions[0].terms


def tried(draft: Draft, parts: Mapping[str, Any]) -> Terms:
    """Return the draft with parts said anew, as plain data.

    Raises BadTerms for what is wrong in the parts. Where a part disagrees with one that is not
    among them, and the fault is the other's, the draft may hold both until that is mended too.
    """
    stored = plain(draft.terms)
    for name, said in parts.items():
        stored.pop(name, None)
        if said is not None:
            stored[name] = said
    terms: Terms = read(Terms, stored)
    if own := [fault for fault in contradictions(terms) if fault.key.split(".")[0] in parts]:
        raise BadTerms(own)
    return terms


def keep_parts(actor: Actor, scheme_id: UUID, parts: Mapping[str, Any], *, now: datetime) -> str:
    """Write parts of the terms anew in the draft, and return the scheme's id.

    Raises NotFound, and BadTerms as `tried` does.
    """
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    terms = tried(draft_of(scheme_id, local_day(now)), parts)
    _keep(actor, scheme_id, terms, now)
    return str(scheme_id)


def keep_terms(
    actor: Actor, scheme_id: UUID, terms: Terms, *, replaces: str = "", now: datetime
) -> str:
    """Make whole terms the draft, as when they come from a file, and return the scheme's id.

    Raises DraftThere where there is a draft of which `replaces` is not the mark: nobody loses what
    they wrote unasked.
    """
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    if mark_of(draft_of(scheme_id, local_day(now))) != replaces:
        raise DraftThere
    _keep(actor, scheme_id, terms, now)
    return str(scheme_id)


def _keep(actor: Actor, scheme_id: UUID, terms: Terms, now: datetime) -> SchemeDraft:
    row = queries.find_draft(scheme_id)
    if row is None:
        row = SchemeDraft(id=new_id(), scheme_id=scheme_id)
        db.session.add(row)
    row.terms, row.changed_by, row.changed_at = to_json(terms), actor.account_id, now
    db.session.flush()
    return row


def set_first_day(
    actor: Actor, scheme_id: UUID, from_on: date, saved_time: OnChange, *, now: datetime
) -> str:
    """Say from which day the draft is to hold, and what becomes of saved time.

    Raises TooEarly, TooLate, NotFound.
    """
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    _check_day(scheme_id, from_on, local_day(now))
    terms = draft_of(scheme_id, local_day(now)).terms
    row = _keep(actor, scheme_id, replace(terms, change=Change(saved_time)), now)
    row.from_on = from_on
    return str(scheme_id)


def first_day(scheme_id: UUID, today: date) -> date:
    """Return the first day new terms can hold from. Raises NotFound."""
    versions = schemes.terms_of(scheme_id)
    if not versions:
        raise NotFound
    return max(queries.earliest_day(scheme_id, today), versions[0].from_on)


def _check_day(scheme_id: UUID, from_on: date, today: date) -> None:
    earliest = first_day(scheme_id, today)
    if from_on < earliest:
        raise TooEarly(earliest)
    # A preview reckons every card through to that day.
    latest = max(earliest, today + MOST_AHEAD)
    if from_on > latest:
        raise TooLate(latest)


def drop_draft(actor: Actor, scheme_id: UUID) -> str:
    """Throw the draft away; the scheme goes on as it is."""
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    row = queries.find_draft(scheme_id)
    if row is not None:
        db.session.delete(row)
    return str(scheme_id)


@dataclass(frozen=True)
class CardEffect:
    """What the draft does to one citizen's card."""

    card_id: UUID
    citizen_id: UUID
    name: str
    effect: Effect


@dataclass
class Preview:
    """What the draft does to every card, all taken together, and rule by rule."""

    draft: Draft
    from_on: date
    seen: str
    rules: list[tuple[str, str, str]]
    later: list[date]
    cards: list[CardEffect] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)


def preview(actor: Actor, scheme_id: UUID, today: date) -> Preview:
    """Reckon what the draft does to every open card of the scheme; nothing is changed.

    Raises Forbidden, NotFound, NoDraft while there is no draft with a first day, and BadTerms
    while it contradicts itself.
    """
    authorise(actor, Action.CHANGE_SCHEME)
    schemes.get_scheme(scheme_id)
    draft = draft_of(scheme_id, today)
    if not draft.is_begun or draft.from_on is None:
        raise NoDraft
    if faults := contradictions(draft.terms):
        raise BadTerms(faults)
    versions = schemes.terms_of(scheme_id)
    old = terms_on(versions, draft.from_on)
    found = Preview(
        draft,
        draft.from_on,
        mark_of(draft),
        changed_rules(old, draft.terms) if old else [],
        [version.from_on for version in versions if version.from_on > draft.from_on],
    )
    for card in _effects(scheme_id, versions, draft.terms, draft.from_on):
        found.cards.append(card)
        found.totals.add(card.effect)
    return found


def _effects(
    scheme_id: UUID, versions: tuple[TermsFrom, ...], terms: Terms, from_on: date
) -> Iterator[CardEffect]:
    # Cards that are alike to the minute are reckoned once; one with trips, or with questions about
    # time that has come, is like no other.
    known: dict[Any, Effect] = {}
    for card in queries.cards_under(scheme_id, versions, from_on):
        plan = card.plan
        alike = (card.state, plan.grants, plan.absences, plan.settings, card.waiting)
        is_alone = bool(card.trips or card.came.periods)
        effect = None if is_alone else known.get(alike)
        if effect is None:
            asked = card.waiting, card.came
            effect = compare(card.state, plan, terms, from_on, card.trips, *asked)
        if not is_alone:
            known[alike] = effect
        yield CardEffect(card.card_id, card.citizen_id, card.name, effect)


def mark_of(draft: Draft) -> str:
    """Return what tells this draft from the same one changed since; "" while nobody writes one."""
    if not draft.is_begun:
        return ""
    said = json.dumps([to_json(draft.terms), str(draft.from_on)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def decide_change(actor: Actor, scheme_id: UUID, seen: str, reason: str, *, now: datetime) -> str:
    """Make the draft the scheme's terms from its first day, and return that version's id.

    `seen` is the mark of the draft as its preview was shown. Versions that begin later stay. Raises
    NotFound, NoDraft, Stale when the draft was changed since, TooEarly, BadTerms, NothingChanged.
    """
    schemes.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    row = queries.find_draft(scheme_id)
    draft = draft_of(scheme_id, local_day(now))
    if row is None or draft.from_on is None:
        raise NoDraft
    if mark_of(draft) != seen:
        raise Stale
    _check_day(scheme_id, draft.from_on, local_day(now))
    if faults := contradictions(draft.terms):
        raise BadTerms(faults)
    versions = schemes.terms_of(scheme_id)
    old = terms_on(versions, draft.from_on)
    rules = changed_rules(old, draft.terms) if old else []
    if not rules:
        raise NothingChanged
    version = _version(actor, scheme_id, draft.from_on, draft.terms, now)
    for rule, _before, value in rules:
        db.session.add(
            RuleAnswer(
                scheme_id=scheme_id,
                rule=rule[:160],
                value=value,
                reason=reason.strip()[:LONGEST_REASON] or None,
                from_on=draft.from_on,
                decided_by=actor.account_id,
                recorded_at=now,
            )
        )
    db.session.delete(row)
    db.session.flush()
    answer_waiting(actor, cards_that_wait(scheme_id), now=now)
    audit.record(
        actor,
        Action.CHANGE_SCHEME,
        "scheme",
        scheme_id,
        from_on=draft.from_on,
        rules=[rule for rule, _before, _value in rules],
    )
    told = (scheme_id, version.id, draft.from_on, reason.strip()[:LONGEST_REASON])
    events.emit(TermsDecided(*told, actor, now))
    return str(version.id)


def _version(
    actor: Actor, scheme_id: UUID, from_on: date, terms: Terms, now: datetime
) -> SchemeTerms:
    """Return the version that begins on a day: the one there is, said anew, or another one."""
    there = [row for row in schemes.list_versions(scheme_id) if row.from_on == from_on]
    version = there[0] if there else SchemeTerms(id=new_id(), scheme_id=scheme_id, from_on=from_on)
    version.terms, version.decided_by, version.recorded_at = to_json(terms), actor.account_id, now
    db.session.add(version)
    return version
