"""The app with every address the menu names, also while some features are not there yet."""

from collections.abc import Iterator

import pytest
from flask import Flask

from klippekort.accounts.views import bp, find_login
from klippekort.app import create_app
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.auth import init_auth, public
from klippekort.platform.db import db
from klippekort.platform.navigation import MENU, init_navigation
from tests.conftest import Template


@public
def _page() -> str:
    return "a page of another feature"


def _complete(app: Flask) -> Flask:
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    if "accounts" not in app.blueprints:
        app.register_blueprint(bp)
        init_auth(app, find_login)
        init_navigation(app, get_municipality)
    for endpoint in {entry[0] for menu in MENU.values() for entry in menu} | {"trips.shown"}:
        if endpoint not in app.view_functions:
            app.add_url_rule(f"/{endpoint}", endpoint, _page)
    return app


@pytest.fixture(scope="session")
def shared_app(template: Template) -> Iterator[Flask]:
    """One app for all tests whose changes are rolled back."""
    app = _complete(create_app(template.copy()))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def committed_app(template: Template) -> Iterator[Flask]:
    """The app on a database of its own."""
    app = _complete(create_app(template.copy()))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
