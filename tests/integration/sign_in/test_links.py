"""A link by e-mail logs a volunteer in once, in the browser that asked."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.config import MailServer
from klippekort.messages.models import MessageDelivery
from klippekort.messages.queries.deliveries import words_of
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast, email_of
from tests.integration.accounts.people import NOON, is_logged_in, sent


@pytest.fixture(autouse=True)
def mail(app: Flask) -> Iterator[None]:
    before = app.extensions["settings"]
    server = MailServer("127.0.0.1", 1, "none", "svar@lindeby.example")
    app.extensions["settings"] = replace(before, mail=server)
    with time_machine.travel(NOON, tick=False):
        yield
    app.extensions["settings"] = before


def _links() -> list[str]:
    with acting_for(HOME):
        said = [words_of(row) or "" for row in db.session.scalars(select(MessageDelivery))]
    found = [re.search(r"http://localhost(/log-ind/link/\S+)", one) for one in said]
    return [one[1] for one in found if one]


def _ask(client: FlaskClient, email: str) -> list[str]:
    client.post("/log-ind/link", data=sent(email=email))
    return _links()


def test_a_volunteer_gets_in_by_a_link(cast: Cast, client: FlaskClient):
    [link] = _ask(client, email_of(cast.viggo))
    assert client.get(link).status_code == 200
    assert not is_logged_in(client)
    client.post(link, data=sent())
    assert is_logged_in(client)


def test_a_link_works_once(cast: Cast, client: FlaskClient):
    [link] = _ask(client, email_of(cast.viggo))
    client.post(link, data=sent())
    client.post("/log-ud")
    assert client.post(link, data=sent()).status_code == 410


def test_a_link_works_where_it_was_asked_for(cast: Cast, app: Flask, client: FlaskClient):
    [link] = _ask(client, email_of(cast.viggo))
    other = app.test_client()
    assert other.get(link).status_code == 410
    assert other.post(link, data=sent()).status_code == 410


def test_a_link_works_for_a_quarter_of_an_hour(cast: Cast, client: FlaskClient):
    [link] = _ask(client, email_of(cast.viggo))
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert client.post(link, data=sent()).status_code == 410


def test_staff_get_no_link(cast: Cast, client: FlaskClient):
    assert _ask(client, email_of(cast.karen)) == []


def test_three_an_hour_at_most(cast: Cast, client: FlaskClient):
    for _time in range(5):
        links = _ask(client, email_of(cast.viggo))
    assert len(links) == 3


def test_whether_an_email_is_known_is_not_told(cast: Cast, app: Flask):
    answers = [
        app.test_client().post("/log-ind/link", data=sent(email=email), follow_redirects=True).text
        for email in (email_of(cast.viggo), "ingen@example.dk")
    ]
    flashes = [re.findall(r'<p class="alert-text">(.*?)</p>', one) for one in answers]
    assert flashes[0] == flashes[1] != []
