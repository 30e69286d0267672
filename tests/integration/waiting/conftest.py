"""Browsers of the cast, on a Monday that stands still, and a date that is full."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from tests.cast import Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.integration.waiting.arrange import a_full_date, cards_for
from tests.login import log_in

Browse = Callable[[Actor], FlaskClient]


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)


@pytest.fixture
def song(cast: Cast) -> UUID:
    """A full date on Thursday; Ellen and Poul have cards."""
    cards_for(cast, cast.ellen, cast.poul)
    return a_full_date(cast)
