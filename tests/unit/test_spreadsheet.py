"""Tables for spreadsheets: how Excel reads them, and what is never a formula."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from klippekort.platform.spreadsheet import as_csv, as_xlsx


def lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").split("\r\n")


def test_excel_finds_the_letters_and_the_cells() -> None:
    data = as_csv(["Måned", "Brugt"], [["Januar", 30]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert lines(data) == ["Måned;Brugt", "Januar;30", ""]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\tx", "  =1"])
def test_text_is_never_a_formula(text: str) -> None:
    assert f"'{text}" in as_csv([text], []).decode("utf-8-sig")


def test_a_number_below_zero_stays_a_number() -> None:
    assert lines(as_csv(["x"], [[-30]]))[1] == "-30"


def workbook(data: bytes) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def test_a_workbook_holds_letters_and_numbers() -> None:
    data = as_xlsx(["Måned", "Brugt"], [["Januar & <Ø>", -30]])
    assert workbook(data) == [["Måned", "Brugt"], ["Januar & <Ø>", -30]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1"])
def test_text_in_a_workbook_stays_text(text: str) -> None:
    assert workbook(as_xlsx(["x"], [[text]])) == [["x"], [text]]


def test_what_no_workbook_can_hold_is_left_out() -> None:
    assert workbook(as_xlsx(["x"], [["a\x00\x0bb"]])) == [["x"], ["ab"]]


def test_the_same_table_is_the_same_workbook() -> None:
    assert as_xlsx(["x"], [["y"]]) == as_xlsx(["x"], [["y"]])
