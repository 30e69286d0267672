"""Browsers of the cast on a Monday that stands still."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from tests.cast import Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.login import log_in

Browse = Callable[[Actor], FlaskClient]


@pytest.fixture(autouse=True)
def clock_stands(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return browse(cast.karen)
