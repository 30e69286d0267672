"""Who opens the pages of volunteers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.login import log_in


@pytest.fixture
def karen(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return log_in(client, cast.karen)


@pytest.fixture
def viggo(app: Flask, cast: Cast) -> FlaskClient:
    """The volunteer's browser."""
    return log_in(app.test_client(), cast.viggo)


@pytest.fixture
def anybody(app: Flask, cast: Cast) -> FlaskClient:
    """A browser that nobody has logged in with, in a country with two municipalities."""
    return app.test_client()
