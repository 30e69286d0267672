"""What the care record calls a citizen: written by hand, shown, and never the person number."""

from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.citizens import queries, services
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.integration.citizens.conftest import Browser
from tests.integration.citizens.people import add, change, inger
from tests.integration.citizens.test_records import typed

REF = "J-000123"


@pytest.fixture
def asta(cast: Cast, browse: Browser) -> FlaskClient:
    return browse(cast.asta)


def _ref_of(citizen_id: UUID) -> str | None:
    with acting_for(HOME):
        return queries.get_citizen(citizen_id).record_ref


def _added(cast: Cast) -> UUID:
    return add(cast.asta, replace(inger(cast), record_ref=REF))


def test_it_is_written_down_and_shown(asta: FlaskClient, cast: Cast):
    answer = asta.post("/borgere/ny", data=typed(cast, record_ref=f"  {REF} "))
    assert answer.status_code == 303
    assert REF in asta.get(str(answer.location)).text


@pytest.mark.parametrize("number", ["0101501234", "010150-1234", "010150 1234"])
def test_a_person_number_is_refused_at_the_field(asta: FlaskClient, cast: Cast, number: str):
    answer = asta.post("/borgere/ny", data=typed(cast, record_ref=number))
    assert answer.status_code == 422
    assert 'id="record_ref-error"' in answer.text


def test_one_that_is_taken_is_refused_at_the_field(asta: FlaskClient, cast: Cast):
    _added(cast)
    sent = typed(cast, person_number="", record_ref=REF)
    answer = asta.post(f"/borgere/{cast.ellen}/ret", data=sent)
    assert answer.status_code == 422
    assert 'id="record_ref-error"' in answer.text
    assert _ref_of(cast.ellen) is None


def test_the_form_shows_it_and_an_emptied_field_takes_it_away(asta: FlaskClient, cast: Cast):
    new = _added(cast)
    assert f'value="{REF}"' in asta.get(f"/borgere/{new}/ret").text
    sent = typed(cast, person_number="", record_ref="")
    assert asta.post(f"/borgere/{new}/ret", data=sent).status_code == 303
    assert _ref_of(new) is None


def test_a_change_that_does_not_speak_of_it_leaves_it(cast: Cast):
    new = _added(cast)
    assert change(cast.asta, new, replace(inger(cast), first_name="Ingrid")) == ["first_name"]
    assert _ref_of(new) == REF


def test_the_services_refuse_a_person_number_too(cast: Cast):
    with pytest.raises(services.RecordRefUnfit):
        add(cast.asta, replace(inger(cast), record_ref="010150-1234"))


def test_the_other_municipality_may_use_the_same(cast: Cast):
    _added(cast)
    with acting_for(AWAY):
        gudrun = queries.get_citizen(cast.gudrun)
        assert queries.find_by_record_ref(REF) is None
    facts = replace(inger(cast), supplier_id=gudrun.supplier_id, district_id=gudrun.district_id)
    assert add(cast.frida, replace(facts, record_ref=REF))
