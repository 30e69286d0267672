"""How long a log-in lasts, and what ends it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts import services
from klippekort.accounts.models import LoginSession
from klippekort.accounts.queries import sessions as login_sessions
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.keys import fingerprint
from tests.cast import Cast
from tests.integration.accounts.people import (
    NOON,
    answer,
    cookie_of,
    has_password,
    in_home,
    is_logged_in,
)
from tests.login import log_in


def _seen_at(client: FlaskClient) -> object:
    db.session.rollback()
    wanted = select(LoginSession.seen_at).filter_by(token_hash=fingerprint(cookie_of(client)))
    return db.session.scalars(wanted).one()


def _after(client: FlaskClient, actor: Actor, *minutes: int) -> bool:
    """Log in, load a page after each number of minutes, and say whether the last was shown."""
    with time_machine.travel(NOON, tick=False) as traveller:
        has_password(actor)
        answer(client, actor)
        for later in minutes:
            traveller.move_to(NOON + timedelta(minutes=later))
            shown = is_logged_in(client)
    return shown


def test_half_an_hour_of_nothing_logs_staff_out(cast: Cast, client: FlaskClient):
    assert not _after(client, cast.bo, 30)


def test_staff_who_go_on_stay_logged_in(cast: Cast, client: FlaskClient):
    assert _after(client, cast.bo, 9, 18)


def test_whoever_shares_no_tablet_may_pause_longer(cast: Cast, client: FlaskClient):
    assert _after(client, cast.karen, 29, 58)


def test_a_volunteer_may_pause(cast: Cast, client: FlaskClient):
    assert _after(client, cast.viggo, 11 * 60)


def test_everyone_is_logged_out_after_twelve_hours(cast: Cast, client: FlaskClient):
    assert not _after(client, cast.bo, *range(20, 721, 20))


def test_a_sign_of_life_is_stored_once_a_minute(cast: Cast, client: FlaskClient):
    has_password(cast.bo)
    with time_machine.travel(NOON, tick=False) as traveller:
        answer(client, cast.bo)
        traveller.move_to(NOON + timedelta(seconds=59))
        is_logged_in(client)
        before = _seen_at(client)
        traveller.move_to(NOON + timedelta(seconds=60))
        is_logged_in(client)
        after = _seen_at(client)
    assert (before, after) == (NOON, NOON + timedelta(seconds=60))


def test_logging_out_kills_copies_of_the_cookie(cast: Cast, app: Flask, client: FlaskClient):
    log_in(client, cast.bo)
    copy = app.test_client()
    copy.set_cookie("session", cookie_of(client), domain="localhost")
    assert is_logged_in(copy)
    assert client.post("/log-ud").location == "/log-ind"
    assert client.get_cookie("session") is None
    assert not is_logged_in(copy)


def test_logging_out_twice_is_harmless(client: FlaskClient):
    assert client.post("/log-ud").status_code == 303


def test_a_tablet_turned_to_a_citizen_can_be_logged_out(cast: Cast, client: FlaskClient):
    log_in(client, cast.bo)
    session_hash = fingerprint(cookie_of(client))
    execute(services.set_shown, session_hash, cast.ellen, {"trip": "x"})
    assert login_sessions.find_shown_proposal(session_hash) == {"trip": "x"}
    assert client.get("/min-konto").status_code == 303
    client.post("/log-ud")
    assert client.get_cookie("session") is None


def test_turning_the_tablet_back_opens_everything_again(cast: Cast, client: FlaskClient):
    log_in(client, cast.bo)
    session_hash = fingerprint(cookie_of(client))
    execute(services.set_shown, session_hash, cast.ellen)
    execute(services.set_shown, session_hash, None)
    assert is_logged_in(client)


def test_closing_an_account_logs_the_person_out(cast: Cast, client: FlaskClient):
    log_in(client, cast.bo)
    in_home(cast.ada, services.close_account, cast.bo.account_id, now=NOON)
    assert not is_logged_in(client)


def test_an_invented_cookie_opens_nothing(cast: Cast, client: FlaskClient):
    client.set_cookie("session", "x" * 43, domain="localhost")
    assert not is_logged_in(client)


def test_over_https_the_cookie_is_bound_to_the_host(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    settings = replace(client.application.extensions["settings"], secure_cookies=True)
    monkeypatch.setitem(client.application.extensions, "settings", settings)
    has_password(cast.bo)
    cookies = answer(client, cast.bo).headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("__Host-session="))
    assert {"Secure", "HttpOnly", "Path=/"} <= set(session.split("; "))
    assert "Domain" not in session
