"""Browsers with somebody logged in."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from tests.cast import Cast
from tests.login import log_in

Browser = Callable[[Actor], FlaskClient]


def _other_feature(error: Exception, endpoint: str, values: dict[str, Any]) -> str:
    """Return an address for a page of a feature that the app does not have."""
    if endpoint == "trips.citizen":
        return f"/borgere/{values['citizen_id']}"
    if endpoint.startswith("citizens."):
        raise error
    return f"/{endpoint}"


@pytest.fixture(autouse=True)
def _linked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "url_build_error_handlers", [_other_feature])


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browser:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)
