"""The chain of a ledger under another number: an entry's hash names the municipality it is of."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from klippekort.operations.moving.package import NotAnExport
from klippekort.platform.db import db
from klippekort.punchcards.services.ledger import NewEntry, chain_hash

_FIELDS = tuple(NewEntry.__dataclass_fields__)


def chained(rows: Iterable[dict[str, Any]], before: int) -> Iterator[dict[str, Any]]:
    """Give each card's entries, in their order, with the hashes they have under the new number.

    Each is proved under its number from `before` first. Raises NotAnExport.
    """
    card: UUID | None = None
    head = old_head = ""
    for row in rows:
        if row["card_id"] != card:
            card, head, old_head = row["card_id"], "", ""
        entry = NewEntry(**{name: row[name] for name in _FIELDS})
        entry.municipality_id = before
        if row["previous"] != old_head or row["hash"] != chain_hash(entry):
            raise NotAnExport(f"Entry {row['seq']} of card {card} does not prove.")
        old_head = row["hash"]
        row["previous"] = head
        head = row["hash"] = chain_hash(NewEntry(**{name: row[name] for name in _FIELDS}))
        yield row


def move_heads(connection: Connection, number: int) -> None:
    """Let each card's head be its last entry's hash."""
    cards, entries = db.metadata.tables["punch_card"], db.metadata.tables["punch_entry"]
    last = (
        select(entries.c.hash)
        .where(
            entries.c.municipality_id == cards.c.municipality_id,
            entries.c.card_id == cards.c.id,
            entries.c.seq == cards.c.seq,
        )
        .scalar_subquery()
    )
    connection.execute(
        update(cards)
        .where(cards.c.municipality_id == number)
        .values(head=func.coalesce(last, cards.c.head))
    )
