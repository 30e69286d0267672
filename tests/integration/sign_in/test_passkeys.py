"""A passkey logs its owner in without a password, and nobody else."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.authenticator import Authenticator
from tests.cast import Cast
from tests.integration.accounts.people import NOON, sent
from tests.login import log_in

NEW, IN = "/min-konto/noegler/ny", "/log-ind/noegle"


def asked(client: FlaskClient, page: str) -> tuple[str, dict[str, Any]]:
    """Open a page and return its step and what it asks the device."""
    text = client.get(page).text
    options = re.search(r'data-options="([^"]*)"', text)
    step = re.search(r'name="step" value="([^"]*)"', text)
    assert options is not None
    assert step is not None
    return step[1], json.loads(html.unescape(options[1]))


def register(client: FlaskClient, device: Authenticator) -> None:
    """Make a passkey for whoever is logged in."""
    step, options = asked(client, NEW)
    answer = client.post(NEW, data=sent(step=step, answer=device.create(options), name="Telefon"))
    assert answer.status_code == 303, answer.text


def enter(client: FlaskClient, device: Authenticator) -> int:
    """Log in with a passkey and return the status."""
    step, options = asked(client, IN)
    return client.post(IN, data=sent(step=step, answer=device.get(options))).status_code


@pytest.fixture
def device(cast: Cast, app: Flask) -> Authenticator:
    """Viggo's telephone, with a passkey."""
    made = Authenticator()
    register(log_in(app.test_client(), cast.viggo), made)
    return made


def test_a_passkey_logs_in_without_a_name(device: Authenticator, client: FlaskClient):
    assert enter(client, device) == 303
    assert "Viggo Vang" in client.get("/min-konto").text


def test_the_question_asks_for_a_key_that_names_its_owner(
    device: Authenticator, cast: Cast, client: FlaskClient
):
    _step, options = asked(log_in(client, cast.karen), NEW)
    wanted = options["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")


def test_an_answer_works_once(device: Authenticator, app: Flask, client: FlaskClient):
    step, options = asked(client, IN)
    said = sent(step=step, answer=device.get(options))
    client.post(IN, data=said)
    client.post("/log-ud")
    assert client.post(IN, data=said).status_code == 422


def test_an_answer_works_in_its_own_browser(device: Authenticator, app: Flask, client: FlaskClient):
    step, options = asked(client, IN)
    other = app.test_client()
    other.get(IN)
    assert other.post(IN, data=sent(step=step, answer=device.get(options))).status_code == 422


def _as(**changes: Any) -> Callable[[Authenticator], None]:
    def change(device: Authenticator) -> None:
        for name, value in changes.items():
            setattr(device, name, value)

    return change


SPOILT = {
    "another site's page": _as(origin="https://klippekort.example"),
    "another site's key": _as(host="example.dk"),
    "nobody checked who held it": _as(verifies=False),
    "another device's key": lambda device: setattr(device, "key", Authenticator().key),
    "another person's key": _as(handle="AAAA"),
    "a key nobody knows": _as(name=b"some other passkey"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_dishonest_answer_is_refused(device: Authenticator, client: FlaskClient, spoilt: str):
    SPOILT[spoilt](device)
    assert enter(client, device) == 422


def test_a_count_that_goes_back_is_refused(device: Authenticator, client: FlaskClient):
    assert enter(client, device) == 303
    client.post("/log-ud")
    device.count = 0
    assert enter(client, device) == 422


@pytest.mark.parametrize("answer", ["", "{}", "[]", "x", '{"id": 1}', '{"id": "YSBwYXNza2V5"}'])
def test_nonsense_is_refused(device: Authenticator, client: FlaskClient, answer: str):
    step, _options = asked(client, IN)
    assert client.post(IN, data=sent(step=step, answer=answer)).status_code == 422


@pytest.mark.parametrize("spoilt", [_as(verifies=False), _as(origin="https://x.example")])
def test_a_dishonest_device_makes_no_passkey(
    cast: Cast, client: FlaskClient, spoilt: Callable[[Authenticator], None]
):
    made = Authenticator()
    spoilt(made)
    step, options = asked(log_in(client, cast.viggo), NEW)
    answer = client.post(NEW, data=sent(step=step, answer=made.create(options), name="x"))
    assert answer.status_code == 422


def test_a_passkey_is_named_renamed_and_taken_away(
    device: Authenticator, cast: Cast, app: Flask, client: FlaskClient
):
    mine = log_in(client, cast.viggo)
    page = mine.get("/min-konto/noegler").text
    found = re.search(r'href="(/min-konto/noegler/[0-9a-f-]{36})"', page)
    assert found is not None
    mine.post(found[1], data=sent(name="Den blå"))
    assert "Den blå" in mine.get("/min-konto/noegler").text
    mine.post(f"{found[1]}/fjern", data=sent())
    assert enter(app.test_client(), device) == 422


def test_nobody_reaches_anothers_passkey(
    device: Authenticator, cast: Cast, app: Flask, client: FlaskClient
):
    page = log_in(app.test_client(), cast.viggo).get("/min-konto/noegler").text
    found = re.search(r'href="(/min-konto/noegler/[0-9a-f-]{36})"', page)
    assert found is not None
    assert log_in(client, cast.karen).get(found[1]).status_code == 404
    assert client.post(f"{found[1]}/fjern", data=sent()).status_code == 404


def test_taking_a_passkey_away_needs_a_fresh_log_in(cast: Cast, client: FlaskClient):
    with time_machine.travel(NOON, tick=False) as traveller:
        log_in(client, cast.viggo)
        traveller.move_to(NOON + timedelta(minutes=11))
        assert client.get(NEW).location.startswith("/bekraeft/")
