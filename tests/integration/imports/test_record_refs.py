"""Care record ids from a file: claimed, traded, left alone, and never somebody else's."""

import pytest
from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import Actor
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.run import ImportRefused
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.integration.imports.conftest import CITIZEN_HEADER, a_citizen, bring, file_of

HEADER = f"{CITIZEN_HEADER};Journal-id"
ELSE, AASE = "610150-1234", "610151-1234"
NAMES = {ELSE: "Else", AASE: "Åse"}


def _bring(ada: Actor, refs: dict[str, str]) -> tuple[int, int, int]:
    rows = [f"{a_citizen(number, NAMES[number])};{ref}" for number, ref in refs.items()]
    counts = bring(Kind.CITIZENS, file_of(HEADER, *rows), ada)
    return counts.new, counts.changed, counts.unchanged


def _refs() -> dict[str, str | None]:
    with acting_for(HOME):
        found = select(Citizen.first_name, Citizen.record_ref).where(Citizen.last_name == "Holm")
        return {row.first_name: row.record_ref for row in db.session.execute(found)}


def test_the_same_file_again_changes_nothing(ada: Actor):
    assert _bring(ada, {ELSE: "J-1", AASE: ""}) == (2, 0, 0)
    assert _bring(ada, {ELSE: "J-1", AASE: ""}) == (0, 0, 2)
    assert _refs() == {"Else": "J-1", "Åse": None}


def test_two_citizens_may_trade(ada: Actor):
    _bring(ada, {ELSE: "J-1", AASE: "J-2"})
    assert _bring(ada, {ELSE: "J-2", AASE: "J-1"}) == (0, 2, 0)
    assert _refs() == {"Else": "J-2", "Åse": "J-1"}


def test_one_may_be_handed_on(ada: Actor):
    _bring(ada, {ELSE: "J-1", AASE: ""})
    assert _bring(ada, {AASE: "J-1", ELSE: ""}) == (0, 2, 0)
    assert _refs() == {"Else": None, "Åse": "J-1"}


def test_a_file_without_the_column_leaves_them(ada: Actor):
    _bring(ada, {ELSE: "J-1"})
    bring(Kind.CITIZENS, file_of(CITIZEN_HEADER, a_citizen(ELSE, address="Åvej 2")), ada)
    assert _refs() == {"Else": "J-1"}


def test_an_empty_cell_takes_it_away(ada: Actor):
    _bring(ada, {ELSE: "J-1"})
    assert _bring(ada, {ELSE: ""}) == (0, 1, 0)
    assert _refs() == {"Else": None}


def test_one_that_somebody_outside_the_file_has_is_refused(ada: Actor):
    _bring(ada, {ELSE: "J-1"})
    with pytest.raises(ImportRefused) as refusal:
        _bring(ada, {AASE: "J-1"})
    (fault,) = refusal.value.faults
    assert (fault.row, fault.column, fault.code) == (2, "Journal-id", Code.RECORD_ID_TAKEN)
    assert _refs() == {"Else": "J-1"}
