"""Reading what happened to a card: its lines, newest first, and its entries in order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.history import Written, as_of, effect_on_free
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.models import EntryNote, PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.queries import cards

PAGE = 50
_BATCH = 1000


@dataclass(frozen=True)
class Scope:
    """Which lines of a card are meant; what is None has no bound.

    `on` is the last day they happened, `known_on` the last day they were written.
    """

    card_id: UUID
    on: date | None = None
    known_on: date | None = None

    @property
    def is_now(self) -> bool:
        """Say whether every line is meant, so that the stored totals tell where they end."""
        return self.on is None and self.known_on is None


class StoredEntry(NamedTuple):
    """All that an entry says, as it is stored, without a session that watches it."""

    seq: int
    lot_id: UUID | None
    kind: str
    minutes: int
    trip_id: UUID | None
    reverses_id: UUID | None
    effective_on: date
    recorded_at: datetime
    reason_code: str
    actor_id: UUID | None
    previous: str
    hash: str
    municipality_id: int
    card_id: UUID


# Whose they are is known to whoever asks: to read it from each row would cost a fifth.
_SAID = [getattr(PunchEntry, name) for name in StoredEntry._fields[:-2]]


@dataclass(frozen=True)
class Countered:
    """The line that another one puts right."""

    seq: int
    kind: EntryKind
    minutes: int
    effective_on: date


@dataclass(frozen=True)
class Line:
    """A line of the ledger with what it takes to explain it, and the free minutes after it.

    `countered` is the line that this one puts right, `countered_by` the number of the one that puts
    this one right.
    """

    id: UUID
    seq: int
    kind: EntryKind
    minutes: int
    effective_on: date
    recorded_on: date
    reason: str
    lot: Lot | None
    trip_id: UUID | None
    actor_id: UUID | None
    countered: Countered | None
    countered_by: int | None
    note: str | None
    free_after: int


def lot_of(row: PunchLot) -> Lot:
    """Return a stored lot as a value, with its totals."""
    totals = (row.granted, row.held, row.used, row.expired)
    return Lot(
        Source(row.source),
        row.period,
        row.credited_on,
        row.expires_on,
        row.expiry_rule,
        *totals,
    )


def find_entry(card_id: UUID, entry_id: UUID) -> PunchEntry | None:
    """Return an entry of a card, or None."""
    return db.session.scalars(
        select(PunchEntry).filter_by(card_id=card_id, id=entry_id)
    ).one_or_none()


def find_lot(lot_id: UUID) -> PunchLot | None:
    """Return a lot as it is now, open or used up, or None."""
    found = select(PunchLot).filter_by(id=lot_id).execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def is_reversed(entry_id: UUID) -> bool:
    """Say whether an entry has been countered."""
    found = select(PunchEntry.id).filter_by(reverses_id=entry_id)
    return db.session.scalars(found).one_or_none() is not None


def charges_of(card_id: UUID, trip_id: UUID) -> Sequence[PunchEntry]:
    """Return the entries by which a trip took time from a card and that nobody has countered."""
    undone = aliased(PunchEntry)
    found = (
        select(PunchEntry)
        .outerjoin(undone, undone.reverses_id == PunchEntry.id)
        .where(
            PunchEntry.card_id == card_id,
            PunchEntry.trip_id == trip_id,
            PunchEntry.kind.in_([EntryKind.SPEND, EntryKind.FORFEIT]),
            undone.id.is_(None),
        )
        .order_by(PunchEntry.seq)
    )
    return db.session.scalars(found).all()


def entries_of(card_id: UUID) -> Iterator[tuple[StoredEntry, PunchLot | None, str | None]]:
    """Return every entry of a card in order, with its lot and the kind of the entry it counters.

    They are read a batch at a time, fresh from the database; lots and kinds apart, by their ids, so
    that a database that has not counted its rows yet cannot join them the long way.
    """
    last, whose = 0, (current_municipality(), card_id)
    while True:
        rows = db.session.execute(
            select(*_SAID)
            .where(PunchEntry.card_id == card_id, PunchEntry.seq > last)
            .order_by(PunchEntry.seq)
            .limit(_BATCH)
        )
        batch = [StoredEntry._make((*row, *whose)) for row in rows]
        lots = _lots_by_id({row.lot_id for row in batch if row.lot_id})
        kinds = kinds_of({row.reverses_id for row in batch if row.reverses_id})
        for row in batch:
            lot = lots.get(row.lot_id) if row.lot_id else None
            yield row, lot, kinds.get(row.reverses_id) if row.reverses_id else None
        if len(batch) < _BATCH:
            return
        last = batch[-1].seq


def _lots_by_id(lot_ids: set[UUID]) -> dict[UUID, PunchLot]:
    found = select(PunchLot).where(PunchLot.id.in_(lot_ids))
    rows = db.session.scalars(found.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def kinds_of(entry_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return of what kind these entries are, for those that are there."""
    if not entry_ids:
        return {}
    found = select(PunchEntry.id, PunchEntry.kind).where(PunchEntry.id.in_(entry_ids))
    return {row.id: row.kind for row in db.session.execute(found)}


def written(card_id: UUID) -> Iterator[Written]:
    """Return every entry of a card as a value, in the order of writing."""
    seen = set[UUID]()
    for row, lot, kind in entries_of(card_id):
        is_new = lot is not None and lot.id not in seen
        if lot is not None:
            seen.add(lot.id)
        yield Written(entry_of(row, lot, kind, is_new=is_new), local_day(row.recorded_at))


def entry_of(
    row: PunchEntry | StoredEntry, lot: PunchLot | None, undone: str | None, *, is_new: bool
) -> Entry:
    """Return a stored entry as a value; the first on its lot brings the lot along, empty."""
    new_lot = None
    if lot is not None and is_new:
        new_lot = Lot(
            Source(lot.source), lot.period, lot.credited_on, lot.expires_on, lot.expiry_rule
        )
    return Entry(
        EntryKind(row.kind),
        row.minutes,
        row.effective_on,
        f"{lot.source}:{lot.period}" if lot is not None else None,
        row.reason_code,
        row.trip_id,
        new_lot,
        EntryKind(undone) if undone and row.kind == EntryKind.REVERSE else None,
    )


def state_in(card: PunchCard, scope: Scope) -> CardState:
    """Return the card at the end of the scope: from its totals when that is now, else from its
    entries.
    """
    if scope.is_now:
        return cards.state_of(card)
    return as_of(written(card.id), scope.on or date.max, scope.known_on)


def lines_of(
    scope: Scope, free: int, *, before: int | None = None, limit: int = PAGE
) -> list[Line]:
    """Return the newest lines of the scope, those older than line `before` if it is given.

    `free` are the minutes free after the newest of them.
    """
    undone, later = aliased(PunchEntry), aliased(PunchEntry)
    rows = db.session.execute(
        select(PunchEntry, PunchLot, undone, later.seq, EntryNote.text)
        .outerjoin(PunchLot, PunchLot.id == PunchEntry.lot_id)
        .outerjoin(undone, undone.id == PunchEntry.reverses_id)
        .outerjoin(later, later.reverses_id == PunchEntry.id)
        .outerjoin(EntryNote, EntryNote.entry_id == PunchEntry.id)
        .where(*_within(scope))
        .where(*([PunchEntry.seq < before] if before is not None else []))
        .order_by(PunchEntry.seq.desc())
        .limit(limit)
    )
    lines = []
    for row, lot, target, countered_by, note in rows:
        lines.append(_line(row, lot, target, countered_by, note, free))
        free = free_before(lines[-1])
    return lines


def free_before(line: Line) -> int:
    """Return the minutes that were free before a line."""
    undoes = line.countered.kind if line.countered else None
    return line.free_after - line.minutes * effect_on_free(line.kind, undoes)


def free_at(scope: Scope, free: int, before: int) -> int:
    """Return the minutes free before line `before`, when `free` are free at the end of the
    scope.
    """
    undone = aliased(PunchEntry)
    sums = db.session.execute(
        select(PunchEntry.kind, undone.kind, func.sum(PunchEntry.minutes))
        .outerjoin(undone, undone.id == PunchEntry.reverses_id)
        .where(*_within(scope), PunchEntry.seq >= before)
        .group_by(PunchEntry.kind, undone.kind)
    )
    for kind, undoes, minutes in sums:
        free -= minutes * effect_on_free(EntryKind(kind), EntryKind(undoes) if undoes else None)
    return free


def line_before(scope: Scope, first: int, limit: int = PAGE) -> int | None:
    """Return the `before` of the page newer than the one that begins at line `first`.

    None when that is the newest page, which needs none.
    """
    newer = db.session.scalars(
        select(PunchEntry.seq)
        .where(*_within(scope), PunchEntry.seq > first)
        .order_by(PunchEntry.seq)
        .limit(limit + 1)
    ).all()
    return newer[limit] if len(newer) > limit else None


def _within(scope: Scope) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [PunchEntry.card_id == scope.card_id]
    if scope.on is not None:
        wanted.append(PunchEntry.effective_on <= scope.on)
    if scope.known_on is not None:
        wanted.append(PunchEntry.recorded_at < _end_of(scope.known_on))
    return wanted


def _end_of(day: date) -> datetime:
    return day_span(day)[1]


def _line(
    row: PunchEntry,
    lot: PunchLot | None,
    target: PunchEntry | None,
    countered_by: int | None,
    note: str | None,
    free: int,
) -> Line:
    countered = None
    if target is not None:
        kind = EntryKind(target.kind)
        countered = Countered(target.seq, kind, target.minutes, target.effective_on)
    return Line(
        row.id,
        row.seq,
        EntryKind(row.kind),
        row.minutes,
        row.effective_on,
        local_day(row.recorded_at),
        row.reason_code,
        lot_of(lot) if lot is not None else None,
        row.trip_id,
        row.actor_id,
        countered,
        countered_by,
        note,
        free,
    )
