"""A file that is at fault changes nothing, and every fault is named at once."""

import pytest
from sqlalchemy import func, select

from klippekort.accounts.models import CareWorker, Shift
from klippekort.citizens.models import Citizen
from klippekort.domain.errors import Forbidden
from klippekort.domain.permissions import Actor
from klippekort.imports.reading.faults import Code, Fault
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.masking import masked_fault
from klippekort.imports.services.run import ImportRefused
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.imports.conftest import CITIZEN_HEADER, a_citizen, bring, file_of

STAFF = "Medarbejdernr;Navn;E-mail;Leverandør;Distrikt"
SHIFTS = "Medarbejdernr;Dato;Fra;Til;Vagttype"
CARDS = "CPR-nummer;Ordning;Minutter;Optjent;Udløber"
TRIPS = "CPR-nummer;Dato;Fra;Til;Resultat;Minutter"


def faults_of(kind: Kind, data: bytes, actor: Actor) -> list[tuple[int, str | None, Code]]:
    with pytest.raises(ImportRefused) as refused:
        bring(kind, data, actor)
    return [(fault.row, fault.column, fault.code) for fault in refused.value.faults]


def test_unknown_places_are_all_named_with_those_there_are(ada: Actor):
    data = file_of(
        CITIZEN_HEADER,
        a_citizen("610150-1234"),
        a_citizen("610150-1235", supplier="Ukendt A/S"),
        a_citizen("610150-1236", supplier="Andre", district="Månen"),
    )
    with pytest.raises(ImportRefused) as refused:
        bring(Kind.CITIZENS, data, ada)
    faults = refused.value.faults
    assert [(fault.row, fault.code) for fault in faults] == [
        (3, Code.UNKNOWN_SUPPLIER),
        (4, Code.UNKNOWN_SUPPLIER),
        (4, Code.UNKNOWN_DISTRICT),
    ]
    assert faults[0].detail == "Hjemmeplejen, Omsorg ApS"


def test_a_file_with_a_fault_changes_nothing(ada: Actor):
    data = file_of(CITIZEN_HEADER, a_citizen(), a_citizen("610150-1235", supplier="Ukendt"))
    faults_of(Kind.CITIZENS, data, ada)
    with acting_for(HOME):
        assert db.session.scalar(select(func.count(Citizen.id))) == 2


def test_a_row_the_reader_refused_keeps_the_whole_file_out(ada: Actor):
    data = file_of(CITIZEN_HEADER, a_citizen(), a_citizen("101501235"))
    assert [code for _row, _column, code in faults_of(Kind.CITIZENS, data, ada)] == [
        Code.PERSON_NUMBER_TOO_SHORT
    ]


def test_a_card_needs_one_scheme_for_where_the_citizen_lives(ada: Actor):
    data = file_of(CITIZEN_HEADER, a_citizen(card="01-09-2026"))
    assert faults_of(Kind.CITIZENS, data, ada) == [(2, "Klippekort fra", Code.NO_SCHEME)]


def test_shifts_that_overlap_are_refused_in_the_file_and_beside_it(ada: Actor):
    bring(Kind.SHIFTS, file_of(SHIFTS, "M1;19-11-2026;08:00;12:00;dag"), ada)
    data = file_of(
        SHIFTS,
        "M1;19-11-2026;11:00;15:00;dag",
        "M2;19-11-2026;08:00;12:00;dag",
        "M2;19-11-2026;11:30;12:30;kort",
        "M2;19-11-2026;12:30;13:30;kort",
    )
    assert faults_of(Kind.SHIFTS, data, ada) == [
        (2, "Fra", Code.OVERLAPPING_SHIFT),
        (4, "Fra", Code.OVERLAPPING_SHIFT),
    ]


def test_a_shift_needs_a_care_worker_who_is_known(ada: Actor):
    data = file_of(SHIFTS, "M77;19-11-2026;08:00;12:00;dag")
    assert faults_of(Kind.SHIFTS, data, ada) == [(2, "Medarbejdernr", Code.UNKNOWN_EMPLOYEE)]
    with acting_for(HOME):
        assert db.session.scalar(select(func.count(Shift.id))) == 0


def test_balances_need_citizens_and_schemes_that_are_known(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen()), ready)
    data = file_of(
        CARDS,
        "610150-1234;Hjemme;90;01-12-2026;",
        "610150-1234;Fremmed;90;01-09-2026;",
        "610150-9999;Hjemme;90;01-09-2026;",
    )
    assert set(faults_of(Kind.CARDS, data, ready)) == {
        (2, "Optjent", Code.NOT_YET),
        (3, "Ordning", Code.UNKNOWN_SCHEME),
        (4, "CPR-nummer", Code.UNKNOWN_CITIZEN),
    }


def test_trips_must_be_over_and_the_citizen_must_have_a_card(ready: Actor):
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen()), ready)
    data = file_of(TRIPS, "610150-1234;05-12-2026;13:00;15:00;gennemført;120")
    assert faults_of(Kind.TRIPS, data, ready) == [
        (2, "Dato", Code.NOT_YET),
        (2, "CPR-nummer", Code.NO_CARD),
    ]


def test_a_formula_stays_text(ada: Actor):
    bring(Kind.STAFF, file_of(STAFF, 'M9;"=HYPERLINK(1)";x@example.dk;Hjemmeplejen;Nord'), ada)
    with acting_for(HOME):
        worker = db.session.scalars(select(CareWorker).filter_by(employee_number="M9")).one()
        assert worker.name == "=HYPERLINK(1)"


def test_another_municipality_is_no_help(ada: Actor):
    data = file_of(CITIZEN_HEADER, a_citizen(district="Øst"))
    assert faults_of(Kind.CITIZENS, data, ada) == [(2, "Distrikt", Code.UNKNOWN_DISTRICT)]


def test_an_assessor_may_not_import(cast: Cast):
    with pytest.raises(Forbidden):
        bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen()), cast.asta)


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("CPR-nummer", "010150-1234", "010150-••••"),
        ("CPR-nummer", "10150-1234", "10150-••••"),
        ("CPR-nummer", "123", "••••"),
        ("Fornavn", "Else 0101501234", "Else 010150-••••"),
        ("Fornavn", "Else", "Else"),
    ],
)
def test_no_person_number_is_shown_in_full(column: str, value: str, shown: str):
    fault = Fault(2, column, Code.BAD_PERSON_NUMBER, value)
    assert masked_fault(Kind.CITIZENS, fault).value == shown
