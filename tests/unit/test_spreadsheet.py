"""Tables for spreadsheets: how Excel reads them, and what is never a formula."""

import pytest

from klippekort.platform.spreadsheet import as_csv


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
