"""What the tests of letting in share: a provider on loopback, and an app that may ask it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from klippekort.accounts.models.sign_in import SignInGroup
from klippekort.accounts.services import oidc
from klippekort.accounts.services.providers import Told, set_provider
from klippekort.domain.permissions import Role
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.identity_provider import CLIENT, SECRET, Provider, identity_provider

TOLD = Told(
    issuer="",
    client_id=CLIENT,
    scope="openid profile",
    group_claim="groups",
    supplier_claim="",
    district_claim="",
    employee_claim="employee",
    number_claim="cpr",
    level_claim="acr",
    asked_level="",
    least_level=None,
)


@pytest.fixture
def idp(app: Flask) -> Iterator[Provider]:
    """A provider that the app may ask."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, inner_hosts=frozenset({"localhost"}))
    with identity_provider() as provider:
        yield provider
    app.extensions["settings"] = before
    oidc._known.clear()


def use(cast: Cast, idp: Provider, kind: str = "staff", **changes: object) -> None:
    """Let the provider vouch for staff or citizens."""
    told = replace(TOLD, issuer=idp.issuer, **changes)  # type: ignore[arg-type]
    with acting_for(HOME):
        execute(set_provider, cast.ada, kind, told, secret=SECRET, is_on=True, now=clock.now())


def group(name: str, role: Role, **place: object) -> None:
    """Let a group give a role."""

    def add() -> None:
        db.session.add(SignInGroup(name=name, role=role, **place))

    with acting_for(HOME):
        execute(add)


@pytest.fixture
def staff(cast: Cast, idp: Provider) -> Provider:
    """A provider that vouches for coordinators, those in the group `koord`."""
    use(cast, idp)
    group("koord", Role.COORDINATOR)
    idp.claims["groups"] = ["koord"]
    return idp
