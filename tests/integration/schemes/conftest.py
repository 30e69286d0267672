"""The administrator's browser."""

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.login import log_in


@pytest.fixture
def ada(client: FlaskClient, cast: Cast) -> FlaskClient:
    return log_in(client, cast.ada)
