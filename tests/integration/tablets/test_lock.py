"""A shared tablet locks, shows nothing of whoever used it, and is taken back with a PIN."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from klippekort.accounts.services import close_account
from klippekort.domain.permissions import Actor
from klippekort.municipalities.models import Municipality
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from tests.builders import MONDAY, a_shift
from tests.cast import HOME, Cast
from tests.integration.accounts.people import (
    PIN,
    answer,
    cookie_of,
    has_password,
    has_pin,
    in_home,
    is_logged_in,
    sent,
)
from tests.integration.tablet import StandingClock
from tests.integration.tablets.sending import Tablet

LOCK, BACK = "/tablet/laas", "/tablet/laas-op"


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    """A tablet that nobody has used; Bo and Mia have passwords and PINs."""
    for who in (cast.bo, cast.mia):
        has_password(who)
        has_pin(who)
    return app.test_client()


@pytest.fixture
def bos(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The tablet, with Bo logged in."""
    answer(client, cast.bo)
    return client


def _back(client: FlaskClient, who: Actor, pin: str = PIN) -> TestResponse:
    return client.post(BACK, data=sent(person=str(who.account_id), pin=pin))


def test_a_locked_tablet_opens_nothing_but_its_own_page(bos: FlaskClient) -> None:
    assert bos.post(LOCK).location == BACK
    for page in ("/i-dag", "/borgere", "/", "/min-konto", "/min-konto/pin"):
        assert bos.get(page).location == BACK


def test_a_locked_tablet_says_nothing_of_citizens(bos: FlaskClient) -> None:
    bos.post(LOCK)
    page = bos.get(BACK)
    assert "Bo Berg" in page.text
    assert not {"Ellen", "Sørensen", "Kortspil"} & set(page.text.split())
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Clear-Site-Data"] == '"cache"'


def test_what_was_to_be_said_to_the_last_one_is_not_said_to_the_next(bos: FlaskClient) -> None:
    with bos.session_transaction() as kept:
        kept["_flashes"] = [("success", "The trip with Ellen has begun")]
    bos.post(LOCK)
    assert "Ellen" not in bos.get(BACK).text


def test_a_copy_of_the_cookie_is_locked_too(app: Flask, bos: FlaskClient) -> None:
    copy = app.test_client()
    copy.set_cookie("session", cookie_of(bos), domain="localhost")
    bos.post(LOCK)
    assert not is_logged_in(copy)


def test_the_pin_opens_it_again(bos: FlaskClient, cast: Cast) -> None:
    bos.post(LOCK)
    assert _back(bos, cast.bo).location == "/i-dag"
    assert is_logged_in(bos)


def test_the_old_cookie_stays_dead(app: Flask, bos: FlaskClient, cast: Cast) -> None:
    copy = app.test_client()
    copy.set_cookie("session", cookie_of(bos), domain="localhost")
    bos.post(LOCK)
    _back(bos, cast.bo)
    assert not is_logged_in(copy)


def test_two_helpers_take_turns_with_their_pins(bos: FlaskClient, cast: Cast) -> None:
    bos.post(LOCK)
    answer(bos, cast.mia)
    bos.post(LOCK)
    page = bos.get(BACK).text
    assert "Bo Berg" in page
    assert "Mia Møller" in page
    _back(bos, cast.bo)
    assert "Bo Berg" in bos.get("/min-konto").text
    bos.post(LOCK)
    _back(bos, cast.mia)
    assert "Mia Møller" in bos.get("/min-konto").text


def test_a_tablet_offers_only_those_who_logged_in_on_it(
    app: Flask, bos: FlaskClient, cast: Cast
) -> None:
    other = app.test_client()
    answer(other, cast.mia)
    other.post(LOCK)
    assert "Bo Berg" not in other.get(BACK).text
    assert _back(other, cast.bo).status_code == 422
    assert not is_logged_in(other)


def test_without_the_tablets_own_cookie_nobody_is_offered(app: Flask, bos: FlaskClient) -> None:
    bos.post(LOCK)
    assert app.test_client().get(BACK).location == "/log-ind"


def test_a_wrong_pin_is_said(bos: FlaskClient, cast: Cast) -> None:
    bos.post(LOCK)
    assert _back(bos, cast.bo, "1593").status_code == 422
    assert not is_logged_in(bos)


def test_five_wrong_ones_ask_for_the_password(bos: FlaskClient, cast: Cast) -> None:
    bos.post(LOCK)
    for guess in range(5):
        _back(bos, cast.bo, f"159{guess}")
    assert "Bo Berg" not in bos.get(BACK).text
    _back(bos, cast.bo)
    assert not is_logged_in(bos)
    answer(bos, cast.bo)
    bos.post(LOCK)
    assert _back(bos, cast.bo).location == "/i-dag"


