"""A file of any supported form as records by column name, one at a time in constant memory."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from klippekort.imports.reading import delimited, workbook
from klippekort.imports.reading.faults import Code, Fault, shown
from klippekort.imports.reading.layout import Column, header_key

MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 200
MOST_ROWS = 100_000
MOST_BLANK = 1_100_000  # more than a sheet has rows: a format may have been put on all of them
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
# Letters nobody sees: joiners, direction marks, soft hyphens. Spreadsheets leave them in numbers.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# How æ, ø, å, é, ö, ä and ü look when UTF-8 was once read as Windows-1252.
_GARBLED = re.compile("Ã[¦¥©¤¶¼†…\u00b8\u02dc\u2013\u0085\u0086\u0098]")
_BLANKS = re.compile("[\t\r\n]")
Line = tuple[int, list[str] | None]


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file: its number as a spreadsheet counts, and its cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file opened for reading. `encoding` is a guess, worth showing before anything is stored."""

    encoding: str
    entries: Iterator[Record | Fault]


def open_table(source: bytes | Path, columns: Sequence[Column]) -> Table:
    """Return the records and faults of a file, read as they are asked for.

    No content raises; a path that can't be read raises OSError.
    """
    data = _load(source)
    if len(data) > MOST_BYTES:
        return _refused(Code.FILE_TOO_LARGE)
    if data.startswith(_OLD_WORKBOOK):
        return _refused(Code.OLD_WORKBOOK)
    header = _Header(columns)
    if data.startswith(_ZIP):
        return Table("xlsx", _workbook_entries(data, header))
    encoding = delimited.encoding_of(data)
    entries = _entries(delimited.records(data, encoding, header.count_known), header, ragged=True)
    return Table({"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(encoding, encoding), entries)


def _load(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    with source.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _refused(code: Code) -> Table:
    return Table("", iter([Fault(0, None, code)]))


class _Header:
    """The first filled row: which place holds which column."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._by_key = {key: column for column in columns for key in column.keys}
        self.places: list[Column | None] = []
        self._unnamed: frozenset[int] = frozenset()

    def count_known(self, cells: list[str]) -> int:
        """Return how many cells are headers of this kind of file."""
        return len({key for cell in cells if (key := header_key(cell)) in self._by_key})

    def read(self, number: int, cells: list[str]) -> tuple[list[Fault], bool]:
        """Return the header's faults, and whether rows can be read in spite of them."""
        if len(cells) > MOST_COLUMNS:
            return [Fault(number, None, Code.TOO_MANY_COLUMNS, "", str(MOST_COLUMNS))], False
        self.places = [self._by_key.get(header_key(cell)) for cell in cells]
        self._unnamed = frozenset(at for at, cell in enumerate(cells) if not cell.strip())
        unknown = [
            Fault(number, shown(text), Code.UNKNOWN_COLUMN, shown(text))
            for place, cell in zip(self.places, cells, strict=True)
            if place is None and (text := " ".join(cell.split()))
        ]
        found = [place for place in self.places if place is not None]
        twice = dict.fromkeys(column for column in found if found.count(column) > 1)
        missing = [column for column in self._columns if column.required and column not in found]
        fatal = [Fault(number, column.header, Code.DUPLICATE_COLUMN) for column in twice]
        fatal += [Fault(number, column.header, Code.MISSING_COLUMN) for column in missing]
        return unknown + fatal, not fatal

    def record(self, number: int, cells: list[str], *, ragged: bool) -> Record | list[Fault]:
        """Return the row by column name, or why it can't be told which cell is which."""
        width = len(self.places)
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) > width:
            return [Fault(number, None, Code.TOO_MANY_CELLS, str(len(cells)), str(width))]
        if ragged and len(cells) < width:
            return [Fault(number, None, Code.TOO_FEW_CELLS, str(len(cells)), str(width))]
        faults: list[Fault] = []
        values: dict[str, str] = {}
        for at, cell in enumerate(cells):
            column = self.places[at]
            text, code = _clean(cell)
            if code is not None:
                faults.append(Fault(number, column.header if column else None, code, shown(text)))
            elif column is not None:
                values[column.name] = text
            elif text and at in self._unnamed:
                faults.append(Fault(number, None, Code.UNNAMED_COLUMN, shown(text), str(at + 1)))
        return faults or Record(number, values)


def _clean(cell: str) -> tuple[str, Code | None]:
    """Return a cell in composed letters without blanks around it, and what is wrong with it."""
    if cell.isascii() and cell.isprintable():
        return cell.strip(), None
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", cell)).strip()
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    if "\0" in cell:
        return visible, Code.NUL_CHARACTER
    if "\ufffd" in text:
        return visible, Code.UNREADABLE_CHARACTER
    if _GARBLED.search(text):
        return visible, Code.GARBLED_LETTERS
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in _BLANKS.sub("", text)):
        return visible, Code.CONTROL_CHARACTER
    return text, None


def _workbook_entries(data: bytes, header: _Header) -> Iterator[Record | Fault]:
    """Read the first sheet that begins with a header we know; else say what the first one lacks."""
    first: workbook.Row | None = None
    try:
        for sheet in workbook.sheets(data):
            top = next(sheet)
            first = first or top
            if header.count_known(top[1]):
                yield from _entries(chain([top], sheet), header, ragged=False)
                return
        yield from _entries(iter([first] if first else []), header, ragged=False)
    except workbook.UnreadableWorkbook as refusal:
        yield Fault(0, None, refusal.code)


def _entries(lines: Iterator[Line], header: _Header, *, ragged: bool) -> Iterator[Record | Fault]:
    try:
        yield from _read(lines, header, ragged=ragged)
    except delimited.LineTooLong as refusal:
        yield Fault(refusal.number, None, Code.LINE_TOO_LONG)
    except _TooManyBlank:
        yield Fault(0, None, Code.TOO_MANY_ROWS, "", str(MOST_ROWS))


def _read(lines: Iterator[Line], header: _Header, *, ragged: bool) -> Iterator[Record | Fault]:
    filled = _filled(lines)
    number, cells = next(filled, (0, []))
    if cells is None:
        yield Fault(number, None, Code.BROKEN_QUOTES)
        return
    if not cells:
        yield Fault(0, None, Code.EMPTY_FILE)
        return
    faults, readable = header.read(number, cells)
    yield from faults
    if readable:
        yield from _read_rows(filled, header, ragged=ragged)


class _TooManyBlank(Exception):
    """There are more empty lines than anybody's file has."""


def _filled(lines: Iterator[Line]) -> Iterator[Line]:
    """Leave out the empty lines. Raises _TooManyBlank."""
    blank = 0
    for line in lines:
        if line[1] is None or any(cell.strip() for cell in line[1]):
            yield line
        elif (blank := blank + 1) > MOST_BLANK:
            raise _TooManyBlank


def _read_rows(lines: Iterator[Line], header: _Header, *, ragged: bool) -> Iterator[Record | Fault]:
    count = 0
    for count, (number, cells) in enumerate(lines, 1):
        if count > MOST_ROWS:
            yield Fault(number, None, Code.TOO_MANY_ROWS, "", str(MOST_ROWS))
            return
        if cells is None:
            yield Fault(number, None, Code.BROKEN_QUOTES)
            continue
        record = header.record(number, cells, ragged=ragged)
        if isinstance(record, Record):
            yield record
        else:
            yield from record
    if not count:
        yield Fault(0, None, Code.NO_ROWS)
