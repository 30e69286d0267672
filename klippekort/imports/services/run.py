"""What every kind of import shares: who and when, the counts, the faults, and small batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Actor
from klippekort.imports.reading.faults import Code, Fault, shown
from klippekort.imports.reading.rows import MOST_FAULTS, Numbered
from klippekort.platform.db import db

R = TypeVar("R")
Outcome = Literal["new", "changed", "unchanged"]
BATCH = 500


@dataclass
class Counts:
    """How many rows were new, changed, or there already just so."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one more row."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    @property
    def rows(self) -> int:
        """Return how many rows were counted."""
        return sum(getattr(self, each.name) for each in fields(self))


@dataclass
class ImportRefused(DomainError):
    """The file can't be stored as it is; `faults` are all the reasons. Nothing has changed."""

    faults: list[Fault]


@dataclass
class DryRun(DomainError):
    """Raised at the end of a trial, so that its transaction is thrown away."""

    counts: Counts


@dataclass
class Run:
    """One import under way."""

    actor: Actor
    now: datetime
    headers: dict[str, str]
    progress: Callable[[int], None] | None = None
    counts: Counts = field(default_factory=Counts)
    faults: list[Fault] = field(default_factory=list)
    citizens: set[UUID] = field(default_factory=set)

    @property
    def today(self) -> date:
        """Return the Danish day of the import."""
        return local_day(self.now)

    def refuse(self, number: int, column: str, code: Code, value: str, detail: str = "") -> None:
        """Note that a row can't be stored; `column` is its name, not its header."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(number, self.headers[column], code, shown(value), detail))
        elif len(self.faults) == MOST_FAULTS:
            self.faults.append(Fault(0, None, Code.TOO_MANY_FAULTS, "", str(MOST_FAULTS)))

    def batches(self, rows: Sequence[Numbered[R]]) -> Iterator[Sequence[Numbered[R]]]:
        """Yield the rows in batches, and write and forget each before the next one is handed out.

        Without the forgetting, twenty thousand rows would not fit in the memory we promise.
        """
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            yield batch
            db.session.flush()
            db.session.expunge_all()
            _plan_anew()
            if self.progress is not None:
                self.progress(start + len(batch))


def _plan_anew() -> None:
    """Let PostgreSQL forget the plans it made while the tables were smaller.

    A plan for the keys of an empty table walks the whole of a full one; planning every statement
    anew would cost more than it saves.
    """
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("discard plans")


def change(row: object, facts: dict[str, Any]) -> Outcome:
    """Store those facts that differ from what a row holds, and say whether any did."""
    differing = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return "changed" if differing else "unchanged"
