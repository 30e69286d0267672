"""The administrator's list of log-ins, and what is done to one of them."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts import queries, services
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.permissions import Role
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast, email_of
from tests.integration.accounts.people import (
    NOON,
    RIGHT,
    also_works_as,
    answer,
    has_password,
    in_home,
    is_logged_in,
    sent,
)
from tests.login import log_in


@pytest.fixture
def ada(cast: Cast, client: FlaskClient) -> FlaskClient:
    """A client with the administrator logged in."""
    return log_in(client, cast.ada)


def _new_password(page: str) -> str:
    found = re.search(r"[a-z]+-[a-z]+-[a-z]+-\d{4}", page)
    assert found is not None
    return found[0]


def test_the_list_names_this_municipalitys_people_and_no_others(cast: Cast, ada: FlaskClient):
    page = ada.get("/log-ins").text
    assert "Bo Berg" in page
    assert "Frida" not in page


@pytest.mark.parametrize("path", ["/log-ins", "/log-ins/opret", "/log-ins/opret/planlaegger"])
def test_only_administrators_see_log_ins(cast: Cast, client: FlaskClient, path: str):
    assert log_in(client, cast.karen).get(path).status_code == 403


@pytest.mark.parametrize("deed", ["", "/roller/visitator"])
def test_another_municipalitys_account_is_not_found(cast: Cast, ada: FlaskClient, deed: str):
    assert ada.get(f"/log-ins/{cast.frida.account_id}{deed}").status_code == 404


@pytest.mark.parametrize("deed", ["luk", "adgangskode", "roller/visitator/fjern"])
def test_nothing_is_done_to_another_municipalitys_account(cast: Cast, ada: FlaskClient, deed: str):
    response = ada.post(f"/log-ins/{cast.frida.account_id}/{deed}", data=sent())
    assert response.status_code == 404


def test_a_new_password_is_shown_and_opens(cast: Cast, app: Flask, ada: FlaskClient):
    has_password(cast.bo)
    page = ada.post(f"/log-ins/{cast.bo.account_id}/adgangskode", data=sent())
    other = app.test_client()
    assert answer(other, cast.bo).status_code == 422
    assert answer(other, cast.bo, _new_password(page.text)).status_code == 303


def test_a_double_tap_shows_one_password(cast: Cast, ada: FlaskClient):
    fields, path = sent(), f"/log-ins/{cast.bo.account_id}/adgangskode"
    first, second = (_new_password(ada.post(path, data=fields).text) for _tap in range(2))
    assert first == second


def test_a_closed_log_in_opens_again_with_a_new_password(cast: Cast, app: Flask, ada: FlaskClient):
    has_password(cast.bo)
    assert ada.post(f"/log-ins/{cast.bo.account_id}/luk", data=sent()).status_code == 303
    other = app.test_client()
    assert answer(other, cast.bo).status_code == 422
    page = ada.post(f"/log-ins/{cast.bo.account_id}/adgangskode", data=sent())
    assert answer(other, cast.bo, _new_password(page.text)).status_code == 303


def test_nobody_closes_their_own_log_in(cast: Cast, ada: FlaskClient):
    ada.post(f"/log-ins/{cast.ada.account_id}/luk", data=sent())
    assert is_logged_in(ada)


def test_the_page_of_a_person_shows_roles_and_buttons(cast: Cast, ada: FlaskClient):
    page = ada.get(f"/log-ins/{cast.bo.account_id}").text
    assert "Bo Berg" in page
    assert email_of(cast.bo) in page
    assert "Hjemmeplejen" in page


def test_closing_where_one_has_work_elsewhere_takes_only_the_roles_here(cast: Cast, app: Flask):
    also_works_as(cast.frida, Role.ASSESSOR, HOME)
    in_home(cast.ada, services.close_account, cast.frida.account_id, now=NOON)
    assert cast.frida.account_id is not None
    held = queries.list_assignments(cast.frida.account_id)
    assert [row.municipality_id for row in held] == [AWAY]
    assert queries.find_open_account(email_of(cast.frida)) == cast.frida.account_id


def test_a_shared_accounts_password_is_not_ours_to_set(cast: Cast, app: Flask):
    also_works_as(cast.frida, Role.ASSESSOR, HOME)
    with pytest.raises(services.SharedAccount):
        in_home(cast.ada, services.reset_password, cast.frida.account_id, password=RIGHT, now=NOON)


def test_a_role_is_added_once_and_taken_away(cast: Cast, ada: FlaskClient):
    path = f"/log-ins/{cast.karen.account_id}/roller/visitator"
    assert ada.get(path).status_code == 200
    assert ada.post(path, data=sent()).status_code == 303
    assert ada.post(path, data=sent()).status_code == 422
    assert ada.post(f"{path}/fjern", data=sent()).status_code == 303
    assert cast.karen.account_id is not None
    held = queries.list_assignments(cast.karen.account_id)
    assert [row.role for row in held] == [Role.COORDINATOR]


def test_the_last_role_is_not_taken_away(cast: Cast, ada: FlaskClient):
    path = f"/log-ins/{cast.karen.account_id}/roller/koordinator/fjern"
    assert ada.post(path, data=sent()).status_code == 404


def test_a_changed_role_logs_the_person_out(cast: Cast, app: Flask, ada: FlaskClient):
    karen = log_in(app.test_client(), cast.karen)
    ada.post(f"/log-ins/{cast.karen.account_id}/roller/visitator", data=sent())
    assert not is_logged_in(karen)


def test_the_care_workers_role_needs_a_known_number(cast: Cast, ada: FlaskClient):
    path = f"/log-ins/{cast.karen.account_id}/roller/medarbejder"
    response = ada.post(path, data=sent(employee_number="M99"))
    assert response.status_code == 422
    assert "M99" in response.text


def test_services_refuse_whoever_is_not_an_administrator(cast: Cast, app: Flask):
    with pytest.raises(Forbidden):
        in_home(cast.karen, services.close_account, cast.bo.account_id, now=NOON)


def test_names_are_found_for_accounts(cast: Cast, app: Flask):
    assert cast.bo.account_id is not None
    unknown = UUID(int=1)
    assert queries.names_of([cast.bo.account_id, unknown]) == {cast.bo.account_id: "Bo Berg"}


def test_another_municipalitys_account_cannot_be_got(cast: Cast, app: Flask):
    assert cast.frida.account_id is not None
    with acting_for(HOME), pytest.raises(NotFound):
        queries.get_account(cast.frida.account_id)
