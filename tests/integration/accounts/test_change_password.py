"""Changing one's own password."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column

from klippekort.platform.db import db
from tests.cast import Cast
from tests.integration.accounts.people import (
    NOON,
    RIGHT,
    answer,
    has_password,
    is_logged_in,
    sent,
)

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


def test_a_password_never_grows_old(cast: Cast, client: FlaskClient):
    """Nobody is made to change it, nor asked to, however long ago it was chosen."""
    with time_machine.travel(NOON, tick=False) as traveller:
        has_password(cast.karen)
        traveller.move_to(NOON + timedelta(days=3650))
        response = answer(client, cast.karen)
        assert (response.status_code, response.location) == (303, "/overblik")
        assert client.get("/overblik").status_code == 200


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/log-ind", {"password": "current-password"}),
        (
            "/min-konto/adgangskode",
            {"current": "current-password", "new": "new-password", "again": "new-password"},
        ),
    ],
)
def test_a_password_is_masked_and_a_manager_of_passwords_may_fill_it_in(
    bo: Cast, app: Flask, client: FlaskClient, path: str, names: dict[str, str]
):
    page = (app.test_client() if path == "/log-ind" else client).get(path).text
    fields = {
        said["name"]: said
        for tag in re.findall(r"<input\b[^>]*>", page)
        if (said := dict(re.findall(r'([\w-]+)="([^"]*)"', tag))).get("type") == "password"
    }
    assert {name: said.get("autocomplete") for name, said in fields.items()} == names
    for tag in re.findall(r'<input\b[^>]*type="password"[^>]*>', page):
        assert not re.search(r"\b(onpaste|oncopy|readonly|disabled)\b", tag)
    assert not re.search(r"\son\w+=", page)
    secrets = [name for name in re.findall(r'name="(\w+)"', page) if name in names]
    assert sorted(secrets) == sorted(names), "none is asked for in a field that shows it"


def test_nothing_but_the_password_is_asked_of_whoever_has_one(bo: Cast, app: Flask):
    """No hint and no question only friends could answer, not even after a wrong try."""
    client = app.test_client()
    wrong = answer(client, bo.bo, "forkert")
    for page in (client.get("/log-ind").text, wrong.text):
        forms = re.findall(r"<form\b.*?</form>", page, re.DOTALL)
        [form] = [one for one in forms if 'name="password"' in one]
        assert set(re.findall(r'name="(\w+)"', form)) == {"email", "password", "key"}
    columns = {column.name for table in ("account", "credential") for column in _columns(table)}
    assert not {name for name in columns if re.search("hint|question|answer", name)}


def _columns(table: str) -> Iterable[Column[Any]]:
    columns: Iterable[Column[Any]] = db.metadata.tables[table].columns
    return columns
