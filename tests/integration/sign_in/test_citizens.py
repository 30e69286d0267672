"""Citizens log in with MitID by a broker; the person number is compared and let go of."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import Account, LoginSession, RoleAssignment
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.sealed import person_number_of
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.identity_provider import Provider
from tests.integration.sign_in.browsing import go, log_in
from tests.integration.sign_in.conftest import use

PAGE = "/log-ind/mitid/lindeby"


def _number(cast: Cast) -> str:
    with acting_for(HOME):
        citizen = db.session.scalars(select(Citizen).filter_by(id=cast.ellen)).one()
        return person_number_of(citizen) or ""


@pytest.fixture
def broker(cast: Cast, idp: Provider) -> Provider:
    """A broker that vouches for citizens."""
    use(cast, idp, "citizens", scope="openid ssn")
    idp.claims |= {"cpr": _number(cast), "name": "Ellen"}
    return idp


def _who() -> list[tuple[str, object]]:
    db.session.rollback()
    rows = db.session.execute(
        select(RoleAssignment.role, RoleAssignment.person_id).join(
            LoginSession, LoginSession.role_assignment_id == RoleAssignment.id
        )
    )
    return [(row.role, row.person_id) for row in rows]


def test_a_citizen_is_found_by_her_number(broker: Provider, cast: Cast, client: FlaskClient):
    assert log_in(broker, client, PAGE).location == f"/min-side/{cast.ellen}"
    assert _who() == [("citizen", cast.ellen)]
    assert client.get(f"/min-side/{cast.ellen}").status_code == 200


def test_she_comes_to_her_own_page_and_no_other(broker: Provider, cast: Cast, client: FlaskClient):
    log_in(broker, client, PAGE)
    assert client.get("/").location == f"/min-side/{cast.ellen}"
    assert client.get(f"/min-side/{cast.poul}").status_code != 200
    assert client.get(f"/borgere/{cast.ellen}").status_code == 403


def test_the_number_may_have_a_dash(broker: Provider, cast: Cast, client: FlaskClient):
    number = _number(cast)
    broker.claims["cpr"] = f"{number[:6]}-{number[6:]}"
    assert log_in(broker, client, PAGE).status_code == 303


def test_later_she_is_known_without_her_number(broker: Provider, cast: Cast, app: Flask):
    log_in(broker, app.test_client(), PAGE)
    del broker.claims["cpr"]
    assert log_in(broker, app.test_client(), PAGE).status_code == 303
    assert _who() == [("citizen", cast.ellen)] * 2


def test_another_number_under_her_name_is_refused(broker: Provider, app: Flask):
    log_in(broker, app.test_client(), PAGE)
    broker.claims["cpr"] = "6100000000"
    assert log_in(broker, app.test_client(), PAGE).status_code == 403


@pytest.mark.parametrize("said", ["0102481234", None, ["1", "2"]])
def test_somebody_nobody_knows_is_told_whom_to_call(
    broker: Provider, client: FlaskClient, said: object
):
    broker.claims["cpr"] = said
    answer = log_in(broker, client, PAGE)
    assert answer.status_code == 403
    assert "20 12 34 56" in answer.text


def test_a_neighbours_citizen_is_nobody_here(broker: Provider, cast: Cast, client: FlaskClient):
    with acting_for(2):
        citizen = db.session.scalars(select(Citizen).filter_by(id=cast.gudrun)).one()
        broker.claims["cpr"] = person_number_of(citizen)
    assert log_in(broker, client, PAGE).status_code == 403


@pytest.mark.parametrize("said", ["http://eidas.europa.eu/LoA/low", None, "Lav"])
def test_a_level_below_substantial_is_refused(broker: Provider, client: FlaskClient, said: object):
    broker.claims["acr"] = said
    assert log_in(broker, client, PAGE).status_code == 403


def test_the_number_is_kept_nowhere(
    broker: Provider, cast: Cast, client: FlaskClient, caplog: pytest.LogCaptureFixture
):
    number = _number(cast)
    with caplog.at_level(logging.DEBUG):
        back = go(broker, client, PAGE)
        client.get(back)
    db.session.rollback()
    tables = ("account", "identity", "login_session", "sign_in_step", "role_assignment")
    line = db.session.connection()
    held = [line.exec_driver_sql(f"select * from {name}").all() for name in tables]  # noqa: S608
    assert db.session.scalars(select(Account).filter_by(display_name="Ellen")).all() == []
    assert number not in str(held)
    assert number not in caplog.text
    assert number not in back
