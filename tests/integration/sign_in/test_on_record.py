"""Every time somebody shows who they are, and every time it fails, stands in the record."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.services import check_pin
from klippekort.accounts.services.one_time_passwords import begin_enrolment, find_enrolment
from klippekort.accounts.services.support import give_support
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.authenticator import Authenticator
from tests.cast import HOME, Cast
from tests.integration.accounts.people import (
    NOON,
    RIGHT,
    answer,
    has_password,
    has_pin,
    in_home,
    sent,
)
from tests.integration.sign_in.test_passkeys import IN, asked, enter, register
from tests.integration.sign_in.test_support import LOOK
from tests.login import log_in

WRONG = "forkert hest batteri"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON):  # it goes on, for lines stand in the order of their times
        yield


def lines() -> list[AuditLine]:
    """Return what stands of showing who one is, oldest first."""
    db.session.rollback()
    with acting_for(HOME):
        wanted = select(AuditLine).filter_by(action="log_in", subject_kind="account")
        return list(db.session.scalars(wanted.order_by(AuditLine.at, AuditLine.id)))


def told() -> list[dict[str, Any]]:
    return [line.details for line in lines()]


def test_a_password_that_fits_is_on_record(cast: Cast, client: FlaskClient):
    has_password(cast.karen)
    answer(client, cast.karen)
    (line,) = lines()
    assert (line.account_id, line.role, line.purpose) == (
        cast.karen.account_id,
        "coordinator",
        "log_in",
    )
    assert line.details == {"method": "password"}


def test_a_password_that_does_not_fit_is_on_record(cast: Cast, client: FlaskClient):
    has_password(cast.karen)
    answer(client, cast.karen, WRONG)
    (line,) = lines()
    assert line.subject_id == cast.karen.account_id
    assert line.details == {"method": "password", "refused": "wrong"}


def test_whoever_must_wait_adds_no_lines(cast: Cast, client: FlaskClient):
    """Ten tries are ten lines; what is refused unread cannot fill the record."""
    has_password(cast.karen)
    for _try in range(13):
        answer(client, cast.karen, WRONG)
    assert len(lines()) == 10


def test_an_address_nobody_has_is_counted_in_the_log(
    cast: Cast, client: FlaskClient, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO):
        client.post("/log-ind", data=sent(email="nobody@example.dk", password=WRONG))
    said = [one.getMessage() for one in caplog.records if "log-in" in one.getMessage()]
    assert said == ["log-in by password refused: unknown"]
    assert lines() == []


def test_showing_anew_who_one_is_is_on_record(cast: Cast, client: FlaskClient):
    has_password(cast.ada)
    log_in(client, cast.ada)
    with time_machine.travel(NOON.replace(minute=20)):
        page = client.get("/log-ins/opret/koordinator").location
        client.post(page, data=sent(password=WRONG))
        client.post(page, data=sent(password=RIGHT))
        found = [(line.purpose, line.details.get("refused")) for line in lines()]
    assert found == [("confirm", "wrong"), ("confirm", None)]


def test_one_time_passwords_set_up_used_and_stopped_are_on_record(cast: Cast, client: FlaskClient):
    has_password(cast.karen)
    karen = cast.karen.account_id
    assert karen is not None
    log_in(client, cast.karen)
    execute(begin_enrolment, karen, now=NOON)
    seed = pyotp.parse_uri(find_enrolment(karen, now=NOON) or "").secret
    for code in ("000000", pyotp.TOTP(seed).at(NOON)):
        client.post("/min-konto/engangskoder/opret", data=sent(code=code))
    client.post("/log-ud")
    asked_at = answer(client, cast.karen).location
    client.post(asked_at, data=sent(code="000000"))
    with time_machine.travel(NOON.replace(minute=1)):
        client.post(asked_at, data=sent(code=pyotp.TOTP(seed).at(NOON.replace(minute=1))))
        client.post("/min-konto/engangskoder/stop", data=sent())
        assert told() == [
            {"method": "totp", "refused": "wrong"},
            {"change": "totp_set_up"},
            {"method": "password"},
            {"method": "totp", "refused": "wrong"},
            {"method": "totp"},
            {"change": "totp_stopped"},
        ]


def test_passkeys_made_used_and_taken_away_are_on_record(
    cast: Cast, app: Flask, client: FlaskClient
):
    device = Authenticator()
    register(log_in(app.test_client(), cast.viggo), device)
    assert enter(client, device) == 303
    client.post("/log-ud")
    device.verifies = False
    assert enter(client, device) == 422
    assert told() == [
        {"change": "passkey_made"},
        {"method": "passkey"},
        {"method": "passkey", "refused": "wrong"},
    ]


def test_a_passkey_nobody_knows_is_counted_in_the_log(
    cast: Cast, client: FlaskClient, caplog: pytest.LogCaptureFixture
):
    step, _options = asked(client, IN)
    with caplog.at_level(logging.INFO):
        client.post(IN, data=sent(step=step, answer='{"id": "YSBwYXNza2V5"}'))
    assert "log-in by passkey refused: unknown" in [one.getMessage() for one in caplog.records]


def test_a_page_that_was_answered_adds_no_more_lines(cast: Cast, app: Flask, client: FlaskClient):
    """Whoever knows a passkey's id cannot fill the record with one page, nor with none."""
    device = Authenticator()
    register(log_in(app.test_client(), cast.viggo), device)
    step, options = asked(client, IN)
    device.key = Authenticator().key
    said = device.get(options)
    for _try in range(5):
        client.post(IN, data=sent(step=step, answer=said))
    for _try in range(5):
        client.post(IN, data=sent(step="no step of ours", answer=said))
    assert told() == [{"change": "passkey_made"}, {"method": "passkey", "refused": "wrong"}]


