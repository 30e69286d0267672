"""What a kind of file looks like, and one row of it on its way to a typed record."""

import unicodedata
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from klippekort.imports.reading.faults import CellFault, Code, Fault, shown

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Column:
    """A column by its Danish header. A required column must be there and filled in every row."""

    name: str
    header: str
    aliases: tuple[str, ...] = ()
    required: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Return every header this column answers to, as `header_key` writes them."""
        return frozenset(map(header_key, (self.name, self.header, *self.aliases)))


def header_key(header: str) -> str:
    """Return a header without what people vary: case, spaces, dots and dashes."""
    folded = unicodedata.normalize("NFC", header).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


class Cells:
    """The cells of one row by column name; collects every fault, so that a row is mended once."""

    def __init__(self, number: int, values: Mapping[str, str], headers: Mapping[str, str]) -> None:
        self.number = number
        self.faults: list[Fault] = []
        self._values = values
        self._headers = headers

    def required(self, name: str, reader: Callable[[str], T | CellFault]) -> T:
        """Return the cell as `reader` reads it; an empty cell is a fault.

        After a fault the result is a stand-in: a row with `faults` is thrown away.
        """
        value = self.optional(name, reader)
        if value is None and not self._values.get(name):
            self.refuse(name, Code.MISSING_VALUE)
        return cast(T, value)

    def optional(self, name: str, reader: Callable[[str], T | CellFault]) -> T | None:
        """Return the cell as `reader` reads it, or None when it is empty, absent or at fault."""
        text = self._values.get(name, "")
        if not text:
            return None
        value = reader(text)
        if isinstance(value, CellFault):
            self.refuse(name, value.code, value.detail)
            return None
        return value

    def has(self, name: str) -> bool:
        """Say whether the file has that column at all, filled in or not."""
        return name in self._values

    def is_filled(self, name: str) -> bool:
        """Say whether there is anything in the cell."""
        return bool(self._values.get(name))

    def refuse(self, name: str, code: Code, detail: str = "") -> None:
        """Note that the cell called `name` is at fault."""
        value = shown(self._values.get(name, ""))
        self.faults.append(Fault(self.number, self._headers[name], code, value, detail))


@dataclass(frozen=True)
class Unique(Generic[R]):
    """What no two rows of a file may share; `column` is where the fault is shown.

    A row whose key is None shares nothing with any other.
    """

    column: str
    key: Callable[[R], Hashable]


@dataclass(frozen=True)
class Layout(Generic[R]):
    """One kind of file: its columns, how a row is read, and what must be unique in it."""

    columns: tuple[Column, ...]
    read_row: Callable[[Cells], R]
    unique: tuple[Unique[R], ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """Return the Danish header of each column name."""
        return {column.name: column.header for column in self.columns}
