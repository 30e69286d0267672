"""The lines of a card, a page at a time: a long history costs what a short one costs."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from klippekort.domain.ledger import EntryKind
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.queries.cards import lots_by_id
from klippekort.punchcards.queries.history import kinds_of

A_PAGE = 50  # lines


@dataclass(frozen=True)
class Line:
    """A line of the statement, and the minutes free on the card after it."""

    entry: PunchEntry
    free_after: int


_FREE = {
    EntryKind.CREDIT: 1,
    EntryKind.ADJUST_UP: 1,
    EntryKind.RELEASE: 1,
    EntryKind.ADJUST_DOWN: -1,
    EntryKind.HOLD: -1,
    EntryKind.EXPIRE: -1,
    EntryKind.FORFEIT: -1,
}


def statement_lines(card_id: UUID, *, before: int, limit: int = A_PAGE) -> list[Line]:
    """Return the lines of a card before a number (`seq`), newest first.

    Each says how many minutes were free after it.
    """
    wanted = select(PunchEntry).where(PunchEntry.card_id == card_id, PunchEntry.seq < before)
    rows = db.session.scalars(wanted.order_by(PunchEntry.seq.desc()).limit(limit)).all()
    free = sum(lot.free for lot in lots_by_id(card_id).values()) - _effect_from(card_id, before)
    kinds = kinds_of({row.reverses_id for row in rows if row.reverses_id})
    lines = []
    for row in rows:
        lines.append(Line(row, free))
        undone = kinds.get(row.reverses_id) if row.reverses_id else None
        free -= row.minutes * _effect(row.kind, undone)
    return lines


def _effect_from(card_id: UUID, seq: int) -> int:
    """Return how the entries from a number on have changed the free minutes."""
    undone = aliased(PunchEntry)
    sums = (
        select(PunchEntry.kind, undone.kind, func.sum(PunchEntry.minutes))
        .outerjoin(undone, undone.id == PunchEntry.reverses_id)
        .where(PunchEntry.card_id == card_id, PunchEntry.seq >= seq)
        .group_by(PunchEntry.kind, undone.kind)
    )
    return sum(
        minutes * _effect(kind, undone_kind)
        for kind, undone_kind, minutes in db.session.execute(sums)
    )


def _effect(kind: str, undone: str | None) -> int:
    """Return how an entry changes the free minutes: a spend was set aside before."""
    if kind != EntryKind.REVERSE:
        return _FREE.get(EntryKind(kind), 0)
    if undone == EntryKind.SPEND:
        return 1
    return -_FREE.get(EntryKind(undone), 0) if undone else 0
