"""Putting a card right by hand: at once, or when a second person has agreed."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import corrections as rules
from klippekort.domain.calendar import local_day
from klippekort.domain.corrections import (
    AlreadyDecided,
    AlreadyProposed,
    AlreadyReversed,
    Correction,
    Outcome,
    OwnProposal,
    ProposedAlike,
)
from klippekort.domain.errors import CardClosed, DomainError, Forbidden, NotFound
from klippekort.domain.expiry import expiry_of
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import (
    CardCorrection,
    CorrectionDecision,
    CorrectionNote,
    EntryNote,
    PunchCard,
    PunchEntry,
)
from klippekort.punchcards.queries import cards, history
from klippekort.punchcards.queries import corrections as queries
from klippekort.punchcards.services import ledger

APPLIED, PROPOSED = "applied", "proposed"
BY_HAND = "by_hand"


class LastDayGone(DomainError):
    """The last day that was chosen for added time lies in the past."""


@dataclass(frozen=True)
class Wish:
    """A correction somebody wants; a reversal names its entry, and has the minutes of that.

    `last_on` is the last usable day of added time, or None for what the scheme gives.
    """

    kind: Correction
    minutes: int
    reason: str
    note: str = ""
    entry_id: UUID | None = None
    last_on: date | None = None


@dataclass(frozen=True)
class _Planned:
    """The entries of a correction, the ids of their lots, and the entry they counter."""

    entries: list[Entry]
    lot_ids: dict[str, UUID]
    reverses: UUID | None = None


def correct_card(actor: Actor, card_id: UUID, wish: Wish, *, now: datetime) -> dict[str, Any]:
    """Put a card right, or propose to where the minutes are above the municipality's limit.

    Returns `outcome` (applied or proposed) and the minutes `moved`, `waived` and `lapsed`. Raises
    NotFound, CardClosed, NotReversible, AlreadyReversed, AlreadyProposed, ProposedAlike,
    LastDayGone.
    """
    card, state = _open_card(actor, card_id, now)
    wish = _completed(card_id, wish)
    planned = _plan(card, state, wish, local_day(now))
    before = queries.corrected_alone(card_id, actor.account_id, local_day(now))
    if rules.needs_second(wish.minutes, limit_of(actor), before):
        return _propose(actor, card, wish, now)
    rows = _store(card, planned, actor.account_id, wish.note, now)
    done = rules.outcome(planned.entries)
    _record(actor, card, wish, APPLIED, rows)
    return {"outcome": APPLIED, **asdict(done)}


def approve_correction(actor: Actor, correction_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Agree to a colleague's correction and apply it, and return what it did, in minutes.

    Raises OwnProposal, AlreadyDecided, and what `correct_card` raises when it no longer can be
    done; then it still waits.
    """
    proposed = queries.get_correction(correction_id)
    card, state = _open_card(actor, proposed.card_id, now)
    decided_by = _second_person(actor, proposed)
    wish = _with_note(proposed)
    planned = _plan(card, state, wish, local_day(now))
    rows = _store(card, planned, proposed.proposed_by, wish.note, now)
    _decide(proposed, decided_by, "approved", now, rows)
    _record(actor, card, wish, "approved", rows)
    return asdict(rules.outcome(planned.entries))


def decline_correction(actor: Actor, correction_id: UUID, *, why: str, now: datetime) -> str:
    """Turn a colleague's correction down, saying why. Raises OwnProposal, AlreadyDecided."""
    proposed = queries.get_correction(correction_id)
    card = cards.lock_card(proposed.card_id)
    authorise(actor, Action.CORRECT_CARD, reach(get_citizen(card.citizen_id), local_day(now)))
    decided_by = _second_person(actor, proposed)
    _decide(proposed, decided_by, "declined", now, [])
    db.session.add(CorrectionNote(correction_id=correction_id, part="decision", text=why))
    _record(actor, card, wish_of(proposed), "declined", [])
    return str(correction_id)


def foresee(card_id: UUID, wish: Wish, *, today: date) -> Outcome:
    """Return what a correction would do if it were made now. Raises what `correct_card` raises,
    but for AlreadyProposed.
    """
    card = cards.get_card(card_id)
    if card.closed_on is not None:
        raise CardClosed
    planned = _plan(card, cards.state_of(card), wish, today)
    return rules.outcome(planned.entries)


def wish_to_reverse(card_id: UUID, entry_id: UUID, reason: str = "", note: str = "") -> Wish:
    """Return the wish to counter an entry of a card. Raises NotFound."""
    entry = history.find_entry(card_id, entry_id)
    if entry is None:
        raise NotFound
    return Wish(Correction.REVERSE, entry.minutes, reason, note, entry_id)


def wish_of(proposed: CardCorrection) -> Wish:
    """Return a stored proposal as a wish, without its free text."""
    return Wish(
        Correction(proposed.kind),
        proposed.minutes,
        proposed.reason_code,
        entry_id=proposed.entry_id,
        last_on=proposed.last_on,
    )


def limit_of(actor: Actor) -> int | None:
    """Return the minutes above which a second person must agree; None is every time."""
    return get_municipality(actor.municipality_id).correction_limit


def _open_card(actor: Actor, card_id: UUID, now: datetime) -> tuple[PunchCard, CardState]:
    today = local_day(now)
    card, state = ledger.ready(card_id, today=today, now=now)
    authorise(actor, Action.CORRECT_CARD, reach(get_citizen(card.citizen_id), today))
    if card.closed_on is not None:
        raise CardClosed
    return card, state