def test_a_refused_answer_uses_the_question_up(cast: Cast, app: Flask, client: FlaskClient):
    device = Authenticator()
    register(log_in(app.test_client(), cast.viggo), device)
    step, options = asked(client, IN)
    client.post(IN, data=sent(step=step, answer=device.get(options).replace("signature", "x")))
    assert client.post(IN, data=sent(step=step, answer=device.get(options))).status_code == 422


def test_an_answer_that_nobody_signed_is_counted_in_the_log(
    cast: Cast, app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
):
    device = Authenticator()
    register(log_in(app.test_client(), cast.viggo), device)
    step, options = asked(client, IN)
    known = json.loads(device.get(options))["id"]
    with caplog.at_level(logging.INFO):
        client.post(IN, data=sent(step=step, answer=json.dumps({"id": known})))
    assert "log-in by passkey refused: unread" in [one.getMessage() for one in caplog.records]
    assert told() == [{"change": "passkey_made"}]


def test_a_stranger_with_many_pages_adds_ten_lines_and_shuts_nobody_out(
    cast: Cast, app: Flask, client: FlaskClient
):
    device = Authenticator()
    register(log_in(app.test_client(), cast.viggo), device)
    stranger = Authenticator(handle=device.handle)
    for _try in range(13):
        assert enter(app.test_client(), stranger) == 422
    assert told().count({"method": "passkey", "refused": "wrong"}) == 10
    assert enter(client, device) == 303
    enter(app.test_client(), stranger)
    assert told()[-2:] == [{"method": "passkey"}, {"method": "passkey", "refused": "wrong"}]


def test_whoever_is_logged_in_adds_no_lines_with_a_key_that_is_not_hers(
    cast: Cast, app: Flask, client: FlaskClient
):
    device = Authenticator()
    register(log_in(app.test_client(), cast.viggo), device)
    log_in(client, cast.ada)
    with time_machine.travel(NOON.replace(minute=20)):
        page = client.get("/log-ins/opret/koordinator").location + "/noegle"
        for _try in range(3):
            step, options = asked(client, page)
            client.post(page, data=sent(step=step, answer='{"id": "zzz"}'))
            client.post(page, data=sent(step=step, answer='{"id": "zzz"}'))
            step, options = asked(client, page)
            client.post(page, data=sent(step=step, answer=device.get(options)))
        assert told() == [{"change": "passkey_made"}]


def test_a_key_of_ones_own_that_does_not_fit_before_a_grave_act_is_on_record(
    cast: Cast, client: FlaskClient
):
    device = Authenticator()
    register(log_in(client, cast.ada), device)
    with time_machine.travel(NOON.replace(minute=20)):
        page = client.get("/log-ins/opret/koordinator").location + "/noegle"
        for verifies in (False, True):
            device.verifies = verifies
            step, options = asked(client, page)
            client.post(page, data=sent(step=step, answer=device.get(options)))
        found = [(line.purpose, line.details.get("refused")) for line in lines()]
    assert found == [("own_log_in", None), ("confirm", "wrong"), ("confirm", None)]


def test_a_log_in_of_support_is_told_as_that_of_support_from_outside(
    cast: Cast, client: FlaskClient
):
    support_id = str(in_home(cast.ada, give_support, LOOK, password=RIGHT, now=NOON))
    for password in (WRONG, RIGHT):
        client.post("/log-ind", data=sent(email=LOOK.email, password=password))
    has_password(cast.karen)
    answer(client, cast.karen)
    of_support = {"method": "password", "support": support_id, "as": "coordinator"}
    assert [(line.role, line.details) for line in lines()] == [
        ("support", {**of_support, "refused": "wrong"}),
        ("support", of_support),
        ("coordinator", {"method": "password"}),
    ]


def test_a_pin_is_on_record(cast: Cast):
    has_pin(cast.bo)
    assert isinstance(cast.bo.account_id, UUID)
    assert not check_pin(cast.bo.account_id, "0000", NOON)
    assert check_pin(cast.bo.account_id, "7391", NOON)
    assert told() == [{"method": "pin", "refused": "wrong"}, {"method": "pin"}]


def test_a_password_changed_is_on_record(cast: Cast, client: FlaskClient):
    has_password(cast.karen)
    log_in(client, cast.karen)
    new = "en helt ny adgangskode"
    client.post(
        "/min-konto/adgangskode", data=sent(current=RIGHT, new=new, again=new, repeated=new)
    )
    assert told() == [{"method": "password"}, {"change": "password"}]


def test_no_secret_and_no_address_is_on_record(cast: Cast, client: FlaskClient):
    has_password(cast.karen)
    answer(client, cast.karen, WRONG)
    answer(client, cast.karen)
    said = str(told())
    assert not any(word in said for word in (WRONG, RIGHT, "@", "karen"))
