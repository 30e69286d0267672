"""Telling everybody under a scheme of its new terms, or of a pause: a draft to look through, then
sent at once.
"""

from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.errors import Stale
from klippekort.domain.papers.law import Due, LetterKind, letter_due
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan, pause_rule
from klippekort.domain.schemes import Terms
from klippekort.municipalities.queries import rested
from klippekort.papers.models import LetterBatch
from klippekort.papers.queries import letters as queries
from klippekort.papers.services.composing import Body, Decided, compose
from klippekort.papers.services.granted import terms_at_home
from klippekort.papers.services.letters import LONGEST_REASON, NoReasons, case_ref_of, write
from klippekort.papers.services.wording import RUNS_AGAIN
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import force_locale
from klippekort.platform.ids import new_id
from klippekort.platform.languages import LOCALES
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.queries import cards
from klippekort.punchcards.queries.pauses import find_pause
from klippekort.punchcards.services.changes import in_force
from klippekort.punchcards.services.events import SchemePaused, TermsDecided


def terms_decided(event: TermsDecided) -> None:
    """Begin a batch of letters about new terms, where they ask for letters; nothing is sent."""
    if letter_due(in_force(event.scheme_id, event.from_on).law, LetterKind.CHANGE) is None:
        return
    row = _batch(event.scheme_id, event.version_id, LetterKind.CHANGE)
    row.from_on = event.from_on
    if row.state != "sent":
        row.state, row.reason, row.made_at = "draft", event.reason, event.now
    db.session.flush()


def scheme_paused(event: SchemePaused) -> None:
    """Begin a batch of letters that cards rest as the whole scheme does, and one that they run
    again, where the terms let them rest and ask for letters; nothing is sent.

    A pause that is dropped takes back what nobody has sent; where it was told of, the other letter
    is due.
    """
    span = AbsenceSpan(SCHEME_PAUSE, event.from_on, event.until_on)
    law = in_force(event.scheme_id, event.from_on).law
    rests = _rests(event.scheme_id, span) if event.how != "dropped" else None
    was_told = _settle(event, LetterKind.PAUSE, rests.from_on if rests else None)
    again = rests.until_on + ONE_DAY if rests and rests.until_on else None
    if event.how == "dropped" and was_told:
        again = event.from_on
    _settle(event, LetterKind.RESUME, again if letter_due(law, LetterKind.RESUME) else None)


def _rests(scheme_id: UUID, away: AbsenceSpan) -> AbsenceSpan | None:
    """Return the days on which the cards of a scheme rest, or None where they do not."""
    pause = pause_rule(in_force(scheme_id, away.from_on), SCHEME_PAUSE)[1]
    return away.from_day(pause.from_day) if False in (pause.accrues, pause.usable) else None


def _settle(event: SchemePaused, kind: LetterKind, day: date | None) -> bool:
    """Have a draft of letters about a pause from a day on, or none without a day; say whether such
    letters have gone out.
    """
    law = in_force(event.scheme_id, event.from_on).law
    row = queries.find_batch(event.pause_id, kind)
    is_sent = row is not None and row.state == "sent"
    if day is None or letter_due(law, kind) is None:
        if row is not None and not is_sent:
            row.state = "stopped"
        return is_sent
    row = row or _batch(event.scheme_id, event.pause_id, kind)
    if not is_sent or row.from_on != day:
        row.state, row.from_on, row.made_at = "draft", day, event.now
        row.reason = event.reason if kind is LetterKind.PAUSE else _runs_again()
    db.session.flush()
    return is_sent


def _runs_again() -> str:
    with force_locale(LOCALES["da"]):  # as the letters are
        return str(RUNS_AGAIN)


def _batch(scheme_id: UUID, version_id: UUID, kind: LetterKind) -> LetterBatch:
    """Return the batch of a kind about terms or a pause, made anew where there is none."""
    row = queries.find_batch(version_id, kind)
    if row is None:
        row = LetterBatch(id=new_id(), scheme_id=scheme_id, version_id=version_id, kind=kind)
        db.session.add(row)
    return row


def told(batch: LetterBatch) -> list[tuple[UUID, UUID]]:
    """Return the cards, and whose they are, that a batch tells: those who are still here."""
    found = queries.cards_told(batch.scheme_id, batch.from_on)
    return [(card_id, citizen_id) for card_id, citizen_id in found if not is_gone(citizen_id)]


def letter_to(batch: LetterBatch, card_id: UUID, *, now: datetime) -> Body:
    """Return what one citizen's letter of a batch would say. Raises NotFound, Stale."""
    terms, due, span = _terms(batch)
    card = cards.get_card(card_id)
    citizen, here = get_citizen(card.citizen_id), terms_at_home(card, batch.from_on)
    decided = _decided(batch, card_id, terms, span)
    return compose(citizen, here, decided, due, case_ref_of(citizen, card_id), now=now)


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
    terms, _due, span = _terms(batch)
    for card_id, citizen_id in found:
        cause = f"{batch.kind}:{batch.version_id}:{card_id}:{now.isoformat()}"
        facts = {"card_id": card_id, "scheme_id": batch.scheme_id, "batch_id": batch.id}
        decided = _decided(batch, card_id, terms, span)
        here = terms_at_home(cards.get_card(card_id), batch.from_on)
        write(actor, citizen_id, here, decided, cause=cause, now=now, **facts)
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


def _terms(batch: LetterBatch) -> tuple[Terms, Due, AbsenceSpan | None]:
    """Return the terms a batch goes by, the letter they ask for, and the pause it tells of."""
    terms = in_force(batch.scheme_id, batch.from_on)
    due = letter_due(terms.law, LetterKind(batch.kind))
    if due is None:
        raise Stale
    if batch.kind != LetterKind.PAUSE:
        return terms, due, None
    row = find_pause(batch.version_id)
    if row is None:
        raise Stale
    return terms, due, AbsenceSpan(SCHEME_PAUSE, row.from_on, row.until_on)


def _decided(batch: LetterBatch, card_id: UUID, terms: Terms, span: AbsenceSpan | None) -> Decided:
    kind = LetterKind(batch.kind)
    if span is not None:
        pause = pause_rule(terms, SCHEME_PAUSE)[1]
        until_on, day = span.until_on, batch.from_on
        return Decided(kind, day, SCHEME_PAUSE, batch.reason, until_on=until_on, pause=pause)
    why = SCHEME_PAUSE if kind is LetterKind.RESUME else "terms"
    minutes = cards.plan_of(cards.get_card(card_id)).rate_on(terms, batch.from_on)
    return Decided(kind, batch.from_on, why, batch.reason, minutes or None)
