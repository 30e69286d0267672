"""The record of the house: copies taken, municipalities exported, put here and deleted.

It belongs to no municipality, and outlives those it tells of. Each line holds the hash of the one
before it.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Integer, String, Table, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.domain.calendar import stamp
from klippekort.platform.db import Json, Model, UTCDateTime, db
from klippekort.platform.ids import new_id


class HouseEvent(Model):
    """One line: `kind` is backup, restored, exported, imported or deleted."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column("happened_at", UTCDateTime)
    by: Mapped[str] = mapped_column("done_by", String(120))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (UniqueConstraint("seq"),)


events = cast(Table, HouseEvent.__table__)


def note(kind: str, by: str, details: dict[str, Any], now: datetime) -> None:
    """Add a line to the transaction at hand; to be run by `execute`."""
    connection = db.session.connection()
    connection.execute(insert(events), noted(connection, kind, by, details, now))


def noted(
    connection: Connection, kind: str, by: str, details: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Return the next line as the columns of its row. Two at once are told apart by their `seq`."""
    last = connection.execute(
        select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)
    ).first()
    seq, before = (last.seq + 1, last.hash) if last else (1, "")
    row = {
        "id": new_id(),
        "seq": seq,
        "kind": kind,
        "happened_at": now,
        "done_by": by[:120],
        "details": json.loads(json.dumps(details, default=str)),
    }
    return {**row, "hash": _hash(before, row)}


def latest(kind: str) -> datetime | None:
    """Return when something of this kind was last done, or None."""
    found = select(HouseEvent.at).where(HouseEvent.kind == kind)
    return db.session.scalars(found.order_by(HouseEvent.seq.desc()).limit(1)).first()


def list_events(kind: str) -> Sequence[HouseEvent]:
    """Return the lines of one kind, oldest first."""
    return db.session.scalars(
        select(HouseEvent).filter_by(kind=kind).order_by(HouseEvent.seq)
    ).all()


def first_broken_line() -> int | None:
    """Return the number of the first line that no longer fits its place, or None."""
    before = ""
    for expected, row in enumerate(
        db.session.scalars(select(HouseEvent).order_by(HouseEvent.seq)), 1
    ):
        said = {
            "id": row.id,
            "seq": row.seq,
            "kind": row.kind,
            "happened_at": row.at,
            "done_by": row.by,
            "details": row.details,
        }
        if row.seq != expected or row.hash != _hash(before, said):
            return expected
        before = row.hash
    return None


def _hash(before: str, row: dict[str, Any]) -> str:
    said = [
        before,
        str(row["id"]),
        row["seq"],
        row["kind"],
        stamp(row["happened_at"]),
        row["done_by"],
        row["details"],
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
