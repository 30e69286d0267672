"""Browsers of the cast and of relatives, on a Monday that stands still."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from tests.cast import Cast
from tests.gateways import Mailbox, TextGateway, mail_server, text_gateway
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.login import log_in
from tests.messages_site import sending

Browse = Callable[[Actor], FlaskClient]


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)


@pytest.fixture
def gateway(app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(app, sms=running.settings):
        yield running


@pytest.fixture
def box(app: Flask) -> Iterator[Mailbox]:
    with mail_server() as running, sending(app, mail=running.settings):
        yield running
