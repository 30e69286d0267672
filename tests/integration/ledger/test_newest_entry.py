"""On SQLite a lot changes by a new entry of its own and by nothing else, however long its past."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry, PunchLot
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.bookings import hold_minutes
from tests.builders import a_card
from tests.cast import HOME, Cast


@pytest.fixture
def card(app: Flask, cast: Cast, database: str) -> UUID:
    """Return a card on which a trip holds 30 minutes, on SQLite."""
    if database != "sqlite":
        pytest.skip("the app's role has no right to change a lot on PostgreSQL")
    made = a_card(cast, cast.ellen, now=clock.now())
    with acting_for(HOME):
        _hold(cast, made)
    return made


def _hold(cast: Cast, card: UUID) -> None:
    now, today = clock.now(), clock.today()
    execute(hold_minutes, cast.asta, card, new_id(), 30, on=today, today=today, now=now)


def _sql(statement: str) -> Callable[[], None]:
    def run() -> None:
        db.session.connection().execute(text(statement))

    return run


@pytest.mark.parametrize(
    "statement",
    [
        # What the newest entry did, done once more.
        "update punch_lot set held = held + 30 where held = 30",
        "update punch_lot set held = held + 30, moved_by = moved_by + 1 where held = 30",
        "update punch_lot set moved_by = moved_by + 1 where held = 30",
        "update punch_lot set moved_by = 0 where held = 30",
        # An empty lot in the place of one that has a past.
        "insert or replace into punch_lot (municipality_id, id, card_id, source, period, "
        "credited_on, granted, held, used, expired) select municipality_id, id, card_id, source, "
        "period, credited_on, 0, 0, 0, 0 from punch_lot where held = 30",
    ],
)
def test_a_lot_is_not_moved_by_hand(card: UUID, statement: str) -> None:
    with acting_for(HOME):
        with pytest.raises(DBAPIError):
            execute(_sql(statement))
        assert proof.verify_municipality() == []


def test_an_entry_behind_the_newest_moves_nothing(card: UUID) -> None:
    with acting_for(HOME):
        lot = db.session.scalars(select(PunchLot).where(PunchLot.held > 0)).one()

        def slip_in() -> None:
            db.session.add(
                PunchEntry(
                    card_id=card,
                    seq=0,
                    lot_id=lot.id,
                    kind="hold",
                    minutes=1,
                    effective_on=date(2026, 1, 1),
                    recorded_at=clock.now(),
                    reason_code="x",
                    previous="",
                    hash="x",
                )
            )
            db.session.flush()

        with pytest.raises(DBAPIError):
            execute(slip_in)


def test_a_lot_says_which_entry_moved_it_last(card: UUID, cast: Cast) -> None:
    with acting_for(HOME):
        _hold(cast, card)
        newest = select(PunchEntry).filter_by(card_id=card).order_by(PunchEntry.seq.desc())
        entry = db.session.scalars(newest.limit(1)).one()
        lots = select(PunchLot.moved_by).filter_by(id=entry.lot_id)
        assert db.session.scalars(lots).one() == entry.seq
