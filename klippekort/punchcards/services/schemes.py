"""Taking over a published scheme, making one of one's own, and deciding what it leaves open."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.errors import DomainError, NotFound
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import (
    Change,
    Setting,
    Terms,
    Words,
    choices_of,
    decide,
    from_json,
    is_text,
    open_questions,
    to_json,
)
from klippekort.municipalities.services import NameTaken
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import Scheme, SchemeTerms
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.queries.cards import lock_cards, unsettled_cards
from klippekort.punchcards.queries.tasks import cards_that_wait
from klippekort.punchcards.services.waiting import answer_waiting, settle_lives

LEGAL_BASIS = "law.basis"
LATE_BAND = "cancelling.citizen.bands.late"
LATE_WITHIN = f"{LATE_BAND}.within"


@dataclass
class BeforeFirstDay(DomainError):
    """The scheme does not begin until `first_on`."""

    first_on: date


class NothingDecided(DomainError):
    """A decision came without a single answer."""


def adopt_preset(
    actor: Actor,
    preset_id: str,
    *,
    name: str,
    from_on: date,
    answers: dict[str, str],
    now: datetime,
    words: Words | None = None,
) -> str:
    """Take over a published scheme from a day on, some open rules answered, and return its id.

    Raises NotFound for an unknown preset, NameTaken, and BadTerms for an answer that is none.
    """
    authorise(actor, Action.CHANGE_SCHEME)
    preset = PRESETS.get(preset_id)
    if preset is None:
        raise NotFound
    terms = replace(preset.terms, words=words or preset.terms.words)
    scheme = _begin(actor, name, preset.setting, from_on, decide(terms, answers), now)
    scheme.preset = preset_id
    _record(actor, scheme.id, from_on, answers, preset=preset_id)
    return str(scheme.id)


def create_scheme(
    actor: Actor, *, name: str, setting: Setting, terms: Terms, from_on: date, now: datetime
) -> str:
    """Begin a scheme of one's own from a day on and return its id. Raises NameTaken."""
    authorise(actor, Action.CHANGE_SCHEME)
    scheme = _begin(actor, name, setting, from_on, terms, now)
    audit.record(actor, Action.CHANGE_SCHEME, "scheme", scheme.id, from_on=from_on)
    return str(scheme.id)


def _begin(
    actor: Actor, name: str, setting: Setting, from_on: date, terms: Terms, now: datetime
) -> Scheme:
    if queries.find_scheme(name):
        raise NameTaken
    scheme = Scheme(id=new_id(), name=name.strip(), setting=setting)
    db.session.add(scheme)
    db.session.flush()
    db.session.add(_version(actor, scheme.id, from_on, terms, now))
    return scheme


def _version(
    actor: Actor, scheme_id: UUID, from_on: date, terms: Terms, now: datetime
) -> SchemeTerms:
    return SchemeTerms(
        scheme_id=scheme_id,
        from_on=from_on,
        terms=to_json(terms),
        decided_by=actor.account_id,
        recorded_at=now,
    )


def decide_rules(
    actor: Actor, scheme_id: UUID, answers: dict[str, str], from_on: date, now: datetime
) -> str:
    """Answer rules of a scheme from a day on and return the id of that version of its terms.

    Versions that begin later get the answers to what they leave open; what they decide stays. Days
    a card has been reckoned for stay as they are, but time that waited for one of these rules is
    given. Raises NotFound, NothingDecided, BeforeFirstDay, and BadTerms for an answer that is none.
    """
    scheme = queries.lock_scheme(scheme_id)
    authorise(actor, Action.CHANGE_SCHEME)
    if not answers:
        raise NothingDecided
    rows = queries.list_versions(scheme.id)
    held = [row for row in rows if row.from_on <= from_on]
    if not held:
        raise BeforeFirstDay(rows[0].from_on)
    base = held[-1]
    terms = decide(from_json(base.terms), answers)
    if base.from_on == from_on:
        row = base
        row.terms, row.decided_by, row.recorded_at = to_json(terms), actor.account_id, now
    else:
        # A decision fills a gap; it is no change of what was saved.
        row = _version(actor, scheme.id, from_on, replace(terms, change=Change()), now)
        row.id = new_id()
        db.session.add(row)
    for later in rows[len(held) :]:
        later.terms = to_json(_fill(from_json(later.terms), answers))
    db.session.flush()
    waiting, unsettled = cards_that_wait(scheme.id), list[UUID]()
    if any(rule.startswith("expiry.") for rule in answers):
        unsettled += unsettled_cards(scheme.id)
        lock_cards({*waiting, *unsettled})  # all of them in one order, before any is changed
    answer_waiting(actor, waiting, now=now)
    settle_lives(unsettled, now=now)
    _record(actor, scheme.id, from_on, answers)
    return str(row.id)


def _fill(terms: Terms, answers: dict[str, str]) -> Terms:
    """Return the terms with those answers that they lack."""
    lacking = set(open_questions(terms))
    if "late" not in terms.cancelling.citizen.bands and LATE_WITHIN in answers:
        lacking |= {rule for rule in answers if rule.startswith(f"{LATE_BAND}.")}
    return decide(terms, {rule: said for rule, said in answers.items() if rule in lacking})


def _record(
    actor: Actor, scheme_id: UUID, from_on: date, answers: dict[str, str], preset: str | None = None
) -> None:
    # What is free text is only said to be there: an audit line holds codes.
    rules = {
        rule: said if choices_of(rule) and not is_text(rule) else "stated"
        for rule, said in answers.items()
    }
    rules |= {LATE_WITHIN: answers[LATE_WITHIN]} if LATE_WITHIN in answers else {}
    audit.record(
        actor,
        Action.CHANGE_SCHEME,
        "scheme",
        scheme_id,
        from_on=from_on,
        rules=rules,
        preset=preset,
    )
