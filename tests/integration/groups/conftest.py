"""Browsers of the cast on a Monday that stands still; Viggo leads groups."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts.models import RoleAssignment
from klippekort.accounts.queries import has_role
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
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
def leads(cast: Cast) -> Actor:
    """Viggo, logged in as one who leads groups."""

    def assign() -> None:
        if has_role(cast.viggo.account_id or UUID(int=0), Role.FACILITATOR, None):
            return
        db.session.add(
            RoleAssignment(
                account_id=cast.viggo.account_id,
                municipality_id=HOME,
                role=Role.FACILITATOR,
                person_id=cast.viggo.person_id,
            )
        )

    with acting_for(HOME):
        execute(assign)
    return replace(cast.viggo, role=Role.FACILITATOR)
