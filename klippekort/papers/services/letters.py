"""Letters of the law: written where the terms ask for them, stopped, given reasons, printed."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.queries.unsealing import unseal
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.papers.law import LetterKind, letter_due
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.municipalities.queries import rested
from klippekort.papers.models import LawLetter
from klippekort.papers.queries import letters as queries
from klippekort.papers.queries.rules import get_rules
from klippekort.papers.services.composing import Body, Decided, compose, read_body
from klippekort.papers.services.granted import terms_at_home, what_is_given, what_is_taken
from klippekort.papers.services.titles import ONE_MORE
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.queries import cards
from klippekort.punchcards.queries.schemes import get_scheme
from klippekort.punchcards.services.changes import in_force
from klippekort.punchcards.services.events import CardDecided, CardDeclined

LARGEST_PILE = 200
LONGEST_REASON = 2_000
_BODY = "law_letter"


class NoReasons(DomainError):
    """A decision that goes against the citizen says why."""


def card_decided(event: CardDecided) -> None:
    """Write the letter of what was just decided about a card, where the terms ask for one.

    What rests of an earlier cut that begins on its day or later is stopped, and written anew where
    it still holds: the time before it is another now. The end of a card stops it for good.
    """
    kind = LetterKind(event.kind)
    if is_gone(event.citizen_id):
        return  # What rests is not sent to her; it is still due if she has not left after all.
    is_grant = kind is LetterKind.GRANT
    overtaken = {} if is_grant else _stop_cuts(event.card_id, event.from_on)
    if event.reason == "died":
        return
    decided = what_is_given(event) if is_grant else what_is_taken(event)
    _write_decided(event, decided)
    for less in event.still:
        if less.from_on in overtaken:
            again = replace(decided, from_on=less.from_on, words=overtaken[less.from_on])
            _write_decided(event, replace(again, minutes=less.minutes, before=less.before))


def _write_decided(event: CardDecided, decided: Decided) -> None:
    card = cards.get_card(event.card_id)
    rates = f"{decided.before}-{decided.minutes}"  # one who decides twice may do so at once
    at = event.now.isoformat()
    what = ONE_MORE if decided.is_one_more else decided.kind.value
    cause = f"{what}:{event.card_id}:{decided.from_on}:{at}:{rates}"
    terms = terms_at_home(card, max(decided.from_on, card.opened_on))
    facts = {"card_id": event.card_id, "scheme_id": event.scheme_id}
    write(event.actor, event.citizen_id, terms, decided, cause=cause, now=event.now, **facts)


def _stop_cuts(card_id: UUID, from_on: date) -> dict[date, str]:
    """Stop the letters that rest about less time from a day on or later, and return why each was
    decided, by its first day. One that has been sent stays.
    """
    reasons = {}
    for row in queries.with_cause(f"{LetterKind.CUT}:{card_id}:"):
        day = date.fromisoformat(row.cause.split(":")[2])
        if day >= from_on and stop_resting(row):
            body = body_of(row)
            reasons[day] = "\n".join(body.reasons) if body else ""
    return reasons


def stop_resting(row: LawLetter) -> bool:
    """Stop a letter that still rests, and say whether it did; one that is sent stays as it is."""
    fresh = queries.lock_letter(row.id)
    if fresh.state != "resting":
        return False
    fresh.state = "stopped"
    db.session.flush()
    return True


def write(
    actor: Actor,
    citizen_id: UUID,
    terms: Any,
    decided: Decided,
    *,
    cause: str,
    now: datetime,
    **facts: Any,
) -> LawLetter | None:
    """Write a letter, once for each cause, and return it; None where the terms ask for none.

    It rests some minutes, so that it can be stopped unsent.
    """
    due = letter_due(terms.law, decided.kind)
    if due is None or queries.find_letter(cause) is not None:
        return None
    citizen, letter_id = lock_citizen(citizen_id), new_id()
    case_ref = case_ref_of(citizen, facts.get("card_id"))
    body = compose(citizen, terms, decided, due, case_ref, now=now)
    row = LawLetter(
        id=letter_id,
        municipality_id=current_municipality(),
        cause=cause,
        citizen_id=citizen_id,
        kind=decided.kind.value,
        body_sealed=seal(citizen, letter_id, _BODY, body.to_json()),
        is_decision=due.is_decision,
        can_complain=due.can_complain,
        decided_on=local_day(now),
        case_ref=case_ref,
        kle=get_rules().kle,
        made_at=now,
        made_by=actor.account_id,
        due_at=rested(current_municipality(), now),
        **facts,
    )
    db.session.add(row)
    db.session.flush()
    return row


def case_ref_of(citizen: Citizen, card_id: UUID | None) -> str:
    """Return what a case is called: what the care record calls the citizen, else our own number."""
    return citizen.record_ref or str(card_id or citizen.id)


def body_of(row: LawLetter) -> Body | None:
    """Return what a letter says, or None once it is erased."""
    text = unseal(get_citizen(row.citizen_id), row.id, _BODY, row.body_sealed)
    return read_body(text) if text else None


def lacks_reasons(row: LawLetter, body: Body | None) -> bool:
    """Say whether somebody must write why before the letter can be sent."""
    is_owed = row.is_decision and row.kind != LetterKind.GRANT
    return is_owed and (body is None or not body.reasons)


def decline(
    actor: Actor, citizen_id: UUID, scheme_id: UUID, words: str, heard: str, *, now: datetime
) -> str | None:
    """Say no to a citizen who asked for a card, and return the letter's id; None where the scheme's
    terms ask for no letter. `heard` is how she was heard first.

    Raises NoReasons, Forbidden, CitizenGone, NotFound.
    """
    citizen, today = get_citizen(citizen_id), local_day(now)
    authorise(actor, Action.GRANT_CARD, reach(citizen, today))
    must_be_here(citizen_id)
    if not words.strip():
        raise NoReasons
    get_scheme(scheme_id)
    row = _declined(CardDeclined(citizen_id, scheme_id, words, heard, actor, now))
    audit.record(
        actor,
        Action.GRANT_CARD,
        "scheme",
        scheme_id,
        citizens=[citizen_id],
        how="declined",
        heard=heard,
    )
    return str(row.id) if row else None


def card_declined(event: CardDeclined) -> None:
    """Write the letter of a card that was just turned down, where the terms ask for one."""
    _declined(event)


def _declined(event: CardDeclined) -> LawLetter | None:
    today, scheme_id = local_day(event.now), event.scheme_id
    decided = Decided(LetterKind.DECLINE, today, "declined", event.words[:LONGEST_REASON])
    cause = f"decline:{event.citizen_id}:{scheme_id}:{event.now.isoformat()}"
    terms, facts = in_force(scheme_id, today), {"scheme_id": scheme_id}
    citizen_id, now = event.citizen_id, event.now
    return write(event.actor, citizen_id, terms, decided, cause=cause, now=now, **facts)


def add_reasons(actor: Actor, letter_id: UUID, words: str, *, now: datetime) -> str:
    """Write why in a letter that still rests; it rests anew. Raises NoReasons, Stale, Forbidden."""
    row = queries.lock_letter(letter_id)
    citizen = lock_citizen(row.citizen_id)
    authorise(actor, Action.SEE_LETTERS, reach(citizen, local_day(now)))
    if not words.strip():
        raise NoReasons
    body = body_of(row)
    if row.state != "resting" or body is None:
        raise Stale
    said = {**vars(body), "reasons": (words.strip()[:LONGEST_REASON],)}
    row.body_sealed = seal(citizen, row.id, _BODY, Body(**said).to_json())
    row.due_at = rested(current_municipality(), now)
    db.session.flush()
    _record(actor, row, "reasons")
    return str(row.id)


def stop(actor: Actor, letter_id: UUID, *, now: datetime) -> str:
    """Stop a letter that still rests. Raises Stale once it is sent, Forbidden, NotFound."""
    row = queries.lock_letter(letter_id)
    authorise(actor, Action.SEE_LETTERS, reach(get_citizen(row.citizen_id), local_day(now)))
    if row.state != "resting":
        raise Stale
    row.state = "stopped"
    db.session.flush()
    _record(actor, row, "stopped")
    return str(row.id)


def make_pile(actor: Actor, *, now: datetime) -> str | None:
    """Put the letters that go by paper into a pile to be printed, and return its id; None without
    any. The pile can be printed again.
    """
    authorise(actor, Action.MAKE_PAPERS)
    waiting = queries.to_print()[:LARGEST_PILE]
    if not waiting:
        return None
    pile_id, citizens = new_id(), set()
    for one in waiting:
        row = queries.lock_letter(one.id)
        if row.pile_id is None:
            row.pile_id, row.printed_at = pile_id, now
            citizens.add(row.citizen_id)
    db.session.flush()
    audit.record(actor, Action.MAKE_PAPERS, "law_pile", pile_id, citizens=citizens)
    return str(pile_id)


def _record(actor: Actor, row: LawLetter, how: str) -> None:
    audit.record(
        actor, Action.SEE_LETTERS, "law_letter", row.id, citizens=[row.citizen_id], how=how
    )
