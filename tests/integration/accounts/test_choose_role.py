"""People with several roles choose one."""

from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts import queries
from klippekort.domain.permissions import Role
from tests.cast import AWAY, HOME, Cast
from tests.integration.accounts.people import (
    also_works_as,
    answer,
    cookie_of,
    has_password,
    is_logged_in,
    sent,
)
from tests.login import log_in


def _choice(cast: Cast, role: Role) -> dict[str, str]:
    assert cast.karen.account_id is not None
    held = queries.list_assignments(cast.karen.account_id)
    return sent(role=str(next(row.id for row in held if row.role == role)))


def _arrive(cast: Cast, client: FlaskClient, municipality_id: int = HOME) -> str:
    also_works_as(cast.karen, Role.ASSESSOR, municipality_id)
    has_password(cast.karen)
    return str(answer(client, cast.karen).location)


def test_several_roles_lead_to_the_choice(cast: Cast, client: FlaskClient):
    assert _arrive(cast, client) == "/log-ind/rolle"
    page = client.get("/log-ind/rolle")
    assert page.text.count('type="radio"') == 2


def test_the_choice_is_a_new_session(cast: Cast, app: Flask, client: FlaskClient):
    _arrive(cast, client)
    first = cookie_of(client)
    response = client.post("/log-ind/rolle", data=_choice(cast, Role.COORDINATOR))
    with app.test_request_context():
        assert response.location == app.url_for("reports.overview")
    other = app.test_client()
    other.set_cookie("session", first, domain="localhost")
    assert is_logged_in(client)
    assert not is_logged_in(other)


def test_a_role_in_another_municipality_moves_there(cast: Cast, client: FlaskClient):
    _arrive(cast, client, AWAY)
    client.post("/log-ind/rolle", data=_choice(cast, Role.ASSESSOR))
    assert "Bakkeby Kommune" in client.get("/min-konto").text


def test_somebody_elses_role_cannot_be_chosen(cast: Cast, client: FlaskClient):
    assert cast.ada.account_id is not None
    other = queries.list_assignments(cast.ada.account_id)[0].id
    log_in(client, cast.karen)
    assert client.post("/log-ind/rolle", data=sent(role=str(other))).status_code == 422


def test_the_choice_asks_for_a_log_in(client: FlaskClient):
    assert client.get("/log-ind/rolle").location == "/log-ind"
