"""Text files with a delimiter: their letters, their delimiter, and where a record begins."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper

LONGEST_LINE = 1_000_000
DELIMITERS = (";", ",", "\t")
_CHUNK = 1 << 16
_DELIMITER_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
Record = tuple[int, list[str] | None]


class LineTooLong(ValueError):
    """A line was longer than any row can be; `number` is the line."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def encoding_of(data: bytes) -> str:
    """Return utf-16, utf-8-sig or cp1252: by its mark, by validity, else what Windows wrote."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def records(
    data: bytes, encoding: str, count_known: Callable[[list[str]], int]
) -> Iterator[Record]:
    """Yield (line the record begins on, cells), None for cells when its quotes are broken.

    The first line chooses the delimiter: the one by which `count_known` knows most headers.
    Bytes that are no letters become U+FFFD. Raises LineTooLong.
    """
    lines = _lines(data, encoding)
    first = next(lines, "")
    skipped = 0
    if named := _DELIMITER_LINE.fullmatch(first):
        delimiter, skipped = named[1], 1
    else:
        lines = _with_first(first, lines)
        delimiter = _sniff(first, count_known)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1 + skipped
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None


def _with_first(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    with TextIOWrapper(BytesIO(data), encoding, errors="replace", newline="") as stream:
        number = 0
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise LineTooLong(number)
            yield line


def _sniff(line: str, count_known: Callable[[list[str]], int]) -> str:
    def known(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return count_known(cells), len(cells)

    return max(DELIMITERS, key=known)
