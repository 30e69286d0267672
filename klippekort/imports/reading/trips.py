"""Trips made before Klippekort came, for history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from klippekort.domain.shifts import span
from klippekort.imports.reading.cells import (
    choice,
    clock_time,
    danish_date,
    minutes,
    person_number,
    text,
)
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique
from klippekort.imports.reading.ours import COLUMNS as OURS
from klippekort.imports.reading.ours import read_our_trip
from klippekort.imports.reading.shifts import NEVER

Outcome = Literal[
    "completed",
    "broken_off",
    "cancelled_by_citizen",
    "cancelled_by_supplier",
    "cancelled_by_host",
    "cancelled_by_circumstance",
    "no_show",
]

COLUMNS = (
    Column("person_number", "CPR-nummer", ("CPR", "CPR nr", "Personnummer"), required=True),
    Column("date", "Dato", ("Turdato", "Day"), required=True),
    Column("from", "Fra", ("Start", "Starttid", "Starts"), required=True),
    Column("to", "Til", ("Slut", "Sluttid", "Ends"), required=True),
    Column("activity", "Aktivitet", ("Formål",)),
    Column("employee_number", "Medarbejdernr", ("Medarbejdernummer", "Tjenestenr")),
    Column("outcome", "Resultat", ("Udfald", "Status"), required=True),
    Column("minutes", "Minutter", ("Forbrugte minutter",), required=True),
    *OURS,
)
OUTCOMES: dict[str, Outcome] = {
    "gennemført": "completed",
    "afbrudt": "broken_off",
    "afbud": "cancelled_by_citizen",
    "aflyst af leverandør": "cancelled_by_supplier",
    "aflyst af vært": "cancelled_by_host",
    "aflyst på grund af vejr eller smitte": "cancelled_by_circumstance",
    "udeblevet": "no_show",
    "udeblivelse": "no_show",
    "completed": "completed",
    "broken off": "broken_off",
    "no-show": "no_show",
}
_OUTCOME = choice(OUTCOMES)


@dataclass(frozen=True, slots=True)
class TripRow:
    """A past trip between two aware UTC instants; `minutes` is what the card was charged.

    A row with `our_trip` is one that Klippekort itself sent out, and knows already.
    """

    person_number: str
    starts_at: datetime
    ends_at: datetime
    activity: str | None
    employee_number: str | None
    outcome: Outcome
    minutes: int
    our_trip: str | None = None


def read_row(cells: Cells) -> TripRow:
    """Return the trip on a row; only good when `cells.faults` is empty."""
    day = cells.required("date", danish_date)
    starts = cells.required("from", clock_time)
    ends = cells.required("to", clock_time)
    times = (NEVER, NEVER) if cells.faults else span(day, starts, ends)
    row = TripRow(
        person_number=cells.required("person_number", person_number),
        starts_at=times[0],
        ends_at=times[1],
        activity=cells.optional("activity", text(120)),
        employee_number=cells.optional("employee_number", text(32)),
        outcome=cells.required("outcome", _OUTCOME),
        minutes=cells.required("minutes", minutes),
        our_trip=read_our_trip(cells),
    )
    if not cells.faults and row.our_trip is None and ends <= starts:
        cells.refuse("to", Code.ENDS_BEFORE_START)
    return row


def _key(row: TripRow) -> tuple[str, datetime] | None:
    return None if row.our_trip else (row.person_number, row.starts_at)


LAYOUT = Layout(
    COLUMNS,
    read_row,
    (Unique("from", _key),),
)
