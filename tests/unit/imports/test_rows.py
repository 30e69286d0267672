"""Whole files of each kind: the samples, what rows may not share, and how rows are read."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from klippekort.imports.reading import rows
from klippekort.imports.reading.activities import ActivityRow
from klippekort.imports.reading.cards import CardRow
from klippekort.imports.reading.citizens import CitizenRow
from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.rows import LAYOUTS, Kind, Reading, read
from klippekort.imports.reading.shifts import ShiftRow
from klippekort.imports.reading.trips import OUTCOMES
from klippekort.imports.reading.volunteers import VolunteerRow

SAMPLES = Path(__file__).parents[2] / "samples"
GUIDE = Path(__file__).parents[3] / "docs" / "imports.md"
CITIZEN = {
    "CPR-nummer": "671034-7469",
    "Fornavn": "Ellen",
    "Efternavn": "Bæk",
    "Adresse": "Åvej 3",
    "Postnr": "4681",
    "By": "Lindeby",
    "Leverandør": "Tryg Pleje A/S",
    "Boform": "Eget hjem",
    "Adressebeskyttelse": "Nej",
}
SHIFT = {"Medarbejdernr": "M1", "Dato": "19-10-2026", "Fra": "07:00", "Til": "15:00"}
CARD = {
    "CPR-nummer": "671034-7469",
    "Ordning": "Furesø",
    "Minutter": "90",
    "Optjent": "1-9-2026",
    "Udløber": "",
}
ACTIVITY = {
    "Titel": "Banko",
    "Vært/Forening": "Kajs kortklub",
    "Sted": "Forsamlingshuset",
    "Adresse": "Åvej 1",
    "Postnr": "4681",
    "By": "Lindeby",
    "Dato": "19-10-2026",
    "Fra": "14:00",
    "Til": "16:00",
    "Gentages": "ugentligt",
    "Til og med": "21-12-2026",
    "Pladser": "20",
    "Kørestolspladser": "2",
    "Pris": "25,50",
    "Adgang": "trinfri, teleslynge",
    "Slags": "spil",
}
TRIP = {
    "CPR-nummer": "671034-7469",
    "Dato": "19-10-2026",
    "Fra": "13:00",
    "Til": "15:30",
    "Aktivitet": "Banko",
    "Medarbejdernr": "M1",
    "Resultat": "Gennemført",
    "Minutter": "2:30",
}
STAFF = {
    "Medarbejdernr": "M1",
    "Navn": "Anna Bæk",
    "E-mail": "Anna@Lindeby.example",
    "Leverandør": "Tryg Pleje A/S",
}
VOLUNTEER = {
    "Navn": "Kaj",
    "E-mail": "kaj@example.dk",
    "Telefon": "44572280",
    "Forening": "Kortklub",
}


def table(*lines: dict[str, str]) -> bytes:
    return "\n".join([";".join(lines[0])] + [";".join(line.values()) for line in lines]).encode()


def example(kind: Kind) -> str:
    section = GUIDE.read_text("utf-8").split(f"## {kind.value}\n")[1]
    return section.split("```csv\n")[1].split("```")[0]


def row_of(kind: Kind, line: dict[str, str]) -> object:
    reading = read(kind, table(line))
    assert reading.faults == []
    return reading.rows[0].row


def fault_of(kind: Kind, line: dict[str, str]) -> tuple[str | None, Code]:
    (fault,) = read(kind, table(line)).faults
    return fault.column, fault.code


def shift_hours(day: str, starts: str, ends: str) -> timedelta:
    reading = read(Kind.SHIFTS, table({**SHIFT, "Dato": day, "Fra": starts, "Til": ends}))
    shift = reading.rows[0].row
    assert isinstance(shift, ShiftRow)
    return shift.ends_at - shift.starts_at


@pytest.mark.parametrize(
    ("kind", "name", "count"),
    [
        (Kind.CITIZENS, "borgere.csv", 400),
        (Kind.STAFF, "medarbejdere.csv", 50),
        (Kind.SHIFTS, "vagtplan.csv", 583),
    ],
)
def test_a_real_export_is_read_without_a_fault(kind: Kind, name: str, count: int) -> None:
    reading = read(kind, SAMPLES / name)
    assert (len(reading.rows), reading.faults) == (count, [])


def test_the_first_citizen_of_the_export_is_read_whole() -> None:
    first = read(Kind.CITIZENS, SAMPLES / "borgere.csv").rows[1]
    assert first == rows.Numbered(
        3,
        CitizenRow(
            person_number="801046-3363",
            first_name="Ove",
            last_name="Pedersen",
            address="Kirkestræde 75, st. th",
            postcode="4682",
            town="Øster Lindeby",
            phone="+4544572280",
            supplier="Lindeby Kommunale Hjemmepleje",
            district="Vest",
            functional_level=3,
            setting="own_home",
            lives_alone=True,
            aids=("blind",),
            home_care_minutes_per_week=Decimal("612.5"),
            has_protected_address=False,
            card_from=date(2025, 3, 24),
        ),
    )


def test_an_empty_card_from_means_no_card() -> None:
    citizen = row_of(Kind.CITIZENS, {**CITIZEN, "Klippekort fra": ""})
    assert isinstance(citizen, CitizenRow)
    assert citizen.card_from is None


@pytest.mark.parametrize(
    ("housing", "setting"),
    [
        ("Ældrebolig m. kald", "own_home"),
        ("Plejecenter Solgården", "care_home"),
        ("plejehjem", "care_home"),
    ],
)
def test_housing_is_own_home_or_care_home(housing: str, setting: str) -> None:
    citizen = row_of(Kind.CITIZENS, {**CITIZEN, "Boform": housing})
    assert isinstance(citizen, CitizenRow)
    assert citizen.setting == setting


def test_functional_level_nine_is_not_assessed() -> None:
    citizen = row_of(Kind.CITIZENS, {**CITIZEN, "Funktionsniveau": "9"})
    assert isinstance(citizen, CitizenRow)
    assert citizen.functional_level is None


def test_a_protected_address_must_be_answered() -> None:
    line = {**CITIZEN, "Adressebeskyttelse": ""}
    assert fault_of(Kind.CITIZENS, line) == ("Adressebeskyttelse", Code.MISSING_VALUE)


def test_every_fault_of_a_row_is_told_at_once() -> None:
    line = {**CITIZEN, "CPR-nummer": "1", "Postnr": "x", "Boform": "telt"}
    assert [fault.column for fault in read(Kind.CITIZENS, table(line)).faults] == [
        "CPR-nummer",
        "Postnr",
        "Boform",
    ]


def test_two_rows_with_one_person_number_are_a_fault_that_names_the_first() -> None:
    other = {**CITIZEN, "CPR-nummer": "6710347469", "Fornavn": "Oda"}
    assert read(Kind.CITIZENS, table(CITIZEN, other)).faults == [
        Fault(3, "CPR-nummer", Code.DUPLICATE_ROW, "6710347469", "2")
    ]


def test_two_care_workers_may_not_share_an_email() -> None:
    reading = read(Kind.STAFF, table(STAFF, {**STAFF, "Medarbejdernr": "M2"}))
    assert [fault.column for fault in reading.faults] == ["E-mail"]


def test_two_care_workers_may_not_share_a_number_in_another_case() -> None:
    reading = read(Kind.STAFF, table(STAFF, {**STAFF, "Medarbejdernr": "m1", "E-mail": "o@b.dk"}))
    assert [fault.column for fault in reading.faults] == ["Medarbejdernr"]


def test_a_shift_is_between_two_utc_instants() -> None:
    shift = read(Kind.SHIFTS, table(SHIFT)).rows[0].row
    assert (shift.starts_at, shift.ends_at) == (
        datetime(2026, 10, 19, 5, tzinfo=UTC),
        datetime(2026, 10, 19, 13, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("day", "starts", "ends", "hours"),
    [
        ("19-10-2026", "23:00", "07:00", 8),
        ("24-10-2026", "23:00", "07:00", 9),
        ("28-03-2026", "23:00", "07:00", 7),
        ("25-10-2026", "02:30", "07:00", 5.5),
        ("29-03-2026", "02:30", "07:00", 3.5),
        ("19-10-2026", "16:00", "00:00", 8),
    ],
)
def test_a_shift_has_its_real_length(day: str, starts: str, ends: str, hours: float) -> None:
    assert shift_hours(day, starts, ends) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("times", "code"),
    [
        (("07:00", "06:00"), Code.SHIFT_TOO_LONG),
        (("07:00", "07:00"), Code.SHIFT_TOO_LONG),
        (("16:00", "24:00"), Code.MIDNIGHT_AS_24),
    ],
)
def test_a_shift_no_one_can_work_is_refused(times: tuple[str, str], code: Code) -> None:
    line = {**SHIFT, "Fra": times[0], "Til": times[1]}
    assert fault_of(Kind.SHIFTS, line) == ("Til", code)


def test_a_shift_inside_the_hour_that_does_not_exist_is_refused() -> None:
    line = {**SHIFT, "Dato": "29-03-2026", "Fra": "02:00", "Til": "03:00"}
    assert fault_of(Kind.SHIFTS, line) == ("Til", Code.ENDS_BEFORE_START)


def test_one_worker_may_not_begin_twice_at_once() -> None:
    reading = read(Kind.SHIFTS, table(SHIFT, {**SHIFT, "Til": "12:00"}))
    assert [(fault.column, fault.code) for fault in reading.faults] == [("Fra", Code.DUPLICATE_ROW)]


def test_a_card_may_hold_several_lots() -> None:
    lots = read(Kind.CARDS, table(CARD, {**CARD, "Optjent": "8-9-2026", "Udløber": "1-1-2027"}))
    assert [lot.row for lot in lots.rows] == [
        CardRow("671034-7469", "Furesø", 90, date(2026, 9, 1), None),
        CardRow("671034-7469", "Furesø", 90, date(2026, 9, 8), date(2027, 1, 1)),
    ]


def test_the_same_lot_twice_is_a_fault() -> None:
    assert read(Kind.CARDS, table(CARD, CARD)).faults[0].code is Code.DUPLICATE_ROW


def test_minutes_may_not_expire_before_they_are_earned() -> None:
    line = {**CARD, "Udløber": "31-8-2026"}
    assert fault_of(Kind.CARDS, line) == ("Udløber", Code.EXPIRES_BEFORE_EARNED)


def test_an_activity_is_read_whole_in_local_time() -> None:
    assert row_of(Kind.ACTIVITIES, ACTIVITY) == ActivityRow(
        title="Banko",
        host="Kajs kortklub",
        place="Forsamlingshuset",
        address="Åvej 1",
        postcode="4681",
        town="Lindeby",
        on=date(2026, 10, 19),
        starts=time(14),
        ends=time(16),
        repeats="weekly",
        last_on=date(2026, 12, 21),
        seats=20,
        wheelchair_seats=2,
        price=Decimal("25.50"),
        access=("trinfri", "teleslynge"),
        kind="spil",
    )


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"Til": "13:00"}, "Til", Code.ENDS_BEFORE_START),
        ({"Til og med": ""}, "Til og med", Code.LAST_DAY_MISSING),
        ({"Til og med": "18-10-2026"}, "Til og med", Code.LAST_DAY_TOO_EARLY),
        ({"Gentages": "nej"}, "Til og med", Code.LAST_DAY_WITHOUT_REPEAT),
        ({"Kørestolspladser": "21"}, "Kørestolspladser", Code.MORE_WHEELCHAIRS_THAN_SEATS),
        ({"Gentages": "når det regner"}, "Gentages", Code.UNKNOWN_CHOICE),
    ],
)
def test_an_activity_that_makes_no_sense_is_refused(
    change: dict[str, str], column: str, code: Code
) -> None:
    assert fault_of(Kind.ACTIVITIES, {**ACTIVITY, **change}) == (column, code)


def test_a_volunteer_is_read() -> None:
    assert row_of(Kind.VOLUNTEERS, VOLUNTEER) == VolunteerRow(
        "Kaj", "kaj@example.dk", "+4544572280", "Kortklub"
    )


@pytest.mark.parametrize(("word", "outcome"), OUTCOMES.items())
def test_a_past_trip_has_an_outcome(word: str, outcome: str) -> None:
    trip = read(Kind.TRIPS, table({**TRIP, "Resultat": word})).rows[0].row
    assert (trip.outcome, trip.minutes) == (outcome, 150)


def test_a_trip_does_not_run_over_midnight() -> None:
    assert fault_of(Kind.TRIPS, {**TRIP, "Til": "12:00"}) == ("Til", Code.ENDS_BEFORE_START)


def test_faults_beyond_counting_are_cut_with_a_word_about_it() -> None:
    reading: Reading[object] = read(
        Kind.VOLUNTEERS, b"Navn;E-mail;Forening\n" + b"x;x;x\n" * (rows.MOST_FAULTS + 5)
    )
    assert len(reading.faults) == rows.MOST_FAULTS + 1
    assert reading.faults[-1].code is Code.TOO_MANY_FAULTS


def test_progress_is_told_now_and_then() -> None:
    told: list[int] = []
    read(Kind.SHIFTS, SAMPLES / "vagtplan.csv", progress=told.append)
    assert told == [500]


@pytest.mark.parametrize("kind", Kind)
def test_no_two_columns_of_a_kind_answer_to_one_header(kind: Kind) -> None:
    keys = [key for column in LAYOUTS[kind].columns for key in column.keys]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("kind", Kind)
def test_english_headers_are_known_too(kind: Kind) -> None:
    columns = LAYOUTS[kind].columns
    header = ";".join(column.name.replace("_", " ").title() for column in columns)
    assert [fault.code for fault in read(kind, header.encode()).faults] == [Code.NO_ROWS]


@pytest.mark.parametrize("kind", Kind)
def test_the_example_in_the_guide_can_be_read(kind: Kind) -> None:
    assert read(kind, example(kind).encode()).faults == []


@pytest.mark.parametrize("kind", Kind)
def test_the_guide_names_every_column(kind: Kind) -> None:
    section = GUIDE.read_text("utf-8").split(f"## {kind.value}\n")[1].split("\n## ")[0]
    named = dict(re.findall(r"^\| ([^|]+?) \| (yes|no) \|", section, re.MULTILINE))
    columns = LAYOUTS[kind].columns
    assert named == {column.header: "yes" if column.required else "no" for column in columns}
