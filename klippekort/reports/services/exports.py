"""Fetching data sets: each within the reader's reach, and each on record."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from klippekort.domain.calendar import ONE_DAY, instant, local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Role, authorise, may
from klippekort.platform import audit
from klippekort.platform.spreadsheet import Cell
from klippekort.reports.queries.exports import DATA_SETS, Span, rows_of
from klippekort.reports.services.figure_rows import COLUMNS, figure_rows


@dataclass(frozen=True)
class Fetched:
    """A data set that was fetched, and whose rows are in it."""

    columns: list[str]
    rows: list[list[Cell]]
    citizens: frozenset[UUID]


FIGURES = "pejlemaerker"
_NEEDED = {
    "opsporing": Action.SEE_OUTREACH,
    "forloeb": Action.SEE_COURSES,
    "frivilligtimer": Action.SEE_HOSTING,
}


def offered(actor: Actor) -> list[str]:
    """Return the data sets a reader may have; a planner gets those of their own citizens."""
    held = actor.role is Role.PLANNER
    return [
        FIGURES,
        *(
            name
            for name, one in DATA_SETS.items()
            if (one.of_citizens or not held) and (name not in _NEEDED or may(actor, _NEEDED[name]))
        ),
    ]


def fetch(actor: Actor, name: str, from_on: date, until_on: date, *, now: datetime) -> Fetched:
    """Return a data set's rows of some days, both included, as far as the reader may see; figures
    are of all the years the days lie in.

    Every citizen in it is recorded as seen. Raises Forbidden, and NotFound for a data set the
    reader may not have.
    """
    authorise(actor, Action.EXPORT_DATA)
    if name not in offered(actor):
        raise NotFound
    if name == FIGURES:
        return _figures(actor, from_on, until_on, now)
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


def _figures(actor: Actor, from_on: date, until_on: date, now: datetime) -> Fetched:
    years = range(from_on.year, min(until_on.year, local_day(now).year) + 1)
    rows = figure_rows(actor, years, now=now)
    audit.record(
        actor,
        Action.EXPORT_DATA,
        "data_set",
        purpose="export",
        name=FIGURES,
        from_on=from_on,
        until_on=until_on,
        rows=len(rows),
    )
    return Fetched(list(COLUMNS), rows, frozenset())
