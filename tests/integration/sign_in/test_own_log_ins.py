"""Everybody sees where they are logged in, and ends it there."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.integration.accounts.people import answer, has_password, is_logged_in, sent

PAGE, END = "/min-konto/log-ind", "/min-konto/log-ind/slut"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def _two(cast: Cast, app: Flask) -> tuple[FlaskClient, FlaskClient]:
    has_password(cast.karen)
    here, there = app.test_client(), app.test_client()
    there.environ_base |= {"HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "87.54.12.99"}
    answer(there, cast.karen)
    answer(here, cast.karen)
    return here, there


def test_the_list_says_on_what_and_roughly_where(cast: Cast, app: Flask):
    here, _there = _two(cast, app)
    page = here.get(PAGE).text
    assert "Safari, iPhone" in page
    assert "87.54.12.0/24" in page
    assert "87.54.12.99" not in page


def test_one_is_ended(cast: Cast, app: Flask):
    here, there = _two(cast, app)
    own = here.get(PAGE).text.split("Safari, iPhone")[1]
    which = re.search(r'name="which" value="([0-9a-f]{32})"', own)
    assert which is not None
    here.post(END, data=sent(which=which[1]))
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)


def test_all_others_are_ended(cast: Cast, app: Flask):
    here, there = _two(cast, app)
    here.post(END, data=sent(which="others"))
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)


def test_all_are_ended(cast: Cast, app: Flask):
    here, there = _two(cast, app)
    here.post(END, data=sent(which="all"))
    assert (is_logged_in(here), is_logged_in(there)) == (False, False)


def test_nobody_ends_anothers(cast: Cast, app: Flask, client: FlaskClient):
    here, _there = _two(cast, app)
    which = re.findall(r'name="which" value="([0-9a-f]{32})"', here.get(PAGE).text)
    has_password(cast.asta)
    answer(client, cast.asta)
    assert client.post(END, data=sent(which=which[0])).status_code == 404
    assert is_logged_in(here)
