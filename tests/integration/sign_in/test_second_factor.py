"""A password and a code from an app: enrolled, asked for once each, and demanded by role."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.accounts.models import Credential
from klippekort.accounts.models.sign_in import RecoveryCode
from klippekort.accounts.services.one_time_passwords import (
    begin_enrolment,
    check_one_time_password,
    confirm_enrolment,
    demand_second_factor,
    find_enrolment,
    forget_second_factor,
)
from klippekort.domain.permissions import Action, Role
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from tests.cast import Cast
from tests.integration.accounts.people import (
    NOON,
    answer,
    has_password,
    in_home,
    is_logged_in,
    sent,
)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def seed(cast: Cast) -> str:
    """Karen's seed; her app is confirmed with the code before this one."""
    has_password(cast.karen)
    execute(begin_enrolment, cast.karen.account_id, now=NOON)
    address = find_enrolment(_karen(cast), now=NOON) or ""
    found = pyotp.parse_uri(address).secret
    before = pyotp.TOTP(found).at(NOON - timedelta(seconds=30))
    codes = confirm_enrolment(_karen(cast), before, now=NOON)
    assert codes is not None
    db.session.info["codes"] = codes
    return found


def _karen(cast: Cast) -> UUID:
    assert cast.karen.account_id is not None
    return cast.karen.account_id


def _code(seed: str, seconds: int = 0) -> str:
    return pyotp.TOTP(seed).at(NOON + timedelta(seconds=seconds))


def _second(client: FlaskClient, cast: Cast, code: str) -> TestResponse:
    asked = answer(client, cast.karen).location
    assert asked.startswith("/log-ind/engangskode/")
    return client.post(asked, data=sent(code=code))


def test_the_password_alone_is_not_enough(seed: str, cast: Cast, client: FlaskClient):
    answer(client, cast.karen)
    assert not is_logged_in(client)


def test_password_and_code_let_in(seed: str, cast: Cast, client: FlaskClient):
    assert _second(client, cast, _code(seed)).status_code == 303
    assert is_logged_in(client)


def test_a_code_works_once(seed: str, cast: Cast, app: Flask):
    _second(app.test_client(), cast, _code(seed))
    assert _second(app.test_client(), cast, _code(seed)).status_code == 422


@pytest.mark.parametrize("code", ["000000", "", "x", "1" * 20])
def test_a_wrong_code_lets_nobody_in(seed: str, cast: Cast, client: FlaskClient, code: str):
    assert _second(client, cast, code).status_code == 422


def test_tries_are_limited(seed: str, cast: Cast):
    for _try in range(10):
        check_one_time_password(_karen(cast), "000000", now=NOON)
    assert not check_one_time_password(_karen(cast), _code(seed), now=NOON)


def test_a_recovery_code_works_once(seed: str, cast: Cast, app: Flask):
    code = db.session.info["codes"][0]
    assert _second(app.test_client(), cast, code.upper()).status_code == 303
    assert _second(app.test_client(), cast, code).status_code == 422


def test_neither_seed_nor_recovery_codes_stand_in_the_database(seed: str, cast: Cast):
    kept = db.session.scalars(select(Credential.secret).filter_by(kind="totp")).one()
    hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert seed not in kept
    assert len(hashes) == 10
    assert not set(hashes) & set(db.session.info["codes"])


def test_a_step_belongs_to_its_browser(seed: str, cast: Cast, app: Flask, client: FlaskClient):
    asked = answer(client, cast.karen).location
    other = app.test_client()
    assert other.post(asked, data=sent(code=_code(seed))).location == "/log-ind"


def test_a_role_can_demand_it_and_one_enrols_on_the_way_in(cast: Cast, client: FlaskClient):
    has_password(cast.karen)
    in_home(cast.ada, demand_second_factor, [Role.COORDINATOR])
    asked = answer(client, cast.karen).location
    page = client.get(asked, follow_redirects=True)
    assert not is_logged_in(client)
    typed = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert typed is not None
    code = pyotp.TOTP(typed[1].replace(" ", "")).at(NOON)
    shown = client.post(f"{asked}/opret", data=sent(code=code))
    assert len(re.findall(r"<li><code>", shown.text)) == 10
    assert is_logged_in(client)


def test_other_roles_are_left_alone(cast: Cast, client: FlaskClient):
    has_password(cast.asta)
    in_home(cast.ada, demand_second_factor, [Role.COORDINATOR])
    answer(client, cast.asta)
    assert is_logged_in(client)


def test_an_administrator_helps_whoever_lost_the_phone(seed: str, cast: Cast, client: FlaskClient):
    in_home(cast.ada, forget_second_factor, cast.karen.account_id, now=NOON)
    answer(client, cast.karen)
    assert is_logged_in(client)


def test_only_administrators_demand(cast: Cast, client: FlaskClient):
    with pytest.raises(Exception, match=Action.SET_SIGN_IN):
        in_home(cast.karen, demand_second_factor, [])
