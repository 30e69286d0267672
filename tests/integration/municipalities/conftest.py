"""The administrator's browser, on an app that has the screens under test."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.integration.municipalities.stand_in import complete
from tests.login import log_in


@pytest.fixture(scope="session", autouse=True)
def whole_app(shared_app: Flask) -> None:
    complete(shared_app)


@pytest.fixture
def ada(client: FlaskClient, cast: Cast) -> FlaskClient:
    return log_in(client, cast.ada)
