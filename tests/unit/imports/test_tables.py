"""Files of every form people send, and of some forms nobody should."""

import codecs
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from klippekort.imports.reading import delimited, tables, workbook
from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.layout import Column
from klippekort.imports.reading.tables import Record, open_table
from tests.unit.imports import crafted

COLUMNS = (
    Column("name", "Navn", ("Fulde navn",), required=True),
    Column("day", "Dato"),
    Column("week", "Minutter pr. uge"),
)


def entries(data: bytes) -> list[Record | Fault]:
    return list(open_table(data, COLUMNS).entries)


def records(text: str, encoding: str = "utf-8") -> list[Record]:
    found = entries(text.encode(encoding))
    assert all(isinstance(entry, Record) for entry in found), found
    return [entry for entry in found if isinstance(entry, Record)]


def only_fault(data: bytes) -> Fault:
    (fault,) = (entry for entry in entries(data) if isinstance(entry, Fault))
    return fault


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "windows-1252"),
    ],
)
def test_danish_letters_survive_every_encoding(encoding: str, named: str) -> None:
    table = open_table("Navn;Dato\r\nÆrø Åse;\r\n".encode(encoding), COLUMNS)
    assert list(table.entries) == [Record(2, {"name": "Ærø Åse", "day": ""})]
    assert table.encoding == named


def test_big_endian_utf_16_is_told_by_its_mark() -> None:
    data = codecs.BOM_UTF16_BE + "Navn;Dato\nÅse;\n".encode("utf-16-be")
    assert entries(data) == [Record(2, {"name": "Åse", "day": ""})]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_found_from_the_header(delimiter: str) -> None:
    (record,) = records(f"Navn{delimiter}Dato\nÅse{delimiter}1-1-2026\n")
    assert record.cells == {"name": "Åse", "day": "1-1-2026"}


def test_a_comma_inside_a_header_cell_does_not_mislead() -> None:
    assert [entry.cells["name"] for entry in records("Navn;Dato\nHansen, Åse;1-1-2026\n")] == [
        "Hansen, Åse"
    ]


def test_the_line_by_which_a_spreadsheet_names_its_delimiter_is_no_header() -> None:
    assert records("sep=;\nNavn;Dato\nÅse;\n")[0] == Record(3, {"name": "Åse", "day": ""})


@pytest.mark.parametrize("header", ["NAVN", " navn ", "Na vn", "Navn.", "\u00a0Navn\u00a0", "Name"])
def test_headers_are_known_in_spite_of_case_blanks_and_dots(header: str) -> None:
    assert records(f"{header};Dato\nÅse;\n")[0].cells["name"] == "Åse"


def test_a_header_with_dots_and_hard_spaces_is_known() -> None:
    assert records("Navn;Minutter\u00a0pr uge\nÅse;90\n")[0].cells["week"] == "90"


def test_a_row_has_the_number_of_the_line_it_begins_on() -> None:
    found = records('Navn;Dato\n\n"Åse\nBæk";1-1-2026\n;\nOle;2-1-2026\n')
    assert [(record.number, record.cells["name"]) for record in found] == [
        (3, "Åse\nBæk"),
        (6, "Ole"),
    ]


def test_letters_are_composed_and_invisible_marks_dropped() -> None:
    assert records("Navn\nA\u030ase\u200e\u00a0\n")[0].cells["name"] == "Åse"


def test_a_cell_that_looks_like_a_formula_stays_text() -> None:
    assert records("Navn\n=1+1\n")[0].cells["name"] == "=1+1"


def test_blank_cells_beyond_the_header_are_no_fault() -> None:
    assert records("Navn;Dato;\nÅse;1-1-2026;;\n")[0].cells == {"name": "Åse", "day": "1-1-2026"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault(0, None, Code.EMPTY_FILE)),
        ("\n ; \n", Fault(0, None, Code.EMPTY_FILE)),
        ("Navn;Dato\n\n", Fault(0, None, Code.NO_ROWS)),
        ("Dato\n1-1-2026\n", Fault(1, "Navn", Code.MISSING_COLUMN)),
        ("Navn;navn.\na;b\n", Fault(1, "Navn", Code.DUPLICATE_COLUMN)),
        ("Navn;Hund\nÅse;Trofast\n", Fault(1, "Hund", Code.UNKNOWN_COLUMN, "Hund")),
        ("Navn;\nÅse;Trofast\n", Fault(2, None, Code.UNNAMED_COLUMN, "Trofast", "2")),
        ("Navn;Dato\nÅse\n", Fault(2, None, Code.TOO_FEW_CELLS, "1", "2")),
        ("Navn;Dato\nÅse;;x\n", Fault(2, None, Code.TOO_MANY_CELLS, "3", "2")),
        ('Navn;Dato\n"Åse"x;\n', Fault(2, None, Code.BROKEN_QUOTES)),
        ('Navn;Dato\nÅse;\n"Ole;\n', Fault(3, None, Code.BROKEN_QUOTES)),
        ('"Navn;Dato\nÅse;\n', Fault(1, None, Code.BROKEN_QUOTES)),
        ("Navn\nÅ\0se\n", Fault(2, "Navn", Code.NUL_CHARACTER, "Å se")),
        ("Navn\nÅ\x07se\n", Fault(2, "Navn", Code.CONTROL_CHARACTER, "Å se")),
        ("Navn\nÃ…se\n", Fault(2, "Navn", Code.GARBLED_LETTERS, "Ã…se")),
        ("Navn\nÅse\ufffd\n", Fault(2, "Navn", Code.UNREADABLE_CHARACTER, "Åse\ufffd")),
    ],
)
def test_what_is_wrong_is_named_with_its_row_and_column(text: str, fault: Fault) -> None:
    assert only_fault(text.encode()) == fault


