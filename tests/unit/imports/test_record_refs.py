"""Care record ids, and the rows of our own that come back from a roster."""

import pytest

from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.rows import Kind, Reading, read
from klippekort.imports.reading.words import reason
from klippekort.imports.services.masking import masked_fault, preview_of

HEADER = "CPR-nummer;Fornavn;Efternavn;Adresse;Postnr;By;Leverandør;Boform;Adressebeskyttelse"
ROSTER = "Medarbejdernr;Dato;Fra;Til;Vagttype;Klippekort-tur;Journal-id"
TRIPS = "CPR-nummer;Dato;Fra;Til;Resultat;Minutter;Klippekort-tur"


def _citizens(*refs: str, column: str = "Journal-id") -> Reading[object]:
    rows = [
        f"61015{at}-1234;Else;Holm;Åvej 1;4681;Lindeby;Hjemmeplejen;Eget hjem;nej;{ref}"
        for at, ref in enumerate(refs)
    ]
    return read(Kind.CITIZENS, "\n".join((f"{HEADER};{column}", *rows, "")).encode())


def _roster(*rows: str) -> Reading[object]:
    return read(Kind.SHIFTS, "\n".join((ROSTER, *rows, "")).encode())


def _refs(reading: Reading[object]) -> list[object]:
    assert reading.faults == []
    return [getattr(numbered.row, "record_ref", None) for numbered in reading.rows]


@pytest.mark.parametrize("column", ["Journal-id", "Journalnummer", "Borger-id", "Record id"])
def test_the_column_has_several_names(column: str):
    assert _refs(_citizens("J-1", column=column)) == ["J-1"]


def test_an_empty_cell_is_told_from_a_file_without_the_column():
    plain = f"{HEADER}\n610150-1234;Else;Holm;Åvej 1;4681;Lindeby;Hjemmeplejen;Eget hjem;nej\n"
    assert _refs(_citizens("")) == [""]
    assert _refs(read(Kind.CITIZENS, plain.encode())) == [None]


def test_many_may_be_without_one():
    assert _refs(_citizens("", "")) == ["", ""]


@pytest.mark.parametrize("ref", ["0101501234", "010150-1234", "01 01 50 12 34"])
def test_a_person_number_is_refused_and_not_shown(ref: str):
    (fault,) = _citizens(ref).faults
    assert (fault.column, fault.code) == ("Journal-id", Code.PERSON_NUMBER_AS_RECORD_ID)
    shown = masked_fault(Kind.CITIZENS, fault)
    assert not set("0123456789") & set(shown.value)
    assert reason(shown)


def test_the_same_twice_is_refused_and_names_the_first_row():
    assert _citizens("J-1", "J-1").faults == [
        Fault(3, "Journal-id", Code.DUPLICATE_ROW, "J-1", "2")
    ]


def test_a_row_of_ours_is_told_from_a_shift():
    reading = _roster("M1;24-11-2026;07:00;16:00;dag;;", "M1;24-11-2026;07:00;16:00;x;tur-1;J-1")
    assert reading.faults == []
    assert [getattr(row.row, "our_trip", "") for row in reading.rows] == [None, "tur-1"]


def test_a_row_of_ours_may_have_any_times():
    assert _roster("M1;24-11-2026;10:00;10:00;Klippekort;tur-1;").faults == []


def test_a_trip_of_ours_may_come_twice():
    row = "610150-1234;24-11-2026;10:00;11:00;gennemført;60;tur-1"
    assert read(Kind.TRIPS, f"{TRIPS}\n{row}\n{row}\n".encode()).faults == []


def test_a_roster_can_be_looked_over():
    header = "Medarbejdernr;Dato;Fra;Til;Pause fra;Pause til"
    reading = read(Kind.SHIFTS, f"{header}\nM1;24-11-2026;07:00;16:00;12:00;12:30\n".encode())
    names, row = preview_of(Kind.SHIFTS, reading.rows)
    assert len(names) == len(row)
    assert "24-11-2026 12:00, 24-11-2026 12:30" in row
