"""Shifts, as a roster exports them: local times, over midnight and over the clock changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from klippekort.domain.shifts import LONGEST, pause_within, span
from klippekort.imports.reading.cells import clock_time, danish_date, text
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.layout import Cells, Column, Layout, Unique
from klippekort.imports.reading.ours import COLUMNS as OURS
from klippekort.imports.reading.ours import read_our_trip

# Stands in for the times of a row at fault, which is thrown away.
NEVER = datetime.max.replace(tzinfo=UTC)

COLUMNS = (
    Column("employee_number", "Medarbejdernr", ("Medarbejdernummer", "Tjenestenr"), required=True),
    Column("date", "Dato", ("Vagtdato", "Day"), required=True),
    Column("from", "Fra", ("Start", "Starttid", "Starts"), required=True),
    Column("to", "Til", ("Slut", "Sluttid", "Ends"), required=True),
    Column("kind", "Vagttype", ("Vagt", "Shift type")),
    Column("break_from", "Pause fra", ("Pausestart", "Break from")),
    Column("break_to", "Pause til", ("Pauseslut", "Break to")),
    *OURS,
)


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift between two aware UTC instants, so that the October night is an hour longer.

    `pause` is from when to when there is a break; `tells_pause` is False for a file that has no
    columns for it, and so says nothing of breaks. A row with `our_trip` is a trip that Klippekort
    itself sent to the roster: it is no shift, whatever its times have become.
    """

    employee_number: str
    starts_at: datetime
    ends_at: datetime
    kind: str | None
    pause: tuple[datetime, datetime] | None = None
    tells_pause: bool = False
    our_trip: str | None = None


def read_row(cells: Cells) -> ShiftRow:
    """Return the shift on a row; only good when `cells.faults` is empty."""
    employee_number = cells.required("employee_number", text(32))
    day = cells.required("date", danish_date)
    starts = cells.required("from", clock_time)
    ends = cells.required("to", clock_time)
    kind = cells.optional("kind", text(40))
    begins, over = cells.optional("break_from", clock_time), cells.optional("break_to", clock_time)
    our_trip = read_our_trip(cells)
    pause = None
    if cells.faults:
        starts_at = ends_at = NEVER
    else:
        starts_at, ends_at = span(day, starts, ends)
        if our_trip is None:
            _check_length(cells, starts_at, ends_at)
            pause = None if cells.faults else _pause(cells, starts_at, ends_at, begins, over)
    tells = cells.has("break_from") or cells.has("break_to")
    return ShiftRow(employee_number, starts_at, ends_at, kind, pause, tells, our_trip)


def _key(row: ShiftRow) -> tuple[str, datetime] | None:
    return None if row.our_trip else (row.employee_number.casefold(), row.starts_at)


def _check_length(cells: Cells, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        cells.refuse("to", Code.ENDS_BEFORE_START)
    elif ends_at - starts_at > LONGEST:
        cells.refuse("to", Code.SHIFT_TOO_LONG, "16")


def _pause(
    cells: Cells, starts_at: datetime, ends_at: datetime, begins: time | None, over: time | None
) -> tuple[datetime, datetime] | None:
    if begins is None and over is None:
        return None
    if begins is None or over is None:
        cells.refuse("break_from" if begins is None else "break_to", Code.HALF_A_BREAK)
        return None
    pause = pause_within(starts_at, ends_at, begins, over)
    if pause is None:
        cells.refuse("break_from", Code.BREAK_OUTSIDE_SHIFT)
    return pause


LAYOUT = Layout(
    COLUMNS,
    read_row,
    (Unique("from", _key),),
)
