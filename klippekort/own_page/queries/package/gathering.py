"""Gathering all that is kept about one citizen, as plain values: no secrets, no staff by name."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.unsealing import unseal
from klippekort.own_page.queries.package.contents import (
    CHAPTERS,
    HIDDEN,
    HIDDEN_ENDINGS,
    SEALED,
    Part,
)
from klippekort.platform.db import Model, db
from klippekort.platform.keys import Place, keys

MOST_AT_ONCE = 500
_MESSAGES = ("message_delivery", "message_event")
_STAFF_IN_DETAILS = frozenset(
    {"helpers", "helper", "escort", "by", "said_to", "account", "citizen", "citizens"}
)


@dataclass(frozen=True)
class Section:
    """The rows of one table, each as names and plain values, in the order they were written."""

    table: str
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Package:
    """All that is kept about one citizen, by chapter; what is empty is left out."""

    citizen_id: UUID
    made_at: datetime
    chapters: dict[str, tuple[Section, ...]]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON, for a machine to read."""
        return {
            "made_at": self.made_at.isoformat(),
            "chapters": {
                name: {one.table: list(one.rows) for one in sections}
                for name, sections in self.chapters.items()
            },
        }


def gather(citizen_id: UUID, *, now: datetime, only: str | None = None) -> Package:
    """Return all that is kept about a citizen, or `only` one chapter of it. Raises NotFound."""
    citizen = get_citizen(citizen_id)
    known: dict[str, list[Any]] = {"citizen.id": [citizen_id]}
    chapters: dict[str, tuple[Section, ...]] = {}
    for name, parts in CHAPTERS.items():
        if only not in (None, name):
            continue
        sections = [_section(citizen, part, known) for part in parts]
        if found := _together(sections):
            chapters[name] = found
    return Package(citizen_id, now, chapters)


def _together(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return what is not empty, each table once."""
    rows: dict[str, tuple[dict[str, Any], ...]] = {}
    for one in sections:
        if one.rows:
            rows[one.table] = rows.get(one.table, ()) + one.rows
    return tuple(Section(table, found) for table, found in rows.items())


def _section(citizen: Citizen, part: Part, known: dict[str, list[Any]]) -> Section:
    rows = _rows(part, known.get(part.of, []))
    if rows:
        for name in rows[0]:
            values = [row[name] for row in rows]
            known[f"{part.table}.{name}"] = [one for one in values if isinstance(one, UUID)]
    plain = (_plain(citizen, part.table, row) for row in rows)
    return Section(part.table, tuple(row for row in plain if row))


def models() -> dict[str, Any]:
    """Return every table of the program by name, as the class its rows are read as."""
    return {cast(Table, one.local_table).name: one for one in Model.registry.mappers}


def _rows(part: Part, values: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rows that are about her by column, in the order they were made."""
    found: list[dict[str, Any]] = []
    wanted = list(dict.fromkeys(values))
    if not wanted:
        return found
    mapper = models()[part.table]
    names = {column.name: mapper.get_property_by_column(column).key for column in mapper.columns}
    by, first = (getattr(mapper.class_, names[one]) for one in (part.by, "id"))
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = wanted[start : start + MOST_AT_ONCE]
        asked = select(mapper.class_).where(by.in_(some)).order_by(first)
        found += [
            {column: getattr(row, name) for column, name in names.items()}
            for row in db.session.scalars(asked)
        ]
    return found


def is_hidden(column: str) -> bool:
    """Say whether a column is never handed out."""
    return column in HIDDEN or column.endswith(HIDDEN_ENDINGS)


def _plain(citizen: Citizen, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return what a row says of her: sealed words are opened, ids and what is empty left out."""
    said: dict[str, Any] = {}
    for column, value in row.items():
        if value is None or isinstance(value, UUID) or is_hidden(column):
            continue
        stored = _opened(citizen, table, column, row) if isinstance(value, bytes) else value
        plain = plain_value(stored)
        if plain not in (None, "", [], {}):
            said[_name(column)] = plain
    return said


def _name(column: str) -> str:
    return column.removesuffix("_encrypted").removesuffix("_sealed")


def _opened(citizen: Citizen, table: str, column: str, row: dict[str, Any]) -> str | None:
    sealed: bytes = row[column]
    if table == "feedback":
        place = Place(row["municipality_id"], row["id"], _name(column))
        owner = Place(row["municipality_id"], row["id"], "key")
        return keys().decrypt(row["wrapped_key"], owner, sealed, place)
    if table in _MESSAGES:
        column = "reply" if table == "message_event" else "text"
        said = keys().unseal_secret(sealed, Place(row["municipality_id"], row["id"], column))
        return str(json.loads(said)["text"]) if table == "message_event" else said
    bound = SEALED.get((table, column))
    return unseal(citizen, row["id"], bound, sealed) if bound is not None else None


def plain_value(value: Any) -> Any:
    """Return a value as JSON holds it; ids, and who of the staff did something, fall away."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return float(value)
        case dict():
            kept = {
                name: plain_value(one)
                for name, one in cast("dict[str, Any]", value).items()
                if name not in _STAFF_IN_DETAILS
            }
            return {name: one for name, one in kept.items() if one not in (None, "", [], {})}
        case list() | tuple():
            return [plain_value(one) for one in _not_ids(value)]
        case str() if _is_id(value):
            return None
    return value


def _not_ids(values: Iterable[Any]) -> list[Any]:
    return [one for one in values if not (isinstance(one, str) and _is_id(one))]


def _is_id(text: str) -> bool:
    try:
        return len(text) == 36 and bool(UUID(text))
    except ValueError:
        return False
