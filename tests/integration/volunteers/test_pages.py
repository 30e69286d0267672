"""Volunteers are written down, and get a log-in."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.queries import VolunteerLine, list_volunteers
from tests.cast import AWAY, HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.login import log_in

LIST, NEW = "/frivillige", "/frivillige/ny"


def typed(**facts: Any) -> dict[str, Any]:
    """Return what the form sends."""
    return {"key": str(uuid4()), "name": "Ruth Ravn"} | facts


def volunteers() -> list[VolunteerLine]:
    """Return Lindeby's volunteers by name."""
    with acting_for(HOME):
        return list_volunteers()


@pytest.fixture
def karen(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return log_in(client, cast.karen)


@pytest.fixture
def ada(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The administrator's browser."""
    return log_in(client, cast.ada)


@pytest.mark.parametrize("address", [LIST, NEW])
def test_the_pages_are_as_pages_should_be(karen: FlaskClient, address: str) -> None:
    assert faults_at(karen, address) == []


def test_a_name_is_enough(karen: FlaskClient) -> None:
    assert karen.post(NEW, data=typed()).status_code == 303
    assert [one.name for one in volunteers()] == ["Ruth Ravn", "Viggo Vang"]


def test_a_new_association_comes_along(karen: FlaskClient) -> None:
    karen.post(NEW, data=typed(new_association="Åens Venner", phone="20 12 34 56"))
    ruth = volunteers()[0]
    assert (ruth.association, ruth.phone) == ("Åens Venner", "+4520123456")


def test_an_association_written_again_is_the_same(karen: FlaskClient, cast: Cast) -> None:
    karen.post(NEW, data=typed(new_association="KORTKLUBBEN"))
    assert volunteers()[0].association == "Kortklubben"


@pytest.mark.parametrize(
    ("field", "text"), [("name", " "), ("phone", "12"), ("email", "ruth(a)example.dk")]
)
def test_bad_input_keeps_what_was_typed(karen: FlaskClient, field: str, text: str) -> None:
    facts = typed(new_association="Åens Venner") | {field: text}
    answer = karen.post(NEW, data=facts)
    assert answer.status_code == 422
    assert 'value="Åens Venner"' in answer.text


def test_an_email_is_somebodys_only_once(karen: FlaskClient) -> None:
    karen.post(NEW, data=typed(email="ruth@example.dk"))
    assert karen.post(NEW, data=typed(email="RUTH@example.dk")).status_code == 422


def test_pressing_twice_adds_one(karen: FlaskClient) -> None:
    form = typed()
    karen.post(NEW, data=form)
    karen.post(NEW, data=form)
    assert len(volunteers()) == 2


def test_a_care_worker_sees_no_list(client: FlaskClient, cast: Cast) -> None:
    assert log_in(client, cast.bo).get(LIST).status_code == 403


def test_the_other_municipality_has_its_own_list(karen: FlaskClient) -> None:
    with acting_for(AWAY):
        assert list_volunteers() == []


def test_an_administrator_gives_a_log_in_that_works(ada: FlaskClient) -> None:
    ada.post(NEW, data=typed(email="ruth@example.dk"))
    ruth = volunteers()[0]
    page = f"{LIST}/{ruth.id}/log-in"
    assert faults_at(ada, page) == []
    answer = ada.post(page, data={"key": str(uuid4()), "email": "ruth@example.dk"})
    assert answer.status_code == 200
    assert volunteers()[0].has_log_in


def test_pressing_twice_shows_the_same_password(ada: FlaskClient) -> None:
    ada.post(NEW, data=typed())
    page = f"{LIST}/{volunteers()[0].id}/log-in"
    form = {"key": str(uuid4()), "email": "ruth@example.dk"}
    ada.get(LIST)
    assert ada.post(page, data=form).text == ada.post(page, data=form).text


def test_a_volunteer_gets_one_log_in(ada: FlaskClient, cast: Cast) -> None:
    page = f"{LIST}/{cast.viggo.person_id}/log-in"
    answer = ada.post(page, data={"key": str(uuid4()), "email": "another@example.dk"})
    assert answer.status_code == 422


def test_a_coordinator_gives_no_log_in(karen: FlaskClient, cast: Cast) -> None:
    assert karen.get(f"{LIST}/{cast.viggo.person_id}/log-in").status_code == 403
