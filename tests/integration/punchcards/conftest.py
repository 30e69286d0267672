"""Browsers of the cast, on an app with the tablet's pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.login import log_in


@pytest.fixture(scope="session", autouse=True)
def whole_app(shared_app: Flask) -> None:
    tablet.complete(shared_app)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def bo(client: FlaskClient, cast: Cast) -> FlaskClient:
    """A care worker of Ellen's district."""
    return log_in(client, cast.bo)
