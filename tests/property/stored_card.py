"""What the database holds of a card: read without the program's own arithmetic."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Column, ColumnCollection, Select, Table, bindparam, select
from sqlalchemy import Row as Found

from klippekort.platform.db import db
from klippekort.punchcards.models import CardTask, PunchCard, PunchEntry, PunchLot, TripPledge
from tests.cast import HOME

Totals = dict[tuple[str, date], tuple[int, ...]]
MOVES = {  # granted, held, used, expired
    "credit": (1, 0, 0, 0),
    "hold": (0, 1, 0, 0),
    "release": (0, -1, 0, 0),
    "spend": (0, -1, 1, 0),
    "expire": (0, 0, 0, 1),
    "forfeit": (0, 0, 0, 1),
    "waive": (0, 0, 0, 0),
    "adjust_up": (1, 0, 0, 0),
    "adjust_down": (-1, 0, 0, 0),
}
# A spent minute that is given back is free at once; the rest is the move turned round.
UNDONE = {
    "spend": (0, 0, -1, 0),
    "forfeit": (0, 0, 0, -1),
    "credit": (-1, 0, 0, 0),
    "adjust_up": (-1, 0, 0, 0),
    "adjust_down": (1, 0, 0, 0),
}

_cards, _entries, _lots = (
    cast(Table, model.__table__).c for model in (PunchCard, PunchEntry, PunchLot)
)
_pledges, _tasks = (cast(Table, model.__table__).c for model in (TripPledge, CardTask))
_undone = cast(Table, PunchEntry.__table__).alias("undone")


class Row(NamedTuple):
    """An entry as it is stored, with the kind of the one it reverses, and its lot."""

    id: UUID
    seq: int
    kind: str
    minutes: int
    trip: UUID | None
    effective_on: date
    recorded_at: datetime
    previous: str
    hash: str
    reverses: UUID | None
    undoes: str | None
    source: str | None
    day: date | None

    @property
    def lot(self) -> tuple[str, date]:
        """Return what names the lot to the plain card."""
        assert self.source is not None
        assert self.day is not None
        return self.source, self.day


_ROWS = (
    select(
        _entries.id,
        _entries.seq,
        _entries.kind,
        _entries.minutes,
        _entries.trip_id,
        _entries.effective_on,
        _entries.recorded_at,
        _entries.previous,
        _entries.hash,
        _entries.reverses_id,
        _undone.c.kind,
        _lots.source,
        _lots.credited_on,
    )
    .select_from(PunchEntry.__table__)
    .join(
        PunchLot.__table__,
        (_lots.municipality_id == _entries.municipality_id) & (_lots.id == _entries.lot_id),
        isouter=True,
    )
    .join(
        _undone,
        (_undone.c.municipality_id == _entries.municipality_id)
        & (_undone.c.id == _entries.reverses_id),
        isouter=True,
    )
    .where(
        _entries.municipality_id == HOME,
        _entries.card_id == bindparam("card"),
        _entries.seq > bindparam("since"),
    )
    .order_by(_entries.seq)
)


def _of_card(columns: ColumnCollection[Any, Any], *wanted: Column[Any]) -> Select[*tuple[Any, ...]]:
    return select(*wanted).where(
        columns.municipality_id == HOME, columns.card_id == bindparam("card")
    )


_HEAD = select(_cards.closed_on, _cards.advanced_through, _cards.head).where(
    _cards.municipality_id == HOME, _cards.id == bindparam("card")
)
_LOTS = _of_card(
    _lots, _lots.source, _lots.credited_on, _lots.granted, _lots.held, _lots.used, _lots.expired
)
_PLEDGES = _of_card(_pledges, _pledges.trip_id, _pledges.minutes, _pledges.on_day)
_REVIEWS = _of_card(_tasks, _tasks.subject).where(_tasks.kind == "review", _tasks.rule == "pledge")


def _read(statement: Select[*tuple[Any, ...]], **values: Any) -> Iterable[Found[*tuple[Any, ...]]]:
    return db.session.connection().execute(statement, values)


def everything(card_id: UUID) -> tuple[Any, ...]:
    """Return all that is stored of a card."""
    [head] = _read(_HEAD, card=card_id)
    return (*head, entries_of(card_id), lots_of(card_id), pledges_of(card_id))


def entries_of(card_id: UUID, since: int = 0) -> list[Row]:
    """Return a card's entries after number `since`, in the order of writing."""
    return [Row(*row) for row in _read(_ROWS, card=card_id, since=since)]


def lots_of(card_id: UUID) -> Totals:
    """Return granted, held, used and expired minutes by lot, open or used up."""
    rows = _read(_LOTS, card=card_id)
    return {(source, day): tuple(said) for source, day, *said in rows}


def pledges_of(card_id: UUID) -> dict[UUID, tuple[int, date]]:
    """Return what trips still lack, and their days."""
    return {trip: (minutes, on) for trip, minutes, on in _read(_PLEDGES, card=card_id)}


def reviews_of(card_id: UUID) -> set[UUID]:
    """Return the trips whose promise is somebody's task."""
    return {UUID(subject) for (subject,) in _read(_REVIEWS, card=card_id)}


def add_up(sums: Totals, rows: list[Row]) -> None:
    """Add to the sums, lot by lot, what more entries say."""
    for row in rows:
        if row.source is not None:
            moves = UNDONE[row.undoes] if row.undoes else MOVES[row.kind]
            after = zip(sums.get(row.lot, (0, 0, 0, 0)), moves, strict=True)
            sums[row.lot] = tuple(total + sign * row.minutes for total, sign in after)


def assert_chained(rows: list[Row]) -> None:
    """Each entry names the one before it, and none is missing."""
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous for row in rows] == ["", *(row.hash for row in rows)][:-1]
