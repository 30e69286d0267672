"""Whatever comes in, reading gives rows and faults, never raises, and loses nothing on the way."""

from datetime import date, time

from hypothesis import given, settings
from hypothesis import strategies as st

from klippekort.imports.reading import cells
from klippekort.imports.reading.rows import LAYOUTS, Kind, read

KINDS = st.sampled_from(Kind)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
READERS = st.sampled_from(
    [
        cells.text(20),
        cells.person_number,
        cells.danish_date,
        cells.clock_time,
        cells.decimal(0, 100),
        cells.price,
        cells.whole_number(0, 100),
        cells.minutes,
        cells.yes_no,
        cells.phone,
        cells.email,
        cells.postcode,
        cells.listed,
        cells.choice({"ja": 1, "plejecenter*": 2}),
    ]
)
NUMBERS = st.text("0123456789-/.:, tmink", max_size=14)


def header(kind: Kind) -> str:
    return ";".join(column.header for column in LAYOUTS[kind].columns)


@settings(max_examples=200, deadline=None)
@given(KINDS, st.binary(max_size=400))
def test_any_bytes_give_rows_and_faults(kind: Kind, data: bytes) -> None:
    reading = read(kind, data)
    assert reading.rows or reading.faults


@settings(max_examples=15, deadline=None)
@given(KINDS, st.binary(max_size=200))
def test_any_bytes_that_begin_as_a_workbook_give_faults(kind: Kind, data: bytes) -> None:
    assert read(kind, b"PK\x03\x04" + data).faults


@settings(max_examples=200, deadline=None)
@given(KINDS, st.binary(max_size=400))
def test_any_bytes_below_a_good_header_give_rows_and_faults(kind: Kind, data: bytes) -> None:
    reading = read(kind, header(kind).encode() + b"\r\n" + data)
    assert reading.rows or reading.faults


@settings(max_examples=200, deadline=None)
@given(
    KINDS, st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=18), max_size=4), ENCODINGS
)
def test_any_cells_give_rows_and_faults(kind: Kind, lines: list[list[str]], encoding: str) -> None:
    body = "\r\n".join(";".join(line) for line in lines)
    reading = read(kind, f"{header(kind)}\r\n{body}".encode(encoding, errors="ignore"))
    assert reading.rows or reading.faults


@settings(max_examples=500, deadline=None)
@given(READERS, st.text(max_size=30) | NUMBERS)
def test_no_cell_makes_a_reader_raise(reader: object, value: str) -> None:
    assert callable(reader)
    reader(value)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(["%d-%m-%Y", "%Y-%m-%d"]))
def test_every_day_is_read_back(day: date, form: str) -> None:
    assert cells.danish_date(day.strftime(form)) == day


@given(st.times())
def test_every_minute_of_the_day_is_read_back(moment: time) -> None:
    assert cells.clock_time(f"{moment:%H:%M}") == moment.replace(second=0, microsecond=0)


@given(st.integers(0, 1_000_000))
def test_minutes_are_the_same_as_figures_and_as_a_clock(count: int) -> None:
    assert cells.minutes(str(count)) == count
    assert cells.minutes(f"{count // 60}:{count % 60:02d}") == count


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(
            st.characters(categories=["L", "N", "P"], exclude_characters=';"Ã\ufffd'), min_size=1
        ),
        min_size=1,
        max_size=20,
    )
)
def test_no_row_is_dropped_without_a_word(names: list[str]) -> None:
    lines = [f"{name};p{at}@example.dk;Kortklub" for at, name in enumerate(names)]
    reading = read(Kind.VOLUNTEERS, "\n".join(["Navn;E-mail;Forening", *lines]).encode())
    told = {row.number for row in reading.rows} | {fault.row for fault in reading.faults}
    assert told == set(range(2, len(names) + 2))
