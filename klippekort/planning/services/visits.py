"""Trips in the roster's own shape, so that routes are planned from them.

They are the week board's trips, told once more, so they live with the planner: above the trips they
read, below the imports that know them again, and where the page and the command both reach them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from klippekort.domain.calendar import local
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, Reach, Scope, authorise, may, scope_of
from klippekort.planning.queries.visits import Visit, list_visits
from klippekort.platform.spreadsheet import as_csv

LONGEST = timedelta(days=366)
KIND = "Klippekort"
# A roster's columns, then what tells our rows from its own; rosters here are in Danish.
HEADER = ("Medarbejdernr", "Dato", "Fra", "Til", "Vagttype", "Klippekort-tur", "Journal-id")


class SpanMakesNoSense(DomainError):
    """The last day is before the first, or more than a year after it."""


@dataclass(frozen=True)
class Export:
    """A file of visits: CSV with a row for each helper and trip, and whom it concerns."""

    data: bytes
    rows: int
    citizens: frozenset[UUID]


def export_visits(actor: Actor, first: date, last: date, supplier_id: UUID | None = None) -> Export:
    """Return the trips planned for the days from `first` to `last`, as the roster writes shifts.

    With a supplier only its helpers' trips; a planner gets the own supplier's, whatever is asked
    for, and the care record ids of that supplier's citizens. There is never a name, an address or a
    person number. Raises Forbidden and SpanMakesNoSense.
    """
    if scope_of(actor.role, Action.EXPORT_VISITS) is Scope.SUPPLIER:
        supplier_id = actor.supplier_id
        authorise(actor, Action.EXPORT_VISITS, Reach(supplier_id))
    authorise(actor, Action.EXPORT_VISITS)
    if not timedelta() <= last - first <= LONGEST:
        raise SpanMakesNoSense
    visits = list_visits(first, last, supplier_id)
    citizens = frozenset(one.citizen_id for visit in visits for one in visit.citizens)
    return Export(as_csv(HEADER, [_row(actor, visit) for visit in visits]), len(visits), citizens)


def _row(actor: Actor, visit: Visit) -> tuple[str, ...]:
    start, end = local(visit.starts_at), local(visit.ends_at)
    refs = [
        one.record_ref
        for one in visit.citizens
        if one.record_ref and may(actor, Action.EXPORT_VISITS, Reach(one.supplier_id))
    ]
    return (
        visit.employee_number,
        f"{start:%d-%m-%Y}",
        f"{start:%H:%M}",
        f"{end:%H:%M}",
        KIND,
        str(visit.trip_id),
        ", ".join(refs),
    )
