"""Making log-ins."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts import queries, services
from klippekort.accounts.queries import care_workers as workers
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast, email_of
from tests.integration.accounts.people import NOON, RIGHT, account_called, in_home, sent
from tests.login import log_in


@pytest.fixture
def ada(cast: Cast, client: FlaskClient) -> FlaskClient:
    """A client with the administrator logged in."""
    return log_in(client, cast.ada)


def _assessor(**fields: str) -> dict[str, str]:
    return sent(**{"name": "Lis Lund", "email": "Lis@example.dk"} | fields)


def test_a_log_in_is_made_and_its_password_shown_once(app: Flask, ada: FlaskClient):
    fields = _assessor()
    page = ada.post("/log-ins/opret/visitator", data=fields)
    password = re.search(r"[a-z]+-[a-z]+-[a-z]+-\d{4}", page.text)
    assert password is not None
    found = services.log_in("lis@example.dk", password[0], NOON)
    assert found == account_called("Lis Lund").id
    assert password[0] not in ada.get(f"/log-ins/{found}").text


def test_a_double_post_makes_one_log_in(ada: FlaskClient):
    fields = _assessor()
    first, second = (ada.post("/log-ins/opret/visitator", data=fields).text for _tap in range(2))
    assert first == second
    assert account_called("Lis Lund")


def test_a_taken_address_is_said_by_the_field_and_what_was_typed_is_kept(
    cast: Cast, ada: FlaskClient
):
    fields = _assessor(email=email_of(cast.bo))
    response = ada.post("/log-ins/opret/visitator", data=fields)
    assert response.status_code == 422
    assert "Lis Lund" in response.text
    assert 'id="email-error"' in response.text


@pytest.mark.parametrize("wrong", [{"name": ""}, {"email": ""}, {"email": "lis"}])
def test_what_is_missing_or_wrong_is_refused(ada: FlaskClient, wrong: dict[str, str]):
    assert ada.post("/log-ins/opret/visitator", data=_assessor(**wrong)).status_code == 422


def test_a_planner_needs_a_supplier(cast: Cast, ada: FlaskClient):
    path = "/log-ins/opret/planlaegger"
    assert ada.get(path).status_code == 200
    assert ada.post(path, data=_assessor()).status_code == 422
    assert ada.post(path, data=_assessor(supplier=str(cast.supplier))).status_code == 200


def test_an_unknown_number_becomes_a_new_care_worker(cast: Cast, ada: FlaskClient):
    fields = _assessor(employee_number="M7", supplier=str(cast.supplier), district=str(cast.south))
    assert ada.post("/log-ins/opret/medarbejder", data=fields).status_code == 200
    with acting_for(HOME):
        worker = workers.find_care_worker("M7")
    held = queries.list_assignments(account_called("Lis Lund").id)[0]
    assert worker is not None
    assert (held.person_id, held.supplier_id, held.district_id) == (
        worker.id,
        cast.supplier,
        cast.south,
    )


def test_a_care_worker_has_one_log_in(cast: Cast, ada: FlaskClient):
    fields = _assessor(employee_number="M1", supplier=str(cast.supplier))
    response = ada.post("/log-ins/opret/medarbejder", data=fields)
    assert response.status_code == 422
    assert 'id="employee_number-error"' in response.text


@pytest.mark.parametrize("slug", ["frivillig", "borger", "system"])
def test_other_roles_are_not_made_here(ada: FlaskClient, slug: str):
    assert ada.get(f"/log-ins/opret/{slug}").status_code == 404


def test_the_first_administrator_can_be_made_without_a_log_in(cast: Cast, app: Flask):
    system = Actor(HOME, Role.ADMINISTRATOR)
    created = in_home(
        system,
        services.create_account,
        name="Nis",
        email="nis@example.dk",
        role=Role.ADMINISTRATOR,
        password=RIGHT,
        now=NOON,
    )
    assert str(services.log_in("nis@example.dk", RIGHT, NOON)) == created


def test_a_taken_address_is_refused_in_other_letters_too(cast: Cast, app: Flask):
    with pytest.raises(services.EmailTaken):
        in_home(
            cast.ada,
            services.create_account,
            name="Bo Bo",
            email=email_of(cast.bo).upper(),
            role=Role.ASSESSOR,
            password=RIGHT,
            now=NOON,
        )


def test_an_employee_number_is_used_once(cast: Cast, app: Flask):
    with pytest.raises(services.EmployeeNumberTaken):
        in_home(
            cast.ada,
            services.add_care_worker,
            employee_number="M1",
            name="Bo To",
            supplier_id=cast.supplier,
        )


def test_a_care_workers_log_in_follows_to_the_new_district(cast: Cast, app: Flask):
    in_home(
        cast.ada,
        services.change_care_worker,
        cast.bo.person_id,
        name="Bo Berg",
        supplier_id=cast.supplier,
        district_id=cast.south,
        email=None,
        position=None,
        has_driving_licence=True,
        skills=(),
    )
    assert cast.bo.account_id is not None
    assert queries.list_assignments(cast.bo.account_id)[0].district_id == cast.south
