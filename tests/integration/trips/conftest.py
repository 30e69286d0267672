"""Browsers of the cast, on a Monday that stands still."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor
from tests.builders import MONDAY, a_card, a_shift, an_occurrence
from tests.cast import Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.login import log_in

Browse = Callable[[Actor], FlaskClient]
GAME_AT = MONDAY + timedelta(days=1, hours=2)
DOORS_OPEN, HOME_AGAIN = GAME_AT - timedelta(minutes=10), GAME_AT + timedelta(minutes=100)
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Ellen's card, with 300 minutes."""
    return a_card(cast, cast.ellen)


@pytest.fixture
def game(cast: Cast) -> UUID:
    """Cards on Tuesday 10–11:30; both care workers are on shift that day from 7 to 16."""
    a_shift(cast.bo, TUESDAY)
    a_shift(cast.mia, TUESDAY)
    return an_occurrence(GAME_AT)


def key_of(number: int) -> str:
    """Return the key of a button's press."""
    return str(UUID(int=number))


def answer_to(rule: str) -> str:
    """Return the name of the field that asks about a rule that nobody has decided."""
    return f"answer.{rule}"


def answers(cast: Cast, **changed: str) -> dict[str, str]:
    """Return what the check page sends when Bo goes along on foot."""
    sent = {
        "key": key_of(1),
        "escort_id": str(cast.bo.person_id),
        "transport": "walk",
        "travel_each_way": "10",
    }
    return {**sent, **changed}
