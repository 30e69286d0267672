"""Grave acts ask once more who one is, and lose nothing of what was typed."""

import html
import re
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.authenticator import Authenticator
from tests.cast import Cast
from tests.identity_provider import Provider
from tests.integration.accounts.people import (
    NOON,
    RIGHT,
    account_called,
    answer,
    cookie_of,
    has_password,
    sent,
)
from tests.integration.sign_in.browsing import go, log_in
from tests.integration.sign_in.test_passkeys import asked, register

NEW = "/log-ins/opret/koordinator"
LATER = NOON + timedelta(minutes=11)


def _typed(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def test_a_fresh_log_in_is_not_asked_again(cast: Cast, client: FlaskClient):
    with time_machine.travel(NOON, tick=False) as traveller:
        has_password(cast.ada)
        answer(client, cast.ada)
        traveller.move_to(NOON + timedelta(minutes=10))
        assert client.get(NEW).status_code == 200


def test_what_was_typed_waits_for_the_password(cast: Cast, client: FlaskClient):
    with time_machine.travel(NOON, tick=False) as traveller:
        has_password(cast.ada)
        answer(client, cast.ada)
        before = cookie_of(client)
        traveller.move_to(LATER)
        wanted = sent(name="Nye <Nina>", email="nina@example.dk")
        held = client.post(NEW, data=wanted).location
        assert client.post(held, data=sent(password="forkert")).status_code == 422
        waits = client.post(held, data=sent(password=RIGHT)).location
        page = client.get(waits).text
        assert f'action="{NEW}"' in page
        typed = _typed(page)
        assert {k: typed[k] for k in wanted} == wanted
        assert "adgangskode" in client.post(NEW, data=typed).text.casefold()
        assert account_called("Nye <Nina>")
        assert cookie_of(client) != before


def test_a_page_that_was_opened_comes_back(cast: Cast, client: FlaskClient):
    with time_machine.travel(NOON, tick=False) as traveller:
        has_password(cast.ada)
        answer(client, cast.ada)
        traveller.move_to(LATER)
        held = client.get(NEW).location
        waits = client.post(held, data=sent(password=RIGHT)).location
        assert client.get(waits).location == NEW


def test_nobody_gets_at_what_another_typed(cast: Cast, app: Flask, client: FlaskClient):
    with time_machine.travel(NOON, tick=False) as traveller:
        has_password(cast.ada)
        has_password(cast.karen)
        answer(client, cast.ada)
        traveller.move_to(LATER)
        held = client.get(NEW).location
        other = app.test_client()
        answer(other, cast.karen)
        assert other.get(held).status_code == 404
        assert other.get(f"{held}/videre").status_code == 404


def test_a_passkey_confirms(cast: Cast, client: FlaskClient):
    with time_machine.travel(NOON, tick=False) as traveller:
        has_password(cast.ada)
        answer(client, cast.ada)
        device = Authenticator()
        register(client, device)
        traveller.move_to(LATER)
        held = client.get(NEW).location
        step, options = asked(client, f"{held}/noegle")
        said = sent(step=step, answer=device.get(options))
        assert client.post(f"{held}/noegle", data=said).location == f"{held}/videre"
        assert client.get(NEW).status_code == 200


def test_the_provider_confirms_and_asks_anew(staff: Provider, client: FlaskClient):
    log_in(staff, client)
    with time_machine.travel(timedelta(minutes=11), tick=False) as traveller:
        staff.now = traveller.time() if hasattr(traveller, "time") else None
        held = client.get("/min-konto/noegler/ny").location
        name = held.removeprefix("/bekraeft/")
        sent_on = client.get(f"/bekraeft/udbyder/{name}")
        assert "prompt=login" in sent_on.location
        back = go(staff, client, f"/bekraeft/udbyder/{name}")
        assert client.get(back).location == f"{held}/videre"
        assert client.get("/min-konto/noegler/ny").status_code == 200


def test_being_let_through_there_does_not_confirm(staff: Provider, client: FlaskClient):
    log_in(staff, client)
    staff.claims["auth_time"] = 1
    with time_machine.travel(timedelta(minutes=11), tick=False):
        name = client.get("/min-konto/noegler/ny").location.removeprefix("/bekraeft/")
        assert client.get(go(staff, client, f"/bekraeft/udbyder/{name}")).status_code == 403


def test_somebody_else_there_does_not_confirm(staff: Provider, client: FlaskClient):
    log_in(staff, client)
    with time_machine.travel(timedelta(minutes=11), tick=False):
        name = client.get("/min-konto/noegler/ny").location.removeprefix("/bekraeft/")
        staff.claims["sub"] = "u-2"
        assert client.get(go(staff, client, f"/bekraeft/udbyder/{name}")).status_code == 403
