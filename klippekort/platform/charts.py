"""Figures as they are drawn on the server, each with a table beside it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of a table: its name, its amount (None is kept back) and the amount in words."""

    name: str
    amount: int | None
    words: str


@dataclass(frozen=True)
class Chart:
    """A figure by month or by quarter, with its caption and the top of its scale.

    `largest` is the highest that is shown, 0 where none is; `kept_back` says in words how much is
    not shown, and why.
    """

    caption: str
    rows: list[Row]
    largest: int
    largest_words: str
    heading: str
    kept_back: str = ""

    @property
    def hidden(self) -> int:
        """How many amounts are kept back."""
        return sum(row.amount is None for row in self.rows)
