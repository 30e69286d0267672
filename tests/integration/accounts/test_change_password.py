"""Changing one's own password."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.integration.accounts.people import RIGHT, answer, has_password, is_logged_in, sent

NEW = "fire ord der ikke rimer"


def _change(client: FlaskClient, **fields: str) -> int:
    wanted = {"current": RIGHT, "new": NEW, "again": NEW} | fields
    return client.post("/min-konto/adgangskode", data=sent(**wanted)).status_code


@pytest.fixture
def bo(cast: Cast, client: FlaskClient) -> Cast:
    """The cast, with Bo logged in by password."""
    has_password(cast.bo)
    answer(client, cast.bo)
    assert client.get("/min-konto/adgangskode").status_code == 200
    return cast


def test_the_new_password_works_and_the_old_one_no_more(bo: Cast, app: Flask, client: FlaskClient):
    assert _change(client) == 303
    assert answer(app.test_client(), bo.bo, NEW).status_code == 303
    assert answer(app.test_client(), bo.bo).status_code == 422


def test_other_devices_are_logged_out_and_this_one_stays(bo: Cast, app: Flask, client: FlaskClient):
    other = app.test_client()
    answer(other, bo.bo)
    _change(client)
    assert is_logged_in(client)
    assert not is_logged_in(other)


@pytest.mark.parametrize(
    "wrong", [{"current": "forkert"}, {"new": "kort", "again": "kort"}, {"again": "noget andet"}]
)
def test_a_change_that_does_not_fit_is_refused(
    bo: Cast, app: Flask, client: FlaskClient, wrong: dict[str, str]
):
    assert _change(client, **wrong) == 422
    assert answer(app.test_client(), bo.bo).status_code == 303


@pytest.mark.parametrize(
    "new",
    ["Klippekort2026!", "lindeby-lindeby", "Bo Berg Bo Berg", "aaaaaaaaaaaa", "1234567890123"],
)
def test_a_password_that_anybody_would_try_is_refused(
    bo: Cast, app: Flask, client: FlaskClient, new: str
):
    assert _change(client, new=new, again=new) == 422
    assert answer(app.test_client(), bo.bo).status_code == 303


def test_guessing_the_current_password_spends_the_tries_of_the_log_in(
    bo: Cast, app: Flask, client: FlaskClient
):
    for _try in range(10):
        _change(client, current="forkert")
    assert answer(app.test_client(), bo.bo).status_code == 422


@pytest.mark.parametrize("path", ["/min-konto", "/min-konto/adgangskode"])
def test_ones_account_asks_for_a_log_in(client: FlaskClient, path: str):
    assert client.get(path).location == "/log-ind"
