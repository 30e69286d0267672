"""What the database holds of the one card there is: read without the program's own arithmetic."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot, TripPledge

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


def everything(card_id: UUID) -> tuple[Any, ...]:
    """Return all that is stored of the card."""
    found = select(PunchCard).filter_by(id=card_id).execution_options(populate_existing=True)
    card = db.session.scalars(found).one()
    state = (card.closed_on, card.advanced_through, card.head)
    return (*state, entries_of(), lots_of(), pledges_of())


def entries_of() -> list[Row]:
    """Return the entries in the order of writing."""
    undone = aliased(PunchEntry)
    found = (
        select(
            PunchEntry.id,
            PunchEntry.seq,
            PunchEntry.kind,
            PunchEntry.minutes,
            PunchEntry.trip_id,
            PunchEntry.effective_on,
            PunchEntry.recorded_at,
            PunchEntry.previous,
            PunchEntry.hash,
            PunchEntry.reverses_id,
            undone.kind,
            PunchLot.source,
            PunchLot.credited_on,
        )
        .join(PunchLot, PunchLot.id == PunchEntry.lot_id, isouter=True)
        .join(undone, undone.id == PunchEntry.reverses_id, isouter=True)
    )
    return [Row(*tuple(row)) for row in db.session.execute(found.order_by(PunchEntry.seq))]


def lots_of() -> Totals:
    """Return granted, held, used and expired minutes by lot, open or used up."""
    columns = (PunchLot.granted, PunchLot.held, PunchLot.used, PunchLot.expired)
    found = db.session.execute(select(PunchLot.source, PunchLot.credited_on, *columns))
    return {(source, day): tuple(totals) for source, day, *totals in found}


def pledges_of() -> dict[UUID, tuple[int, date]]:
    """Return what trips still lack, and their days."""
    found = select(TripPledge.trip_id, TripPledge.minutes, TripPledge.on)
    return {trip: (minutes, on) for trip, minutes, on in db.session.execute(found)}


def sums_of(rows: list[Row]) -> Totals:
    """Return what the entries add up to, lot by lot."""
    sums: Totals = {}
    for row in rows:
        if row.source is not None:
            moves = UNDONE[row.undoes] if row.undoes else MOVES[row.kind]
            after = zip(sums.get(row.lot, (0, 0, 0, 0)), moves, strict=True)
            sums[row.lot] = tuple(total + sign * row.minutes for total, sign in after)
    return sums


def assert_chained(rows: list[Row]) -> None:
    """Each entry names the one before it, and none is missing."""
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous for row in rows] == ["", *(row.hash for row in rows)][:-1]
