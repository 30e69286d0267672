"""What may be shown of a file: rows to look over and faults, without whole person numbers and
without where anybody lives on the map.
"""

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import Any

from klippekort.domain.calendar import local
from klippekort.domain.travel import Point
from klippekort.imports.reading.citizens import CitizenRow
from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.rows import LAYOUTS, Kind, Numbered

MASK = "••••"
SHOWN_ROWS = 10
# Rows hold instants and days; the file has them under these columns.
_COLUMN_OF = {
    "starts_at": "from",
    "ends_at": "to",
    "starts": "from",
    "ends": "to",
    "on": "date",
    "last_on": "last_date",
    "pause": "break_from",
}
_NOT_SHOWN = frozenset({"tells_pause"})
# Also in other columns: numbers stray into names and notes.
_PERSON_NUMBER = re.compile(r"(\d{6})[-\u2010-\u2015 ]?[0-9A-Za-z]{4}(?![0-9A-Za-z])")


def masked(text: str) -> str:
    """Return `text` with the last four of every person number hidden."""
    return _PERSON_NUMBER.sub(rf"\1-{MASK}", text)


def masked_fault(kind: Kind, fault: Fault) -> Fault:
    """Return a fault that may be shown; in the column of numbers the end is always hidden."""
    headers = LAYOUTS[kind].headers
    header = headers.get("person_number")
    if header is not None and fault.column == header:
        return replace(fault, value=fault.value[:-4] + MASK if fault.value else "")
    if kind is Kind.CITIZENS and fault.column in (headers["latitude"], headers["longitude"]):
        return replace(fault, value=MASK if fault.value else "")
    if fault.code is Code.PERSON_NUMBER_AS_RECORD_ID:
        return replace(fault, value=MASK)
    column = masked(fault.column) if fault.column else fault.column
    return replace(fault, column=column, value=masked(fault.value))


def preview_of(kind: Kind, rows: Sequence[Numbered[Any]]) -> list[list[str]]:
    """Return the first rows as they were understood, in text: first headers, then the rows.

    Each begins with the row's number in the file.
    """
    if not rows:
        return []
    names = [_header(kind, name) for name in _shown_of(rows[0].row)]
    shown = [[str(row.number), *_cells(row.row)] for row in rows[:SHOWN_ROWS]]
    return [["", *names], *shown]


def _shown_of(row: Any) -> list[str]:
    return [each.name for each in fields(row) if each.name not in _NOT_SHOWN]


def _header(kind: Kind, name: str) -> str:
    headers = LAYOUTS[kind].headers
    if name == "point":
        return f"{headers['latitude']}, {headers['longitude']}"
    return headers[_COLUMN_OF.get(name, name)]


def _cells(row: Any) -> list[str]:
    hidden = {"address"} if getattr(row, "has_protected_address", False) else set()
    if isinstance(row, CitizenRow):
        hidden.add("point")
    return [_cell(getattr(row, name), name in hidden) for name in _shown_of(row)]


def _cell(value: Any, is_hidden: bool) -> str:
    return MASK if is_hidden and value is not None else masked(_text(value))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case datetime():
            return f"{local(value):%d-%m-%Y %H:%M}"
        case date():
            return f"{value:%d-%m-%Y}"
        case time():
            return f"{value:%H:%M}"
        case tuple():
            return ", ".join(map(_text, value))
        case Point():
            return f"{value.latitude}, {value.longitude}"
    return str(value)
