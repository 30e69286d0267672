"""Logging in: the right answer opens, and every wrong one is answered alike."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts import services
from klippekort.platform.audit import audit_write
from tests.cast import Cast, email_of
from tests.integration.accounts.people import (
    NOON,
    RIGHT,
    answer,
    cookie_of,
    has_password,
    has_pin,
    is_logged_in,
    sent,
    tries_of,
)


@pytest.fixture
def bo(cast: Cast) -> Cast:
    """The cast, where Bo has a password."""
    has_password(cast.bo)
    return cast


def test_the_right_password_opens_the_start_page_of_the_role(bo: Cast, client: FlaskClient):
    page = client.get("/log-ind")
    assert page.status_code == 200
    response = answer(client, bo.bo)
    assert response.status_code == 303
    with client.application.test_request_context():
        assert response.location == client.application.url_for("trips.today")


def test_the_cookie_is_kept_from_scripts_and_other_sites(bo: Cast, client: FlaskClient):
    cookies = answer(client, bo.bo).headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("session="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))


def test_the_address_may_be_written_in_large_letters(bo: Cast, client: FlaskClient):
    fields = sent(email=f" {email_of(bo.bo).upper()} ", password=RIGHT)
    assert client.post("/log-ind", data=fields).status_code == 303


def test_a_wrong_password_keeps_the_address_but_not_the_password(bo: Cast, client: FlaskClient):
    response = answer(client, bo.bo, "forkert og hemmelig")
    assert response.status_code == 422
    assert email_of(bo.bo) in response.text
    assert "forkert og hemmelig" not in response.text
    assert not is_logged_in(client)


def _without_what_was_typed(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_an_unknown_address_is_answered_like_a_wrong_password(bo: Cast, client: FlaskClient):
    wrong = answer(client, bo.bo, "forkert")
    unknown = client.post("/log-ind", data=sent(email="ingen@example.dk", password="forkert"))
    assert _without_what_was_typed(unknown.text) == _without_what_was_typed(wrong.text)
    assert unknown.status_code == wrong.status_code == 422


def test_logging_in_again_ends_the_old_session(bo: Cast, app: Flask, client: FlaskClient):
    answer(client, bo.bo)
    first = cookie_of(client)
    answer(client, bo.bo)
    assert cookie_of(client) != first
    other = app.test_client()
    other.set_cookie("session", first, domain="localhost")
    assert not is_logged_in(other)


def test_who_is_logged_in_is_sent_on_from_the_log_in_page(bo: Cast, client: FlaskClient):
    answer(client, bo.bo)
    assert client.get("/log-ind").status_code == 303


def test_an_account_without_a_password_stays_shut(cast: Cast, client: FlaskClient):
    assert answer(client, cast.bo, "").status_code == 422
    assert answer(client, cast.bo, "nobody has this password").status_code == 422


def test_after_ten_wrong_tries_even_the_right_one_must_wait_a_minute(bo: Cast, client: FlaskClient):
    with time_machine.travel(NOON, tick=False) as traveller:
        for _try in range(10):
            answer(client, bo.bo, "forkert")
        assert answer(client, bo.bo).status_code == 422
        traveller.move_to(NOON + timedelta(seconds=59))
        assert answer(client, bo.bo).status_code == 422
        traveller.move_to(NOON + timedelta(seconds=60))
        assert answer(client, bo.bo).status_code == 303
    assert tries_of(bo.bo, "password") == 0


def test_the_wait_grows_but_never_past_a_quarter_of_an_hour(bo: Cast, app: Flask):
    waits, now = [], NOON
    for _try in range(10):
        audit_write(services.spend_try, bo.bo.account_id, "password", now)
    for _wait in range(6):
        minutes = 0
        while audit_write(services.spend_try, bo.bo.account_id, "password", now) is None:
            now += timedelta(minutes=1)
            minutes += 1
        waits.append(minutes)
    assert waits == [1, 2, 4, 8, 15, 15]


def test_logging_in_gives_the_tries_of_the_pin_back(bo: Cast, client: FlaskClient):
    has_pin(bo.bo)
    assert bo.bo.account_id is not None
    for _try in range(6):
        services.check_pin(bo.bo.account_id, "0000", NOON)
    answer(client, bo.bo)
    assert tries_of(bo.bo, "pin") == 0


def test_of_many_tries_at_once_ten_are_compared(committed_app: Flask, committed_cast: Cast):
    has_password(committed_cast.bo)
    account_id = committed_cast.bo.account_id

    def try_once(_number: int) -> str | None:
        with committed_app.app_context():
            found: str | None = audit_write(services.spend_try, account_id, "password", NOON)
            return found

    with ThreadPoolExecutor(8) as threads:
        compared = [found for found in threads.map(try_once, range(40)) if found is not None]
    assert len(compared) == 10


def test_a_log_in_without_its_token_is_refused(
    bo: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    assert answer(client, bo.bo).status_code == 400


def test_a_log_in_with_its_token_is_let_in(
    bo: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/log-ind").text)
    assert found is not None
    fields = sent(email=email_of(bo.bo), password=RIGHT, csrf_token=found[1])
    assert client.post("/log-ind", data=fields).status_code == 303


def test_the_account_found_is_the_one_of_the_address(bo: Cast, app: Flask):
    found: UUID | None = services.log_in(email_of(bo.bo), RIGHT, NOON)
    assert found == bo.bo.account_id