def _completed(card_id: UUID, wish: Wish) -> Wish:
    """Return the wish with the minutes of the entry it counters, if it does."""
    if wish.entry_id is None:
        return wish
    if queries.waits_for(wish.entry_id):
        raise AlreadyProposed
    found = wish_to_reverse(card_id, wish.entry_id)
    return replace(wish, minutes=found.minutes)


def _plan(card: PunchCard, state: CardState, wish: Wish, today: date) -> _Planned:
    """Return what a correction writes. Raises what `correct_card` raises."""
    ids = {f"{row.source}:{row.period}": row.id for row in cards.open_lots(card.id)}
    match wish.kind:
        case Correction.ADD:
            lot = _new_lot(card, wish, today)
            return _Planned(rules.add(lot, wish.minutes, reason=wish.reason), ids)
        case Correction.TAKE:
            return _Planned(rules.take(state, wish.minutes, today=today, reason=wish.reason), ids)
        case Correction.WAIVE:
            return _Planned(rules.waive(wish.minutes, today=today, reason=wish.reason), ids)
        case Correction.REVERSE:
            return _reversal(card, wish, today)


def _new_lot(card: PunchCard, wish: Wish, today: date) -> Lot:
    last_on, rule = wish.last_on, BY_HAND
    if last_on is None:
        last_on, name = expiry_of(cards.current_terms(card, today), today)
        rule = name or rule
    elif last_on < today:
        raise LastDayGone
    return Lot(Source.ADJUSTMENT, f"{today.isoformat()}/{card.seq + 1}", today, last_on, rule)


def _reversal(card: PunchCard, wish: Wish, today: date) -> _Planned:
    target = history.find_entry(card.id, wish.entry_id) if wish.entry_id else None
    if target is None:
        raise NotFound
    if history.is_reversed(target.id):
        raise AlreadyReversed
    rules.check_reversible(EntryKind(target.kind))
    # Every kind that can be countered names a lot, perhaps one that is used up by now.
    row = history.find_lot(target.lot_id) if target.lot_id else None
    if row is None:
        raise NotFound
    state = CardState((history.lot_of(row),))
    entry = history.entry_of(target, row, None, is_new=False)
    entries = rules.reverse(state, entry, today=today, reason=wish.reason)
    return _Planned(entries, {f"{row.source}:{row.period}": row.id}, target.id)


def _store(
    card: PunchCard, planned: _Planned, by: UUID | None, note: str, now: datetime
) -> list[PunchEntry]:
    """Store the entries of a correction; the first names what it counters, and carries the note."""
    rows: list[PunchEntry] = []
    for number, entry in enumerate(planned.entries):
        lots, made = ledger.chained(
            card,
            [entry],
            planned.lot_ids,
            actor_id=None if entry.kind is EntryKind.EXPIRE else by,
            now=now,
            reverses=planned.reverses if number == 0 else None,
        )
        db.session.add_all(lots)
        db.session.flush()
        rows += made
    db.session.add_all(rows)
    db.session.flush()
    if note:
        db.session.add(EntryNote(entry_id=rows[0].id, text=note))
    return rows


def _propose(actor: Actor, card: PunchCard, wish: Wish, now: datetime) -> dict[str, Any]:
    if actor.account_id is None:
        raise Forbidden(Action.CORRECT_CARD)
    if _waits_alike(card.id, wish, actor.account_id):
        raise ProposedAlike
    proposed = CardCorrection(
        id=new_id(),
        card_id=card.id,
        kind=wish.kind,
        minutes=wish.minutes,
        entry_id=wish.entry_id,
        last_on=wish.last_on,
        reason_code=wish.reason,
        proposed_by=actor.account_id,
        proposed_at=now,
    )
    db.session.add(proposed)
    db.session.flush()
    if wish.note:
        db.session.add(CorrectionNote(correction_id=proposed.id, part="proposal", text=wish.note))
    _record(actor, card, wish, PROPOSED, [])
    return {"outcome": PROPOSED, "id": str(proposed.id), **asdict(Outcome())}


def _waits_alike(card_id: UUID, wish: Wish, by: UUID) -> bool:
    """Say whether somebody's own proposal of exactly this, note and all, still waits."""
    mine = [row.correction for row in queries.list_pending(card_id)]
    return any(_with_note(one) == wish for one in mine if one.proposed_by == by)


def _with_note(proposed: CardCorrection) -> Wish:
    note = queries.notes_of(proposed.id).get("proposal", "")
    return replace(wish_of(proposed), note=note)


def _second_person(actor: Actor, proposed: CardCorrection) -> UUID:
    """Return who decides about a proposal. Raises AlreadyDecided, OwnProposal."""
    if queries.find_decision(proposed.id) is not None:
        raise AlreadyDecided
    if actor.account_id is None:
        raise Forbidden(Action.CORRECT_CARD)
    if actor.account_id == proposed.proposed_by:
        raise OwnProposal
    return actor.account_id


def _decide(
    proposed: CardCorrection, by: UUID, outcome: str, now: datetime, rows: list[PunchEntry]
) -> None:
    db.session.add(
        CorrectionDecision(
            correction_id=proposed.id,
            proposed_by=proposed.proposed_by,
            decided_by=by,
            decided_at=now,
            outcome=outcome,
            first_seq=rows[0].seq if rows else None,
            last_seq=rows[-1].seq if rows else None,
        )
    )
    db.session.flush()


def _record(
    actor: Actor, card: PunchCard, wish: Wish, outcome: str, rows: list[PunchEntry]
) -> None:
    audit.record(
        actor,
        Action.CORRECT_CARD,
        "punch_card",
        card.id,
        citizens=[card.citizen_id],
        kind=wish.kind,
        minutes=wish.minutes,
        reason=wish.reason,
        outcome=outcome,
        entries=[row.seq for row in rows],
    )
