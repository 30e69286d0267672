"""Reads a whole file of one kind: typed rows, every fault, and what the rows may not share."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from klippekort.imports.reading import (
    activities,
    cards,
    citizens,
    shifts,
    staff,
    trips,
    volunteers,
)
from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.layout import Cells, Layout, Unique
from klippekort.imports.reading.tables import Record, open_table

R = TypeVar("R")
MOST_FAULTS = 10_000


class Kind(StrEnum):
    """What a file may hold; the values are the words of the command line."""

    CITIZENS = "citizens"
    STAFF = "staff"
    SHIFTS = "shifts"
    CARDS = "cards"
    ACTIVITIES = "activities"
    VOLUNTEERS = "volunteers"
    TRIPS = "trips"


LAYOUTS: dict[Kind, Layout[Any]] = {
    Kind.CITIZENS: citizens.LAYOUT,
    Kind.STAFF: staff.LAYOUT,
    Kind.SHIFTS: shifts.LAYOUT,
    Kind.CARDS: cards.LAYOUT,
    Kind.ACTIVITIES: activities.LAYOUT,
    Kind.VOLUNTEERS: volunteers.LAYOUT,
    Kind.TRIPS: trips.LAYOUT,
}


@dataclass(frozen=True, slots=True)
class Numbered(Generic[R]):
    """A row with its number in the file, for faults that only the database can find."""

    number: int
    row: R


@dataclass(frozen=True)
class Reading(Generic[R]):
    """A file that was read. Only a reading without faults may be stored: all or nothing.

    `encoding` is utf-8, utf-16, windows-1252 or xlsx: a guess to show before storing.
    """

    encoding: str
    rows: list[Numbered[R]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(
    kind: Kind, source: bytes | Path, *, progress: Callable[[int], None] | None = None
) -> Reading[Any]:
    """Return the rows of a file as the kind's row class, and everything wrong with it.

    `progress` is told the number of rows read, now and then. No content raises; a path that can't
    be read raises OSError.
    """
    return read_layout(LAYOUTS[kind], source, progress=progress)


def read_layout(
    layout: Layout[R], source: bytes | Path, *, progress: Callable[[int], None] | None = None
) -> Reading[R]:
    """Do what `read` does for a layout, keeping the type of its rows."""
    table = open_table(source, layout.columns)
    reading: Reading[R] = Reading(table.encoding)
    seen = [_Seen(unique, layout.headers[unique.column]) for unique in layout.unique]
    for entry in _watched(table.entries, progress):
        if isinstance(entry, Fault):
            reading.faults.append(entry)
        else:
            _add(reading, layout, entry, seen)
        if len(reading.faults) >= MOST_FAULTS:
            del reading.faults[MOST_FAULTS:]
            reading.faults.append(Fault(0, None, Code.TOO_MANY_FAULTS, "", str(MOST_FAULTS)))
            break
    return reading


def _watched(
    entries: Iterator[Record | Fault], progress: Callable[[int], None] | None
) -> Iterator[Record | Fault]:
    for count, entry in enumerate(entries, 1):
        if progress is not None and count % 500 == 0:
            progress(count)
        yield entry


def _add(reading: Reading[R], layout: Layout[R], record: Record, seen: "list[_Seen[R]]") -> None:
    cells = Cells(record.number, record.cells, layout.headers)
    row = layout.read_row(cells)
    faults = cells.faults
    if not faults:
        twins = [unique.find(record, row) for unique in seen]
        faults = [twin for twin in twins if twin is not None]
    if faults:
        reading.faults.extend(faults)
    else:
        reading.rows.append(Numbered(record.number, row))


class _Seen(Generic[R]):
    """The rows seen so far by what no two may share."""

    def __init__(self, unique: Unique[R], header: str) -> None:
        self._unique = unique
        self._header = header
        self._first: dict[Hashable, int] = {}

    def find(self, record: Record, row: R) -> Fault | None:
        """Return the fault of a row that repeats an earlier one, naming that row."""
        key = self._unique.key(row)
        if key is None:
            return None
        first = self._first.setdefault(key, record.number)
        if first == record.number:
            return None
        value = record.cells.get(self._unique.column, "")
        return Fault(record.number, self._header, Code.DUPLICATE_ROW, value, str(first))
