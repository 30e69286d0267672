"""Writing to a card: the one place where entries are stored, chained and turned into totals."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain import accrual
from klippekort.domain.calendar import stamp
from klippekort.domain.errors import CardClosed
from klippekort.domain.ledger import CardState, Entry, Lot, Pledge
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import CardTask, PunchCard, PunchEntry, PunchLot, TripPledge
from klippekort.punchcards.queries import cards as queries


def chain_hash(entry: PunchEntry) -> str:
    """Return the hash of an entry after the one before it: SHA-256 over canonical JSON.

    Only pseudonymous ids, codes, numbers and days go in, so erasing a person never breaks the
    chain.
    """
    said = [
        entry.previous,
        entry.municipality_id,
        str(entry.card_id),
        entry.seq,
        str(entry.lot_id),
        str(entry.kind),
        entry.minutes,
        str(entry.trip_id),
        str(entry.reverses_id),
        entry.effective_on.isoformat(),
        stamp(entry.recorded_at),
        entry.reason_code,
        str(entry.actor_id),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def chained(
    card: PunchCard,
    entries: Sequence[Entry],
    lot_ids: dict[str, UUID],
    *,
    actor_id: UUID | None,
    now: datetime,
    reverses: UUID | None = None,
) -> tuple[list[PunchLot], list[PunchEntry]]:
    """Return the rows of entries: their new lots, empty, and the entries, each chained to the last.

    `lot_ids` names the lots that are stored already, by their keys. The card's head moves along.
    """
    ids, lots, rows = dict(lot_ids), [], []
    for entry in entries:
        if entry.new_lot is not None:
            lots.append(_empty_lot(card, entry.new_lot))
            ids[entry.new_lot.key] = lots[-1].id
        card.seq += 1
        row = PunchEntry(
            id=new_id(),
            municipality_id=card.municipality_id,
            card_id=card.id,
            seq=card.seq,
            lot_id=ids[entry.lot] if entry.lot else None,
            kind=entry.kind,
            minutes=entry.minutes,
            trip_id=entry.trip,
            reverses_id=reverses,
            effective_on=entry.effective_on,
            recorded_at=now,
            reason_code=entry.reason,
            actor_id=actor_id,
            previous=card.head,
        )
        row.hash = card.head = chain_hash(row)
        rows.append(row)
    return lots, rows


def _empty_lot(card: PunchCard, lot: Lot) -> PunchLot:
    """Return the row of a new lot; its totals are moved by the entries, in the database."""
    return PunchLot(
        id=new_id(),
        municipality_id=card.municipality_id,
        card_id=card.id,
        source=lot.source,
        period=lot.period,
        credited_on=lot.credited_on,
        expires_on=lot.expires_on,
        expiry_rule=lot.expiry_rule,
    )


def post(
    card: PunchCard,
    entries: Sequence[Entry],
    *,
    actor_id: UUID | None,
    now: datetime,
    reverses: UUID | None = None,
) -> list[PunchEntry]:
    """Store entries on a locked card and return them.

    The database moves the lots' totals and refuses what would go below zero.
    """
    if not entries:
        return []
    stored = {f"{row.source}:{row.period}": row.id for row in queries.open_lots(card.id)}
    lots, rows = chained(card, entries, stored, actor_id=actor_id, now=now, reverses=reverses)
    for tier in (lots, rows):
        db.session.add_all(tier)
        db.session.flush()
    return rows


def keep_pledges(card: PunchCard, pledges: Sequence[Pledge]) -> None:
    """Store what trips still lack, and forget what they no longer do."""
    wanted = {pledge.trip: pledge for pledge in pledges}
    for row in db.session.scalars(select(TripPledge).filter_by(card_id=card.id)).all():
        pledge = wanted.pop(row.trip_id, None)
        if pledge is None:
            db.session.delete(row)
        else:
            row.minutes = pledge.minutes
    for pledge in wanted.values():
        db.session.add(
            TripPledge(card_id=card.id, trip_id=pledge.trip, minutes=pledge.minutes, on=pledge.on)
        )
    db.session.flush()


def advance(card: PunchCard, *, through: date, now: datetime) -> CardState:
    """Reckon a locked card through a day and return its state then; a reckoned day changes
    nothing.
    """
    state = queries.state_of(card)
    if card.closed_on is not None:
        through = min(through, card.closed_on)
    if state.advanced_through is not None and through <= state.advanced_through:
        return state
    plan = queries.plan_of(card)
    result = accrual.advance(state, plan, through)
    post(card, result.entries, actor_id=None, now=now)
    if result.state.pledges != state.pledges:
        keep_pledges(card, result.state.pledges)
    for trip in result.unmet:
        open_task(card, "review", "pledge", str(trip), through)
    card.advanced_through = through
    db.session.flush()
    return queries.state_of(card)


def open_task(card: PunchCard, kind: str, rule: str, subject: str, on: date) -> None:
    """Ask a person to decide or do something about a card, once."""
    known = select(CardTask).filter_by(card_id=card.id, kind=kind, subject=subject)
    if db.session.scalars(known).one_or_none() is None:
        db.session.add(
            CardTask(card_id=card.id, kind=kind, rule=rule, subject=subject, opened_on=on)
        )


def ready(card_id: UUID, *, today: date, now: datetime) -> tuple[PunchCard, CardState]:
    """Return a card, locked and reckoned through today, with its state.

    Raises NotFound, and CardClosed when the card has ended.
    """
    card = queries.lock_card(card_id)
    if card.closed_on is not None and card.closed_on < today:
        raise CardClosed
    return card, advance(card, through=today, now=now)


def ready_many(card_ids: Collection[UUID], *, today: date, now: datetime) -> Sequence[PunchCard]:
    """Return cards in the order of their ids, locked and reckoned through today.

    Raises NotFound, and CardClosed when one of them has ended.
    """
    cards = queries.lock_cards(card_ids)
    if any(card.closed_on is not None and card.closed_on < today for card in cards):
        raise CardClosed
    for card in cards:
        if card.advanced_through is None or card.advanced_through < today:
            advance(card, through=today, now=now)
    return cards
