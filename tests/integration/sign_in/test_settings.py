"""An administrator sets who vouches for people; it is tried, and only safe addresses are asked."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models.sign_in import SignInGroup, SignInProvider
from klippekort.accounts.queries.providers import STAFF, find_own_provider
from klippekort.config import BadSetting, GivenProvider, from_environment
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.identity_provider import SECRET, Provider
from tests.integration.accounts.people import sent
from tests.login import log_in

PAGE = "/log-ins/indgang/medarbejdere"


def _typed(idp: Provider, **changes: str) -> dict[str, str]:
    told = {
        "issuer": idp.issuer,
        "client_id": "klippekort",
        "secret": SECRET,
        "scope": "openid profile",
        "group_claim": "groups",
        "level_claim": "acr",
        "least_level": "2",
        "is_on": "y",
    }
    return sent(**(told | changes))


def test_a_provider_that_answers_is_used(cast: Cast, idp: Provider, client: FlaskClient):
    assert log_in(client, cast.ada).post(PAGE, data=_typed(idp)).status_code == 303
    found = find_own_provider(HOME, STAFF)
    assert found is not None
    assert (found.is_on, found.secret(), found.least_level) == (True, SECRET, 2)


def test_the_secret_is_sealed_and_never_shown(cast: Cast, idp: Provider, client: FlaskClient):
    log_in(client, cast.ada).post(PAGE, data=_typed(idp))
    row = db.session.scalars(select(SignInProvider)).one()
    assert SECRET.encode() not in (row.secret_sealed or b"")
    assert SECRET not in client.get(PAGE).text
    client.post(PAGE, data=_typed(idp, secret=""))
    found = find_own_provider(HOME, STAFF)
    assert found is not None
    assert found.secret() == SECRET


@pytest.mark.parametrize(
    "issuer",
    [
        "http://127.0.0.1:1",
        "http://169.254.169.254",
        "https://10.0.0.1",
        "https://[::1]",
        "ftp://example.dk",
        "https://user:pw@example.dk",
        "javascript:alert(1)",
        "x",
    ],
)
def test_what_is_no_provider_is_refused_at_the_field(
    cast: Cast, idp: Provider, client: FlaskClient, issuer: str
):
    answer = log_in(client, cast.ada).post(PAGE, data=_typed(idp, issuer=issuer))
    assert answer.status_code == 422
    assert find_own_provider(HOME, STAFF) is None


def test_trying_says_what_is_wrong(cast: Cast, idp: Provider, client: FlaskClient):
    log_in(client, cast.ada).post(PAGE, data=_typed(idp))
    idp.metadata["issuer"] = "https://other.example"
    answer = client.post(f"{PAGE}/proev", data=sent(), follow_redirects=True)
    assert "alert-error" in answer.text


def test_groups_are_added_once_and_taken_away(cast: Cast, client: FlaskClient):
    told = {"name": "koord", "role": "coordinator", "supplier": "", "district": ""}
    log_in(client, cast.ada)
    assert client.post("/log-ins/indgang/gruppe", data=sent(**told)).status_code == 303
    assert client.post("/log-ins/indgang/gruppe", data=sent(**told)).status_code == 422
    with acting_for(HOME):
        row = db.session.scalars(select(SignInGroup)).one()
    client.post(f"/log-ins/indgang/gruppe/{row.id}/fjern", data=sent())
    with acting_for(HOME):
        assert db.session.scalars(select(SignInGroup)).all() == []


def test_the_operator_sets_it_in_the_environment(
    cast: Cast, app: Flask, idp: Provider, client: FlaskClient
):
    before = app.extensions["settings"]
    given = GivenProvider("lindeby", "staff", idp.issuer, "klippekort", SECRET)
    app.extensions["settings"] = replace(before, providers=(given,))
    log_in(client, cast.ada)
    assert client.post(PAGE, data=_typed(idp, issuer="", secret="")).status_code == 303
    found = find_own_provider(HOME, STAFF)
    app.extensions["settings"] = before
    assert found is not None
    assert (found.issuer, found.secret(), found.is_given) == (idp.issuer, SECRET, True)


def test_the_environment_names_municipality_and_kind():
    told = from_environment({"KLIPPEKORT_OIDC_LINDE_BY_STAFF": "https://idp.example id secret"})
    assert told.providers == (
        GivenProvider("linde-by", "staff", "https://idp.example", "id", "secret"),
    )


@pytest.mark.parametrize("said", ["https://idp.example id", "idp id secret"])
def test_a_half_setting_is_refused(said: str):
    with pytest.raises(BadSetting):
        from_environment({"KLIPPEKORT_OIDC_LINDEBY_STAFF": said})


@pytest.mark.parametrize("said", ["http://example.dk", "https://example.dk/path", "example.dk"])
def test_a_public_address_is_https_and_no_more(said: str):
    with pytest.raises(BadSetting):
        from_environment({"KLIPPEKORT_PUBLIC_URL": said})
