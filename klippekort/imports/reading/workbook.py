"""Spreadsheet workbooks: looked at before they are opened, then read in a small process."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path

from klippekort.imports.reading.faults import Code

MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
MOST_PARTS = 1000
_READER = Path(__file__).with_name("sheet_process.py")
# The reader meets hostile bytes, so it gets none of the settings and keys of this process.
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG")
Row = tuple[int, list[str]]


class UnreadableWorkbook(ValueError):
    """The workbook could not be read; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


def check(data: bytes) -> None:
    """Refuse a workbook that is damaged or would unpack to far more than it is.

    Raises UnreadableWorkbook.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableWorkbook(Code.UNREADABLE_WORKBOOK) from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > min(MOST_UNPACKED, MOST_RATIO * len(data)) or len(parts) > MOST_PARTS:
        raise UnreadableWorkbook(Code.WORKBOOK_TOO_LARGE)


def sheets(data: bytes) -> Iterator[Iterator[Row]]:
    """Yield each sheet as its filled rows with their numbers, one row in memory at a time.

    Raises UnreadableWorkbook, possibly after some rows.
    """
    check(data)
    for _sheet, lines in groupby(_lines(data), key=lambda line: line[0]):
        yield ((number, cells) for _, number, cells in lines)


def _lines(data: bytes) -> Iterator[tuple[int, int, list[str]]]:
    """Yield what the reader writes; it reads all before it writes, so neither waits for long."""
    try:
        with _reader() as reader:
            try:
                yield from _heard(reader, data)
            finally:
                reader.kill()
    except BrokenPipeError:
        raise UnreadableWorkbook(Code.UNREADABLE_WORKBOOK) from None


def _reader() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  our own file and interpreter, no shell
        [sys.executable, "-P", str(_READER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )


def _heard(reader: "subprocess.Popen[bytes]", data: bytes) -> Iterator[tuple[int, int, list[str]]]:
    if reader.stdin is None or reader.stdout is None:
        raise UnreadableWorkbook(Code.UNREADABLE_WORKBOOK)
    reader.stdin.write(data)
    reader.stdin.close()
    for line in reader.stdout:
        # A reader that was stopped may leave half a line behind.
        if line.endswith(b"\n"):
            sheet, number, cells = json.loads(line)
            yield sheet, number, cells
    status = reader.wait()
    if status < 0:
        raise UnreadableWorkbook(Code.WORKBOOK_TOO_LARGE)
    if status > 0:
        raise UnreadableWorkbook(Code.UNREADABLE_WORKBOOK)
