"""Fetching data sets: each within the reader's reach, and each on record."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from klippekort.domain.calendar import ONE_DAY, instant
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit
from klippekort.platform.spreadsheet import Cell
from klippekort.reports.queries.exports import DATA_SETS, Span, rows_of


@dataclass(frozen=True)
class Fetched:
    """A data set that was fetched, and whose rows are in it."""

    columns: list[str]
    rows: list[list[Cell]]
    citizens: frozenset[UUID]


def offered(actor: Actor) -> list[str]:
    """Return the data sets a reader may have; a planner gets those of their own citizens."""
    held = actor.role is Role.PLANNER
    volunteers = actor.role is Role.COORDINATOR
    return [
        name
        for name, one in DATA_SETS.items()
        if (one.of_citizens or not held) and (name != "frivilligtimer" or volunteers)
    ]


def fetch(actor: Actor, name: str, from_on: date, until_on: date) -> Fetched:
    """Return a data set's rows of some days, both included, as far as the reader may see.

    Every citizen in it is recorded as seen. Raises Forbidden, and NotFound for a data set the
    reader may not have.
    """
    authorise(actor, Action.EXPORT_DATA)
    if name not in offered(actor):
        raise NotFound
    supplier = actor.supplier_id if actor.role is Role.PLANNER else None
    span = Span(instant(from_on, time()), instant(until_on + ONE_DAY, time()), supplier)
    one, rows = DATA_SETS[name], list(rows_of(name, span))
    who = {UUID(str(row[0])) for row in rows} if one.of_citizens else set()
    audit.record(
        actor,
        Action.EXPORT_DATA,
        "data_set",
        citizens=sorted(who),
        purpose="export",
        name=name,
        from_on=from_on,
        until_on=until_on,
        rows=len(rows),
    )
    return Fetched(list(one.columns), rows, frozenset(who))
