"""A booking with all its promises asks the database as little as it can."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from klippekort.domain.permissions import Action
from klippekort.platform import audit, clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.bookings import hold_minutes
from tests.builders import a_card
from tests.cast import HOME, Cast

# The card, its lots, and everything a booking writes. Whose rows these are is told as it begins.
STATEMENTS = {"postgresql": 3, "sqlite": 7}


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


def test_a_booking_sends_few_statements(
    committed_cast: Cast, sent: list[str], database: str
) -> None:
    cast, now, today = committed_cast, clock.now(), clock.today()
    card = a_card(cast, cast.ellen, now=now)

    def book() -> None:
        trip = new_id()
        hold_minutes(cast.asta, card, trip, 30, on=today, today=today, now=now)
        audit.record(cast.asta, Action.BOOK_TRIP, "trip", trip, citizens=[cast.ellen], minutes=30)

    with acting_for(HOME):
        sent.clear()
        execute(book, key="tap")
    assert len(sent) == STATEMENTS[database]
