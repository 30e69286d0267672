"""The app with the pages of trips, also while its wiring lacks some of the features around them."""

import pytest
from flask import Flask

from klippekort.platform.auth import public
from klippekort.platform.navigation import MENU
from klippekort.trips.views import bp as trips_bp
from tests.cast import Cast
from tests.integration.own_page.arrange import Story, arrange


def wire(app: Flask) -> None:
    """Give the app whatever it lacks of the features that these pages touch."""
    if "trips" not in app.blueprints:
        app.register_blueprint(trips_bp)
    if "trips.citizen" not in app.view_functions:
        rule = "/borgere/<uuid:citizen_id>"
        app.add_url_rule(rule, "trips.citizen", public(lambda citizen_id: str(citizen_id)))
    for entries in MENU.values():
        for endpoint, _label, _icon in entries:
            if endpoint not in app.view_functions:
                app.add_url_rule(f"/{endpoint}", endpoint, public(lambda: "elsewhere"))


@pytest.fixture(scope="session", autouse=True)
def _wired(shared_app: Flask) -> None:
    wire(shared_app)


@pytest.fixture
def story(cast: Cast) -> Story:
    """Ellen with a card, an activity next week, and Bo on duty that day."""
    return arrange(cast)
