"""Browsers of the cast, on a clock that stands still."""

import pytest
from flask.testing import FlaskClient

from klippekort.platform import clock
from tests.cast import Cast
from tests.integration.activities.arrange import NOW
from tests.integration.tablet import StandingClock
from tests.login import log_in


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """The program's clock, stopped on the Monday morning of the tests."""
    standing = StandingClock(NOW)
    monkeypatch.setattr(clock, "now", lambda: standing.at)
    return standing


@pytest.fixture
def viggo(client: FlaskClient, cast: Cast, standing_clock: StandingClock) -> FlaskClient:
    """The volunteer's browser."""
    return log_in(client, cast.viggo)


@pytest.fixture
def karen(client: FlaskClient, cast: Cast, standing_clock: StandingClock) -> FlaskClient:
    """The coordinator's browser."""
    return log_in(client, cast.karen)


@pytest.fixture
def bo(client: FlaskClient, cast: Cast, standing_clock: StandingClock) -> FlaskClient:
    """A care worker's browser."""
    return log_in(client, cast.bo)
