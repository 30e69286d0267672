"""Proof that the stored totals, the entries and their chain agree, read a batch at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import DomainError
from klippekort.domain.history import Tally
from klippekort.domain.ledger import Lot
from klippekort.platform import audit_chain
from klippekort.platform.audit_chain import Anchor
from klippekort.platform.db import db, writing
from klippekort.punchcards.models import LedgerDifference, PunchCard, PunchLot
from klippekort.punchcards.queries.cards import lock_card
from klippekort.punchcards.queries.history import StoredEntry, entries_of, entry_of, lots_of
from klippekort.punchcards.services.ledger import chain_hash


@dataclass(frozen=True)
class Difference:
    """A place where a card does not prove: which card, what is wrong, and at which entry or lot.

    Without a card it is the record of looks and deeds.
    """

    card_id: UUID | None
    what: str
    where: str


def list_cards() -> Sequence[UUID]:
    """Return the ids of all cards of the municipality at hand, in order."""
    return db.session.scalars(select(PunchCard.id).order_by(PunchCard.id)).all()


def verify_municipality(each: Callable[[], None] = lambda: None) -> list[Difference]:
    """Return every difference in the municipality's cards; an empty list is the proof.

    `each` is called when a card is done.
    """
    found: list[Difference] = []
    for card_id in list_cards():
        found += verify_card(card_id)
        db.session.expunge_all()
        each()
    return found


def verify_record(outside: Sequence[Anchor] = ()) -> list[Difference]:
    """Return the first difference in the record of looks and deeds, or nothing.

    `outside` is how far it had come when that was last laid down outside the database.
    """
    found = audit_chain.verify(outside=outside)
    return [Difference(None, "changed_line", one.where) for one in found[:1]]


def verify_card(card_id: UUID) -> list[Difference]:
    """Return what does not prove of one card: the first broken entry, then the wrong totals."""
    found = _look(card_id)
    if found:
        # Somebody may have booked while we read. With the card locked nobody can.
        lock_card(card_id)
        found = _look(card_id)
        if not writing.get():
            db.session.rollback()
    return found


def keep_differences(found: Sequence[Difference], *, now: datetime) -> int:
    """Store what the proof found as the alarm that people see, and return how many are new.

    What proves again is cleared.
    """
    still = {(one.card_id, one.what, one.where) for one in found}
    open_ = select(LedgerDifference).where(LedgerDifference.cleared_at.is_(None))
    known = set()
    for row in db.session.scalars(open_):
        said = (row.card_id, row.what, row.place)
        known.add(said)
        if said not in still:
            row.cleared_at = now
    new = [one for one in found if (one.card_id, one.what, one.where) not in known]
    db.session.add_all(
        LedgerDifference(card_id=one.card_id, what=one.what, place=one.where, found_at=now)
        for one in new
    )
    db.session.flush()
    return len(new)


class _Chain:
    """The chain of a card's entries, walked once; it names the first entry that breaks it."""

    def __init__(self, card_id: UUID) -> None:
        self.card_id, self.head, self.seq = card_id, "", 0
        self.broken: Difference | None = None

    def add(self, row: StoredEntry) -> None:
        """Walk on to the next entry."""
        if self.broken is not None:
            return
        self.seq += 1
        if row.seq != self.seq:
            self.broken = Difference(self.card_id, "missing_entry", str(self.seq))
        elif row.previous != self.head or row.hash != chain_hash(row):
            self.broken = Difference(self.card_id, "changed_entry", str(row.seq))
        self.head = row.hash

    def end(self, card: PunchCard) -> list[Difference]:
        """Return what is wrong with the chain of `card`."""
        if self.broken is None and (card.seq, card.head) != (self.seq, self.head):
            self.broken = Difference(self.card_id, "cut_tail", str(self.seq))
        return [self.broken] if self.broken else []


def _look(card_id: UUID) -> list[Difference]:
    fresh = select(PunchCard).filter_by(id=card_id).execution_options(populate_existing=True)
    card = db.session.scalars(fresh).one()
    chain, tally, seen = _Chain(card_id), Tally(), set[UUID]()
    below: Difference | None = None
    for row, lot, undone in entries_of(card_id):
        chain.add(row)
        is_new = lot is not None and lot.id not in seen
        if lot is not None:
            seen.add(lot.id)
        if below is None:
            below = _added(tally, row, lot, undone, is_new)
    totals = [below] if below else _totals(card_id, {lot.key: lot for lot in tally.state().lots})
    return list(dict.fromkeys([*chain.end(card), *totals]))


def _added(
    tally: Tally, row: StoredEntry, lot: PunchLot | None, undone: str | None, is_new: bool
) -> Difference | None:
    """Add an entry to the tally; return what is wrong when it cannot be."""
    try:
        tally.add(entry_of(row, lot, undone, is_new=is_new))
    except DomainError:
        return Difference(row.card_id, "below_zero", str(row.seq))
    except (KeyError, ValueError):  # a word that no entry of ours has, or a reversal of nothing
        return Difference(row.card_id, "changed_entry", str(row.seq))
    return None


def _totals(card_id: UUID, proved: dict[str, Lot]) -> list[Difference]:
    return [
        Difference(card_id, "wrong_total", f"{row.source}:{row.period}")
        for row in lots_of(card_id)
        if _amounts(proved.get(f"{row.source}:{row.period}")) != _amounts(row)
    ]


def _amounts(lot: Lot | PunchLot | None) -> tuple[int, int, int, int]:
    return (lot.granted, lot.held, lot.used, lot.expired) if lot else (0, 0, 0, 0)
