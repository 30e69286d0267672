"""What pressing the button costs the database: few statements, however long the history."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from klippekort.platform.db import db
from tests.builders import a_card, a_shift, an_occurrence
from tests.cast import Cast
from tests.integration.trips.conftest import GAME_AT, TUESDAY, answers, key_of
from tests.login import log_in

# The login; who, where to, which card, when she is away or with her family, and that she is here
# still; the card's lots, grants, terms and trips, and whether she is free; the seat. Then all that
# is written, on PostgreSQL packed together.
WITHOUT_HELPER = {"postgresql": 17, "sqlite": 23}
# One to lock the helper, one for the shifts, one for the other trips, and one more to write.
WITH_HELPER = {"postgresql": 20, "sqlite": 27}


@pytest.fixture
def sent(committed_app: Flask) -> Iterator[list[str]]:
    """Every statement that is sent, but not what begins and ends a transaction."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def karen(committed_app: Flask, committed_cast: Cast) -> FlaskClient:
    """Karen's browser; Ellen has a card, and Bo is at work."""
    a_card(committed_cast, committed_cast.ellen)
    a_shift(committed_cast.bo, TUESDAY)
    return log_in(committed_app.test_client(), committed_cast.karen)


def _press(karen: FlaskClient, cast: Cast, date: UUID, **said: str) -> None:
    booked = karen.post(f"/borgere/{cast.ellen}/tur/{date}", data=answers(cast, **said))
    assert booked.status_code == 303


def test_a_booking_without_a_helper_sends_few_statements(
    karen: FlaskClient, committed_cast: Cast, sent: list[str], database: str
) -> None:
    game = an_occurrence(GAME_AT)
    sent.clear()
    _press(karen, committed_cast, game, escort_id="")
    assert len(sent) == WITHOUT_HELPER[database], sent


def test_a_booking_with_a_helper_sends_few_more(
    karen: FlaskClient, committed_cast: Cast, sent: list[str], database: str
) -> None:
    game = an_occurrence(GAME_AT)
    sent.clear()
    _press(karen, committed_cast, game)
    assert len(sent) == WITH_HELPER[database], sent


def test_later_bookings_send_no_more(
    karen: FlaskClient, committed_cast: Cast, sent: list[str], database: str
) -> None:
    for hours in (0, 3):
        sent.clear()
        date = an_occurrence(GAME_AT.replace(hour=GAME_AT.hour + hours), minutes=45)
        sent.clear()
        _press(karen, committed_cast, date, escort_id="", key=key_of(2 + hours))
    assert len(sent) == WITHOUT_HELPER[database], sent
