"""Browsers with somebody logged in."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from tests.cast import Cast
from tests.login import log_in

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browser:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)
