"""Browsers in front of the programme, on a clock that stands still."""

import pytest
from flask.testing import FlaskClient

from klippekort.platform import clock
from tests.cast import Cast
from tests.integration.programme.arrange import NOW
from tests.integration.tablet import StandingClock
from tests.login import log_in


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """The program's clock, stopped on the Monday morning of the tests."""
    standing = StandingClock(NOW)
    monkeypatch.setattr(clock, "now", lambda: standing.at)
    return standing


@pytest.fixture
def anybody(client: FlaskClient, cast: Cast) -> FlaskClient:
    """A browser that nobody is logged in with."""
    return client


@pytest.fixture
def karen(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return log_in(client, cast.karen)