def test_the_fifth_wrong_one_takes_only_that_name_away(bos: FlaskClient, cast: Cast) -> None:
    bos.post(LOCK)
    answer(bos, cast.mia)
    bos.post(LOCK)
    for guess in range(5):
        last = _back(bos, cast.bo, f"159{guess}")
    assert "Bo Berg" not in last.text
    assert _back(bos, cast.mia).location == "/i-dag"


def test_a_helper_without_a_pin_logs_in_with_the_password(app: Flask, cast: Cast) -> None:
    has_password(cast.bo)
    client = app.test_client()
    answer(client, cast.bo)
    client.post(LOCK)
    page = client.get(BACK)
    assert page.status_code == 200
    assert 'name="pin"' not in page.text
    assert answer(client, cast.bo).status_code == 303


# ---- by itself -----------------------------------------------------------------------------------


def test_it_locks_itself_after_ten_minutes(bos: FlaskClient, standing_clock: StandingClock) -> None:
    standing_clock.pass_(minutes=10)
    assert bos.get("/i-dag").location == BACK


def test_it_is_taken_back_hours_later_in_the_same_shift(
    bos: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    standing_clock.pass_(hours=4)
    assert _back(bos, cast.bo).location == "/i-dag"


def test_the_municipality_says_how_soon(bos: FlaskClient, standing_clock: StandingClock) -> None:
    execute(
        lambda: db.session.execute(
            update(Municipality).where(Municipality.id == HOME).values(tablet_idle_minutes=3)
        )
    )
    standing_clock.pass_(minutes=3)
    assert bos.get("/i-dag").location == BACK


def test_scripts_that_ask_are_no_sign_of_life(
    bos: FlaskClient, standing_clock: StandingClock
) -> None:
    for _minute in range(5):
        standing_clock.pass_(minutes=2)
        bos.get("/tablet/dagen")
        bos.get("/i-dag", headers={"X-Kept": "1"})
    assert bos.get("/i-dag").location == BACK


def test_a_locked_tablet_keeps_no_pages_and_takes_nothing(bos: FlaskClient, cast: Cast) -> None:
    tablet = Tablet(bos, cast.bo)
    bos.post(LOCK)
    assert bos.get("/tablet/dagen").status_code == 401
    assert bos.get("/i-dag", headers={"X-Kept": "1"}).status_code == 401
    assert tablet.send(tablet.intent("start", UUID(int=1))).get_json() == {"error": "log_in"}


def test_a_closed_account_is_told_to_log_in(bos: FlaskClient, cast: Cast) -> None:
    in_home(cast.ada, close_account, cast.bo.account_id, now=MONDAY)
    assert bos.get("/tablet/dagen").status_code == 401


def test_a_closed_account_cannot_take_a_tablet_back(bos: FlaskClient, cast: Cast) -> None:
    bos.post(LOCK)
    in_home(cast.ada, close_account, cast.bo.account_id, now=MONDAY)
    _back(bos, cast.bo)
    assert not is_logged_in(bos)


# ---- the end -------------------------------------------------------------------------------------


def test_an_hour_after_the_shift_everything_ends(
    client: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    a_shift(cast.bo, MONDAY.date(), begins=7, ends=10)
    answer(client, cast.bo)
    for _ in range(9):
        standing_clock.pass_(minutes=9)
        assert is_logged_in(client)
    client.post(LOCK)
    standing_clock.at = MONDAY + timedelta(hours=3)
    assert client.get(BACK).location == "/log-ind"


def test_a_pin_does_not_make_the_shift_longer(
    client: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    a_shift(cast.bo, MONDAY.date(), begins=7, ends=10)
    answer(client, cast.bo)
    client.post(LOCK)
    standing_clock.at = MONDAY + timedelta(hours=2, minutes=55)
    _back(client, cast.bo)
    until = client.get("/tablet/dagen").get_json()["until"]
    assert until == (MONDAY + timedelta(hours=3)).isoformat()


def test_logging_out_ends_a_locked_log_in_for_good(bos: FlaskClient, cast: Cast) -> None:
    bos.post(LOCK)
    left = bos.post("/log-ud")
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert bos.get(BACK).location == "/log-ind"


def test_the_log_in_page_leads_whoever_was_here_to_the_pin(bos: FlaskClient) -> None:
    bos.post(LOCK)
    assert BACK in bos.get("/log-ind").text
