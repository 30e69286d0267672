"""Proof that the stored totals, the entries and their chain agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import DomainError
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source, apply
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.services.ledger import chain_hash


@dataclass(frozen=True)
class Difference:
    """A place where a card does not prove: which card, what is wrong, and at which entry or lot."""

    card_id: UUID
    what: str
    where: str


def verify_municipality() -> list[Difference]:
    """Return every difference in the municipality at hand; an empty list is the proof."""
    found: list[Difference] = []
    ids = db.session.scalars(select(PunchCard.id).order_by(PunchCard.id)).all()
    for card_id in ids:
        found += verify_card(card_id)
        db.session.expunge_all()
    return found


def verify_card(card_id: UUID) -> list[Difference]:
    """Return every difference of one card: its chain, its totals, its head."""
    card = db.session.scalars(select(PunchCard).filter_by(id=card_id)).one()
    rows = db.session.scalars(
        select(PunchEntry).filter_by(card_id=card_id).order_by(PunchEntry.seq)
    ).all()
    stored = {
        row.id: row for row in db.session.scalars(select(PunchLot).filter_by(card_id=card_id))
    }
    return [*_chain(card, rows), *_totals(card, rows, stored)]


def _chain(card: PunchCard, rows: Iterable[PunchEntry]) -> list[Difference]:
    previous, seq = "", 0
    for row in rows:
        seq += 1
        if row.seq != seq:
            return [Difference(card.id, "missing_entry", str(seq))]
        if row.previous != previous or row.hash != chain_hash(row):
            return [Difference(card.id, "changed_entry", str(row.seq))]
        previous = row.hash
    if (card.seq, card.head) != (seq, previous):
        return [Difference(card.id, "cut_tail", str(seq))]
    return []


def _entry(row: PunchEntry, lot: PunchLot | None, kinds: dict[UUID, str], is_new: bool) -> Entry:
    key = f"{lot.source}:{lot.period}" if lot else None
    undone = kinds.get(row.reverses_id) if row.reverses_id else None
    new_lot = Lot(Source(lot.source), lot.period, lot.credited_on) if lot and is_new else None
    return Entry(
        EntryKind(row.kind),
        row.minutes,
        row.effective_on,
        key,
        row.reason_code,
        row.trip_id,
        new_lot,
        EntryKind(undone) if undone else None,
    )


def _totals(
    card: PunchCard, rows: Iterable[PunchEntry], stored: dict[UUID, PunchLot]
) -> list[Difference]:
    state, seen = CardState(), set[UUID]()
    kinds: dict[UUID, str] = {}
    for row in rows:
        lot = stored.get(row.lot_id) if row.lot_id else None
        is_new = lot is not None and lot.id not in seen
        kinds[row.id] = row.kind
        try:
            state = apply(state, _entry(row, lot, kinds, is_new))
        except DomainError:
            return [Difference(card.id, "below_zero", str(row.seq))]
        if lot is not None:
            seen.add(lot.id)
    proved = {lot.key: lot for lot in state.lots}
    return [
        Difference(card.id, "wrong_total", f"{row.source}:{row.period}")
        for row in stored.values()
        if _amounts(proved.get(f"{row.source}:{row.period}")) != _amounts(row)
    ]


def _amounts(lot: Lot | PunchLot | None) -> tuple[int, int, int, int]:
    return (lot.granted, lot.held, lot.used, lot.expired) if lot else (0, 0, 0, 0)
