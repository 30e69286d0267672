"""What the tests of corrections share: a limit, a correction, a trip that was made."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import Pool

from klippekort.cli import main
from klippekort.domain.corrections import Correction
from klippekort.domain.permissions import Actor
from klippekort.municipalities.services import set_correction_limit
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.corrections import Wish, correct_card
from klippekort.trips.services.keeping import finish_trip
from tests.builders import MONDAY, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast

LIMIT = 60
KEY = str(UUID(int=1))


def klippekort(app: Flask, *words: str) -> Result:
    """Run a command on the app's database, on an app of the command's own."""
    settings = app.extensions["settings"]
    own = {
        "KLIPPEKORT_DATA_FOLDER": str(settings.data_folder),
        "KLIPPEKORT_DATABASE_URL": settings.database_url,
        "KLIPPEKORT_KEY_FILE": str(settings.key_file),
    }
    left_open: list[DBAPIConnection] = []

    def note(connection: DBAPIConnection, _record: object) -> None:
        left_open.append(connection)

    event.listen(Pool, "connect", note)
    try:
        return CliRunner().invoke(main, words, env=own)
    finally:
        event.remove(Pool, "connect", note)
        # A command leaves its connections to the end of its process, which this is not.
        for connection in left_open:
            connection.close()


def limit(cast: Cast, minutes: int | None = LIMIT) -> None:
    """Set above how many minutes a second person must agree."""
    with acting_for(HOME):
        execute(set_correction_limit, cast.ada, minutes, now=MONDAY)


def correct(
    actor: Actor,
    card_id: UUID,
    kind: Correction,
    minutes: int,
    *,
    now: datetime = MONDAY,
    key: str | None = None,
    **said: Any,
) -> dict[str, Any]:
    """Put a card right and return what came of it."""
    wish = Wish(kind, minutes, said.pop("reason", "typing_error"), **said)
    with acting_for(HOME):
        found: dict[str, Any] = execute(
            correct_card, actor, card_id, wish, now=now, key=key, content=minutes
        )
    return found


def counter(actor: Actor, entry: PunchEntry, *, now: datetime = MONDAY) -> dict[str, Any]:
    """Counter an entry and return what came of it."""
    return correct(
        actor, entry.card_id, Correction.REVERSE, entry.minutes, entry_id=entry.id, now=now
    )


def entries(card_id: UUID, kind: str | None = None) -> list[PunchEntry]:
    """Return the entries of a card in order, of one kind if given."""
    with acting_for(HOME):
        db.session.rollback()
        rows = db.session.scalars(
            select(PunchEntry).filter_by(card_id=card_id).order_by(PunchEntry.seq)
        ).all()
        db.session.expunge_all()  # they stay as they were read
    return [row for row in rows if kind in (None, row.kind)]


def said(card_id: UUID, since: int = 0) -> list[tuple[str, int]]:
    """Return kind and minutes of the entries of a card after number `since`."""
    return [(row.kind, row.minutes) for row in entries(card_id) if row.seq > since]


def free(card_id: UUID) -> int:
    """Return the free minutes of a card."""
    with acting_for(HOME):
        db.session.rollback()
        return sum(lot.free for lot in state_of(get_card(card_id)).lots)


def a_trip_that_was_made(cast: Cast, *, now: datetime = MONDAY) -> None:
    """Let Ellen go on a trip of 110 minutes tomorrow at ten, paid by her card."""
    at = now + timedelta(days=1, hours=2)
    a_shift(cast.bo, at.date())
    trip = a_trip(cast.bo, cast.ellen, an_occurrence(at, title="Højskolesang"), cast.bo, now=now)
    with acting_for(HOME):
        execute(
            finish_trip,
            cast.karen,
            trip,
            started_at=at - timedelta(minutes=10),
            ended_at=at + timedelta(minutes=100),
            now=at + timedelta(minutes=101),
        )
