"""Reading what a proof asks of a card: every value as it is stored, for a million of them are read.

Ids come as text, with or without their dashes; days and instants as the database's driver gives
them. Nothing is turned into values that a proof would only turn back into text.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Integer, String, Table, Text, bindparam, select, type_coerce
from sqlalchemy import cast as sql_cast

from klippekort.platform.tenancy import OwnRows, own
from klippekort.punchcards.models import PunchEntry, PunchLot
from klippekort.punchcards.queries.history import kinds_of

_BATCH = 1000
_entries = cast(Table, PunchEntry.__table__)
_lots = cast(Table, PunchLot.__table__)


class RawEntry(NamedTuple):
    """All that an entry of a card says, as it is stored."""

    seq: int
    lot_id: str | None
    kind: str
    minutes: int
    trip_id: str | None
    reverses_id: str | None
    effective_on: str | date
    recorded_at: str | datetime
    reason_code: str
    actor_id: str | None
    previous: str
    hash: str


class RawLot(NamedTuple):
    """What a lot says, and its totals, as they are stored."""

    id: str
    source: str
    period: str
    credited_on: str | date
    expires_on: str | date | None
    expiry_rule: str | None
    granted: int
    held: int
    used: int
    expired: int


_ENTRIES = OwnRows(
    select(
        _entries.c.seq,
        sql_cast(_entries.c.lot_id, Text),
        _entries.c.kind,
        _entries.c.minutes,
        sql_cast(_entries.c.trip_id, Text),
        sql_cast(_entries.c.reverses_id, Text),
        type_coerce(_entries.c.effective_on, String),
        type_coerce(_entries.c.recorded_at, String),
        _entries.c.reason_code,
        sql_cast(_entries.c.actor_id, Text),
        _entries.c.previous,
        _entries.c.hash,
    )
    .where(own(_entries), _entries.c.card_id == bindparam("card"))
    .where(_entries.c.seq > bindparam("after"))
    .order_by(_entries.c.seq)
    .limit(bindparam("most", type_=Integer))
)
_LOTS = OwnRows(
    select(
        sql_cast(_lots.c.id, Text),
        _lots.c.source,
        _lots.c.period,
        type_coerce(_lots.c.credited_on, String),
        type_coerce(_lots.c.expires_on, String),
        _lots.c.expiry_rule,
        _lots.c.granted,
        _lots.c.held,
        _lots.c.used,
        _lots.c.expired,
    )
    .where(own(_lots), _lots.c.card_id == bindparam("card"), _lots.c.id > bindparam("after"))
    .order_by(_lots.c.id)
    .limit(bindparam("most", type_=Integer))
)


def entries_of(card_id: UUID) -> Iterator[tuple[RawEntry, str | None]]:
    """Return every entry of a card in order, with the kind of the entry it counters.

    They are read a batch at a time, fresh from the database.
    """
    last = 0
    while True:
        rows = _ENTRIES.rows(card=card_id, after=last, most=_BATCH)
        batch = [RawEntry._make(row) for row in rows]
        kinds = kinds_of({UUID(row.reverses_id) for row in batch if row.reverses_id})
        for row in batch:
            yield row, kinds.get(UUID(row.reverses_id)) if row.reverses_id else None
        if len(batch) < _BATCH:
            return
        last = batch[-1].seq


def lots_of(card_id: UUID) -> Iterator[RawLot]:
    """Return every lot of a card, open or used up, read a batch at a time."""
    last = UUID(int=0)
    while True:
        rows = _LOTS.rows(card=card_id, after=last, most=_BATCH)
        batch = [RawLot._make(row) for row in rows]
        yield from batch
        if len(batch) < _BATCH:
            return
        last = UUID(batch[-1].id)
