"""Shifts, as a roster exports them: local times, over midnight and over the clock changes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from klippekort.domain.calendar import ONE_DAY, instant
from klippekort.imports.reading.cells import clock_time, danish_date, text
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique

LONGEST = timedelta(hours=16)
# Stands in for the times of a row at fault, which is thrown away.
NEVER = datetime.max.replace(tzinfo=UTC)

COLUMNS = (
    Column("employee_number", "Medarbejdernr", ("Medarbejdernummer", "Tjenestenr"), required=True),
    Column("date", "Dato", ("Vagtdato", "Day"), required=True),
    Column("from", "Fra", ("Start", "Starttid", "Starts"), required=True),
    Column("to", "Til", ("Slut", "Sluttid", "Ends"), required=True),
    Column("kind", "Vagttype", ("Vagt", "Shift type")),
)


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift between two aware UTC instants, so that the October night is an hour longer."""

    employee_number: str
    starts_at: datetime
    ends_at: datetime
    kind: str | None


def span(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """Return the UTC instants of local times; an end at or before the start is the next day."""
    last_day = day + ONE_DAY if ends <= starts else day
    return instant(day, starts), instant(last_day, ends)


def read_row(cells: Cells) -> ShiftRow:
    """Return the shift on a row; only good when `cells.faults` is empty."""
    employee_number = cells.required("employee_number", text(32))
    day = cells.required("date", danish_date)
    starts = cells.required("from", clock_time)
    ends = cells.required("to", clock_time)
    kind = cells.optional("kind", text(40))
    if cells.faults:
        starts_at = ends_at = NEVER
    else:
        starts_at, ends_at = span(day, starts, ends)
        if ends_at <= starts_at:
            cells.refuse("to", Code.ENDS_BEFORE_START)
        elif ends_at - starts_at > LONGEST:
            cells.refuse("to", Code.SHIFT_TOO_LONG, "16")
    return ShiftRow(employee_number, starts_at, ends_at, kind)


LAYOUT = Layout(
    COLUMNS,
    read_row,
    (Unique("from", lambda row: (row.employee_number.casefold(), row.starts_at)),),
)
