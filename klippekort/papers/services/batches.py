"""Telling everybody under a scheme of its new terms: a draft to look through, then sent at once."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import Stale
from klippekort.domain.papers.law import Due, LetterKind, letter_due
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import Terms
from klippekort.municipalities.queries import rested
from klippekort.papers.models import LetterBatch
from klippekort.papers.queries import letters as queries
from klippekort.papers.services.composing import Body, Decided, compose
from klippekort.papers.services.letters import LONGEST_REASON, NoReasons, case_ref_of, write
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.changes import in_force
from klippekort.punchcards.services.events import TermsDecided


def terms_decided(event: TermsDecided) -> None:
    """Begin a batch of letters about new terms, where they ask for letters; nothing is sent."""
    if letter_due(in_force(event.scheme_id, event.from_on).law, LetterKind.CHANGE) is None:
        return
    row = queries.find_batch(event.version_id)
    if row is None:
        row = LetterBatch(
            id=new_id(),
            scheme_id=event.scheme_id,
            version_id=event.version_id,
            from_on=event.from_on,
            made_at=event.now,
        )
        db.session.add(row)
    if row.state != "sent":
        row.state, row.reason, row.made_at = "draft", event.reason, event.now
    db.session.flush()


def told(batch: LetterBatch) -> list[tuple[UUID, UUID]]:
    """Return the cards, and whose they are, that a batch tells: those who are still here."""
    found = queries.cards_told(batch.scheme_id, batch.from_on)
    return [(card_id, citizen_id) for card_id, citizen_id in found if not is_gone(citizen_id)]


def letter_to(batch: LetterBatch, card_id: UUID, *, now: datetime) -> Body:
    """Return what one citizen's letter of a batch would say. Raises NotFound, Stale."""
    terms, due = _terms(batch)
    citizen = get_citizen(cards.get_card(card_id).citizen_id)
    decided = _decided(batch, card_id, terms)
    return compose(citizen, terms, decided, due, case_ref_of(citizen, card_id), now=now)


def send(actor: Actor, batch_id: UUID, reason: str, count: int, *, now: datetime) -> str:
    """Write a batch's letters, which rest some minutes, and return the batch's id.

    `count` is how many letters were shown: Stale when it is another number now, or when they were
    sent before. Raises NoReasons, Forbidden, NotFound.
    """
    batch = queries.lock_batch(batch_id)
    authorise(actor, Action.SEND_BATCH)
    found = told(batch)
    if batch.state != "draft" or len(found) != count:
        raise Stale
    if not reason.strip():
        raise NoReasons
    batch.reason = reason.strip()[:LONGEST_REASON]
    terms, _due = _terms(batch)
    for card_id, citizen_id in found:
        cause = f"change:{batch.version_id}:{card_id}:{now.isoformat()}"
        facts = {"card_id": card_id, "scheme_id": batch.scheme_id, "batch_id": batch.id}
        decided = _decided(batch, card_id, terms)
        write(actor, citizen_id, terms, decided, cause=cause, now=now, **facts)
    batch.state, batch.count, batch.sent_at = "sent", len(found), now
    batch.sent_by, batch.due_at = actor.account_id, rested(current_municipality(), now)
    db.session.flush()
    citizens = [citizen_id for _card_id, citizen_id in found]
    audit.record(actor, Action.SEND_BATCH, "letter_batch", batch_id, citizens=citizens, how="sent")
    return str(batch_id)


def take_back(actor: Actor, batch_id: UUID, *, now: datetime) -> int:
    """Stop the letters of a batch that still rest, make it a draft again, and return how many.

    Raises Stale once they have rested, Forbidden, NotFound.
    """
    batch = queries.lock_batch(batch_id)
    authorise(actor, Action.SEND_BATCH)
    if batch.state != "sent" or batch.due_at is None or batch.due_at <= now:
        raise Stale
    stopped = 0
    for one in queries.letters_of_batch(batch_id):
        row = queries.lock_letter(one.id)
        if row.state == "resting":
            row.state, stopped = "stopped", stopped + 1
    batch.state, batch.sent_at, batch.due_at = "draft", None, None
    db.session.flush()
    audit.record(actor, Action.SEND_BATCH, "letter_batch", batch_id, how="taken_back")
    return stopped


def _terms(batch: LetterBatch) -> tuple[Terms, Due]:
    terms = in_force(batch.scheme_id, batch.from_on)
    due = letter_due(terms.law, LetterKind.CHANGE)
    if due is None:
        raise Stale
    return terms, due


def _decided(batch: LetterBatch, card_id: UUID, terms: Terms) -> Decided:
    minutes = cards.plan_of(cards.get_card(card_id)).rate_on(terms, batch.from_on)
    return Decided(LetterKind.CHANGE, batch.from_on, "terms", batch.reason, minutes or None)
