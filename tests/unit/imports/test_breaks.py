"""Breaks in a roster's shifts."""

from datetime import UTC, datetime

import pytest

from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Kind, read
from klippekort.imports.reading.shifts import ShiftRow

HEADER = "Medarbejdernr;Dato;Fra;Til;Pause fra;Pause til"


def _shift(line: str, header: str = HEADER) -> ShiftRow:
    reading = read(Kind.SHIFTS, f"{header}\n{line}\n".encode())
    assert reading.faults == []
    row = reading.rows[0].row
    assert isinstance(row, ShiftRow)
    return row


def test_a_break_is_between_two_utc_instants() -> None:
    shift = _shift("M1;19-10-2026;07:00;15:00;11.30;12:00")
    assert shift.pause == (
        datetime(2026, 10, 19, 9, 30, tzinfo=UTC),
        datetime(2026, 10, 19, 10, tzinfo=UTC),
    )


def test_a_break_after_midnight_is_the_next_days() -> None:
    shift = _shift("M1;19-10-2026;23:00;07:00;02:00;02:30")
    assert shift.pause is not None
    assert shift.pause[0] == datetime(2026, 10, 20, 0, tzinfo=UTC)


def test_a_break_may_last_over_midnight() -> None:
    shift = _shift("M1;19-10-2026;20:00;04:00;23:45;00:15")
    assert shift.pause is not None
    assert (shift.pause[1] - shift.pause[0]).total_seconds() == 30 * 60


def test_a_shift_without_a_break_says_so() -> None:
    shift = _shift("M1;19-10-2026;07:00;15:00;;")
    assert (shift.pause, shift.tells_pause) == (None, True)


def test_a_file_without_the_columns_says_nothing_of_breaks() -> None:
    shift = _shift("M1;19-10-2026;07:00;15:00", "Medarbejdernr;Dato;Fra;Til")
    assert (shift.pause, shift.tells_pause) == (None, False)


@pytest.mark.parametrize(
    ("begins", "ends", "column", "code"),
    [
        ("11:30", "", "Pause til", Code.HALF_A_BREAK),
        ("", "12:00", "Pause fra", Code.HALF_A_BREAK),
        ("06:30", "07:30", "Pause fra", Code.BREAK_OUTSIDE_SHIFT),
        ("14:45", "15:15", "Pause fra", Code.BREAK_OUTSIDE_SHIFT),
        ("12:00", "11:30", "Pause fra", Code.BREAK_OUTSIDE_SHIFT),
        ("12:00", "12:00", "Pause fra", Code.BREAK_OUTSIDE_SHIFT),
        ("middag", "12:00", "Pause fra", Code.BAD_TIME),
    ],
)
def test_a_break_that_makes_no_sense_is_refused(
    begins: str, ends: str, column: str, code: Code
) -> None:
    data = f"{HEADER}\nM1;19-10-2026;07:00;15:00;{begins};{ends}\n".encode()
    faults = read(Kind.SHIFTS, data).faults
    assert [(fault.column, fault.code) for fault in faults] == [(column, code)]