def test_rows_are_read_in_spite_of_an_unknown_column() -> None:
    assert Record(2, {"name": "Åse"}) in entries("Navn;Hund\nÅse;Trofast\n".encode())


def test_bytes_that_are_no_letters_are_named_where_they_stand() -> None:
    assert only_fault(b"Navn\n\xc5se\x81\n").code is Code.UNREADABLE_CHARACTER


def test_a_million_columns_are_refused() -> None:
    assert only_fault(b"Navn" + b";" * 900_000).code is Code.TOO_MANY_COLUMNS


def test_a_line_without_end_is_refused() -> None:
    assert only_fault(b"Navn\n" + b"x" * (delimited.LONGEST_LINE + 1)).code is Code.LINE_TOO_LONG


def test_more_rows_than_any_municipality_has_are_refused() -> None:
    assert only_fault(b"Navn\n" + b"x\n" * (tables.MOST_ROWS + 1)).code is Code.TOO_MANY_ROWS


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(tables.MOST_BYTES + 1)
    assert list(open_table(path, COLUMNS).entries) == [Fault(0, None, Code.FILE_TOO_LARGE)]


def test_an_old_workbook_is_named_as_such() -> None:
    assert only_fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").code is Code.OLD_WORKBOOK


def test_a_workbook_is_read_as_a_dane_would_have_typed_it() -> None:
    sheet = crafted.headed("Navn", "Dato", "Minutter pr. uge") + crafted.row(
        2,
        crafted.text("A2", "=Åse"),
        crafted.number("B2", 46314, crafted.DAY),
        crafted.number("C2", 612.5),
    )
    assert entries(crafted.workbook(sheet)) == [
        Record(2, {"name": "=Åse", "day": "19-10-2026", "week": "612,5"})
    ]


def test_a_time_and_a_long_number_keep_their_figures() -> None:
    sheet = crafted.headed("Navn", "Dato") + crafted.row(
        2, crafted.number("A2", 6710347469), crafted.number("B2", 0.3125, crafted.CLOCK)
    )
    assert entries(crafted.workbook(sheet)) == [Record(2, {"name": "6710347469", "day": "07:30"})]


def test_the_first_sheet_with_a_known_header_is_read_and_rows_keep_their_numbers() -> None:
    cover = crafted.row(1, crafted.text("A1", "Udtræk fra omsorgssystemet"))
    people = crafted.headed("Navn", at=3) + crafted.row(7, crafted.text("A7", "Åse"))
    assert entries(crafted.workbook(cover, people)) == [Record(7, {"name": "Åse"})]


def test_a_workbook_without_a_known_header_says_what_is_missing() -> None:
    sheet = crafted.headed("Hund") + crafted.row(2, crafted.text("A2", "Trofast"))
    assert Fault(1, "Navn", Code.MISSING_COLUMN) in entries(crafted.workbook(sheet))


def test_an_empty_workbook_is_an_empty_file() -> None:
    assert only_fault(crafted.workbook("")).code is Code.EMPTY_FILE


@pytest.mark.parametrize("kept", [4, 40, 400])
def test_a_truncated_workbook_is_refused(kept: int) -> None:
    whole = crafted.workbook(crafted.headed("Navn"))
    assert only_fault(whole[:kept]).code is Code.UNREADABLE_WORKBOOK


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("letter.txt", "Kære Ellen")
    assert only_fault(packed.getvalue()).code is Code.UNREADABLE_WORKBOOK


def test_a_sheet_that_stops_in_the_middle_is_refused() -> None:
    whole = crafted.headed("Navn") + crafted.row(2, crafted.text("A2", "Åse"))
    found = entries(crafted.workbook(whole + "<row><c"))
    assert [entry for entry in found if isinstance(entry, Fault)]


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    bomb = crafted.workbook(crafted.headed("Navn"), extra={"xl/media/a.bin": bytes(30_000_000)})
    with pytest.raises(workbook.UnreadableWorkbook) as refusal:
        workbook.check(bomb)
    assert refusal.value.code is Code.WORKBOOK_TOO_LARGE


@pytest.mark.parametrize("corner", ["XFD1048576", "Z1048576"])
def test_one_cell_in_a_far_corner_does_not_take_the_program_down(corner: str) -> None:
    sheet = crafted.headed("Navn") + crafted.row(1_048_576, crafted.text(corner, "x"))
    assert only_fault(crafted.workbook(sheet)).code is Code.WORKBOOK_TOO_LARGE
