"""The tablet's pages on the app under test, and a clock that stands still."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

import klippekort.trips.views as trips
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.navigation import MENU
from tests.builders import MONDAY

ELSEWHERE = ("trips.turn_to_citizen", "trips.print_card", "trips.shown")


@dataclass
class StandingClock:
    """The time the program believes it is."""

    at: datetime = MONDAY

    def pass_(self, **span: int) -> datetime:
        """Let time pass and return what it is then."""
        self.at += timedelta(**span)
        return self.at


def stand_still(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """Stop the program's clock on Monday morning."""
    standing = StandingClock()
    monkeypatch.setattr(clock, "now", lambda: standing.at)
    return standing


def complete(app: Flask) -> None:
    """Add what the app is not wired with yet; a whole app stays as it is."""
    app._got_first_request = False
    if "trips" not in app.blueprints:
        app.register_blueprint(trips.bp)
    wanted = {entry[0] for entries in MENU.values() for entry in entries} | set(ELSEWHERE)
    for endpoint in wanted - set(app.view_functions):
        app.add_url_rule(f"/{endpoint}", endpoint, _elsewhere(), methods=["GET", "POST"])


def _elsewhere() -> Callable[[], str]:
    @public
    def elsewhere() -> str:
        return "elsewhere"

    return elsewhere
