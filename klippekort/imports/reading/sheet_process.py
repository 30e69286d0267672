"""Reads a workbook in a process of its own and writes its filled rows as JSON lines.

A small workbook may ask for half a terabyte (one cell in the last corner), and the reader then
aborts its whole process. So it runs here, with little memory and little time, on the bytes from
standard input, and never inside the web server.
"""

import json
import resource
import signal
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineWorkbook

MEMORY = 640 * 1024 * 1024
SECONDS = 60
Value = int | float | str | bool | date | datetime | time | timedelta


def as_text(value: Value) -> str:
    """Return a cell the way a Dane would have typed it: 612,5, 19-10-2026, 07:30, ja."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, int | float):
        # Fifteen digits is what a spreadsheet itself keeps.
        number = Decimal(format(value, ".15g"))
        return format(number, "f").replace(".", ",")
    if isinstance(value, datetime):
        clock = "" if value.time() == time() else value.strftime(" %H:%M")
        return f"{value:%d-%m-%Y}{clock}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        whole = int(value.total_seconds() // 60)
        return f"{whole // 60}:{whole % 60:02d}"
    return value


def write_rows(data: bytes) -> None:
    """Write [sheet, row number, cells] for every row with something in it."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    for sheet in range(len(workbook.sheet_names)):
        for number, row in enumerate(workbook.get_sheet_by_index(sheet).iter_rows(), 1):
            cells = [as_text(value) for value in row]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                sys.stdout.write(json.dumps([sheet, number, cells]) + "\n")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(SECONDS)
    write_rows(sys.stdin.buffer.read())
