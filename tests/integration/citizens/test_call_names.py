"""The name a citizen would rather be called: written by staff or herself, kept, and put right."""

from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.citizens import queries, services
from klippekort.citizens.queries.rectifying import corrections_of
from klippekort.domain.errors import Forbidden
from klippekort.domain.permissions import Actor, Role
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.citizens.conftest import Browser
from tests.integration.citizens.people import add, change, inger
from tests.integration.citizens.test_records import typed


@pytest.fixture
def asta(cast: Cast, browse: Browser) -> FlaskClient:
    return browse(cast.asta)


def _called(citizen_id: UUID) -> str:
    with acting_for(HOME):
        return queries.get_citizen(citizen_id).called


def _choose(actor: Actor, citizen_id: UUID, name: str) -> None:
    with acting_for(HOME):
        execute(services.choose_call_name, actor, citizen_id, name, clock.now())


def test_it_is_written_down_and_shown(asta: FlaskClient, cast: Cast):
    answer = asta.post("/borgere/ny", data=typed(cast, call_name="  Musse "))
    assert answer.status_code == 303
    assert "Musse" in asta.get(str(answer.location)).text


def test_without_one_it_is_the_first_name(cast: Cast):
    assert _called(cast.ellen) == "Ellen"


def test_an_emptied_field_takes_it_away(asta: FlaskClient, cast: Cast):
    new = add(cast.asta, replace(inger(cast), call_name="Musse"))
    assert 'value="Musse"' in asta.get(f"/borgere/{new}/ret").text
    asta.post(f"/borgere/{new}/ret", data=typed(cast, person_number="", call_name=""))
    assert _called(new) == "Inger"


def test_a_change_that_does_not_speak_of_it_leaves_it(cast: Cast):
    new = add(cast.asta, replace(inger(cast), call_name="Musse"))
    assert change(cast.asta, new, replace(inger(cast), first_name="Ingrid")) == ["first_name"]
    assert _called(new) == "Musse"


def test_she_chooses_it_herself_and_what_stood_is_kept(cast: Cast):
    herself = Actor(HOME, Role.CITIZEN, person_id=cast.ellen)
    _choose(herself, cast.ellen, "Musse")
    _choose(herself, cast.ellen, "")
    with acting_for(HOME):
        kept = corrections_of(queries.get_citizen(cast.ellen))
    assert _called(cast.ellen) == "Ellen"
    assert {(one.fact, one.before) for one in kept} == {("call_name", None), ("call_name", "Musse")}


def test_another_citizen_may_not_choose_it(cast: Cast):
    with pytest.raises(Forbidden):
        _choose(Actor(HOME, Role.CITIZEN, person_id=cast.poul), cast.ellen, "Musse")
