"""Tables for spreadsheets: CSV as Excel reads it, in which no cell is ever taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

Cell = str | int
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as UTF-8 with a mark, semicolons between cells.

    Text that would be read as a formula gets an apostrophe before it; numbers stay numbers.
    """
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_plain(cell) for cell in row] for row in (header, *rows))
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell
