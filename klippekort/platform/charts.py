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
    """A figure by month or by quarter, with its caption and the top of its scale."""

    caption: str
    rows: list[Row]
    largest: int
    largest_words: str
    heading: str
