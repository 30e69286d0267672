"""The PIN that takes a tablet back: five tries, spent before they are compared."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts import queries, services
from klippekort.accounts.services import secrets
from tests.cast import Cast
from tests.integration.accounts.people import NOON, PIN, has_pin, sent, tries_of
from tests.login import log_in


def _check(cast: Cast, pin: str) -> bool:
    assert cast.bo.account_id is not None
    return services.check_pin(cast.bo.account_id, pin, NOON)


def test_the_right_pin_is_recognised(app: Flask, cast: Cast):
    has_pin(cast.bo)
    assert _check(cast, PIN)


def test_who_has_no_pin_has_no_right_one(app: Flask, cast: Cast):
    assert not _check(cast, PIN)


def test_after_five_wrong_the_right_one_is_refused(app: Flask, cast: Cast):
    has_pin(cast.bo)
    for _try in range(5):
        _check(cast, "0000")
    assert not _check(cast, PIN)


def test_the_right_pin_gives_the_tries_back(app: Flask, cast: Cast):
    has_pin(cast.bo)
    for _try in range(4):
        _check(cast, "0000")
    _check(cast, PIN)
    assert tries_of(cast.bo, "pin") == 0


def test_of_fifty_tries_at_once_five_are_compared(
    committed_app: Flask,
    committed_cast: Cast,
    real_hashes: None,
    monkeypatch: pytest.MonkeyPatch,
):
    has_pin(committed_cast.bo)
    compared = []
    really_matches = secrets.matches

    def counting(stored: str | None, text: str) -> bool:
        if stored is not None:
            compared.append(text)
        return really_matches(stored, text)

    monkeypatch.setattr(secrets, "matches", counting)

    def try_once(number: int) -> bool:
        with committed_app.app_context():
            return _check(committed_cast, f"{number:04d}")

    with ThreadPoolExecutor(8) as threads:
        assert not any(threads.map(try_once, range(50)))
    assert len(compared) == 5


def test_a_care_worker_chooses_a_pin(cast: Cast, client: FlaskClient):
    log_in(client, cast.bo)
    assert client.get("/min-konto/pin").status_code == 200
    assert client.post("/min-konto/pin", data=sent(pin=PIN)).status_code == 303
    assert _check(cast, PIN)


@pytest.mark.parametrize("pin", ["", "123", "12345", "12a4", "٣٤٥٦", "1234", "7777"])
def test_a_pin_is_four_digits_not_easily_guessed(cast: Cast, client: FlaskClient, pin: str):
    log_in(client, cast.bo)
    assert client.post("/min-konto/pin", data=sent(pin=pin)).status_code == 422
    assert cast.bo.account_id is not None
    assert not queries.has_pin(cast.bo.account_id)


def test_who_shows_no_card_has_no_pin(cast: Cast, client: FlaskClient):
    log_in(client, cast.asta)
    assert client.get("/min-konto/pin").status_code == 403
