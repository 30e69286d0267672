"""Proof that the stored totals, the entries and their chain agree, read a batch at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.calendar import stamp
from klippekort.domain.chains import is_sealed, link_hash, sealed
from klippekort.domain.errors import DomainError
from klippekort.domain.history import Totals
from klippekort.platform import audit_chain
from klippekort.platform.audit_chain import Anchor
from klippekort.platform.db import db, writing
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.models import LedgerDifference, PunchCard
from klippekort.punchcards.queries import proving
from klippekort.punchcards.queries.cards import lock_card
from klippekort.punchcards.queries.proving import RawEntry, RawLot

_BARE_ID = 32  # an id without its dashes, as SQLite keeps it


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


class _Ids(dict[str | None, str]):
    """Ids as a chain says them, by how they are stored."""

    def __missing__(self, stored: str | None) -> str:
        said = self[stored] = _dashed(stored)
        return said


def _dashed(stored: str | None) -> str:
    if stored is None:
        return "None"
    if len(stored) != _BARE_ID:
        return stored
    return f"{stored[:8]}-{stored[8:12]}-{stored[12:16]}-{stored[16:20]}-{stored[20:]}"


class _Chain:
    """The chain of a card's entries, walked once; it names the first entry that breaks it."""

    def __init__(self, card_id: UUID) -> None:
        self.card_id, self.head, self.seq = card_id, "", 0
        self.broken: Difference | None = None
        self._ids, self._whose = _Ids(), (current_municipality(), str(card_id))

    def add(self, row: RawEntry) -> None:
        """Walk on to the next entry."""
        if self.broken is not None:
            return
        self.seq += 1
        if row.seq != self.seq:
            self.broken = Difference(self.card_id, "missing_entry", str(self.seq))
        elif row.previous != self.head or row.hash != self._hash(row):
            self.broken = Difference(self.card_id, "changed_entry", str(row.seq))
        self.head = row.hash

    def _hash(self, row: RawEntry) -> str:
        seq, lot, kind, minutes, trip, reverses, on, at, reason, actor, previous, _ = row
        ids = self._ids
        return link_hash(
            previous,
            *self._whose,
            seq,
            ids[lot],
            kind,
            minutes,
            ids[trip],
            ids[reverses],
            on if isinstance(on, str) else on.isoformat(),
            at if isinstance(at, str) else stamp(at),
            reason,
            ids[actor],
        )

    def end(self, card: PunchCard) -> list[Difference]:
        """Return what is wrong with the chain of `card`."""
        if self.broken is None and (card.seq, card.head) != (self.seq, self.head):
            self.broken = Difference(self.card_id, "cut_tail", str(self.seq))
        return [self.broken] if self.broken else []


def _look(card_id: UUID) -> list[Difference]:
    fresh = select(PunchCard).filter_by(id=card_id).execution_options(populate_existing=True)
    card = db.session.scalars(fresh).one()
    chain, totals = _Chain(card_id), Totals()
    below: Difference | None = None
    for row, undone in proving.entries_of(card_id):
        chain.add(row)
        if below is None:
            below = _counted(card_id, totals, row, undone)
    wrong = [below] if below else _wrong_lots(card_id, totals)
    return list(dict.fromkeys([*chain.end(card), *wrong]))


def _counted(card_id: UUID, totals: Totals, row: RawEntry, undone: str | None) -> Difference | None:
    """Count an entry; return what is wrong when it cannot be."""
    try:
        totals.add(row.lot_id, row.kind, row.minutes, undone)
    except DomainError:
        return Difference(card_id, "below_zero", str(row.seq))
    except (KeyError, ValueError, TypeError):  # what no entry of ours says, or undoes
        return Difference(card_id, "changed_entry", str(row.seq))
    return None


def _wrong_lots(card_id: UUID, proved: Totals) -> list[Difference]:
    """Return the lots that say something else than when they were made, those whose totals are not
    those of their entries, and those that are gone.
    """
    wrong = []
    for lot in proving.lots_of(card_id):
        where = f"{lot.source}:{lot.period}"
        if not _says_what_it_said(card_id, lot):
            wrong.append(Difference(card_id, "changed_lot", where))
        if proved.pop(lot.id) != (lot.granted, lot.held, lot.used, lot.expired):
            wrong.append(Difference(card_id, "wrong_total", where))
    gone = [_dashed(lot_id) for lot_id in proved.rest()]
    return [*wrong, *(Difference(card_id, "wrong_total", where) for where in gone)]


def _says_what_it_said(card_id: UUID, lot: RawLot) -> bool:
    lot_id = UUID(lot.id)
    said = lot.source, lot.period, lot.credited_on, lot.expires_on, lot.expiry_rule
    return not is_sealed(lot_id) or sealed(lot_id, str(card_id), *map(str, said)) == lot_id
