"""What the database itself refuses, whoever asks: no overdraft, no rewriting, no totals by hand."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from klippekort.platform import clock
from klippekort.platform.db import db, write_turn
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.queries.cards import lock_card, state_of
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.cards import grant_card
from tests.builders import a_scheme
from tests.cast import HOME, Cast


@pytest.fixture
def card(committed_app: Flask, committed_cast: Cast) -> UUID:
    """Return a card with 100 minutes that were carried over."""
    asta = committed_cast.asta
    with acting_for(HOME):
        scheme = a_scheme()
        now, today = clock.now(), clock.today()
        made = execute(grant_card, asta, committed_cast.ellen, scheme, from_on=today, now=now)
        execute(carry_over, asta, UUID(made), [OpeningLot(100, today)], now=now)
        return UUID(made)


def _sql(statement: str) -> Callable[[], object]:
    def run() -> object:
        with write_turn(), db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select set_config('app.municipality', '1', true)"))
            return connection.execute(text(statement)).rowcount

    return run


HOSTILE = [
    "update punch_entry set minutes = 1",
    "update punch_entry set kind = 'waive'",
    "delete from punch_entry",
    "update punch_lot set granted = granted + 60",
    "update punch_lot set used = 0, expired = 0",
    "update punch_lot set held = -5",
    "delete from punch_lot",
    "update audit_line set role = 'nobody'",
    "delete from audit_line",
    "update trip_event set kind = 'x'",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_hostile_statements_change_nothing(card: UUID, statement: str) -> None:
    with acting_for(HOME):
        before = state_of(db.session.scalars(select(PunchCard)).one())
        with suppress(DBAPIError):
            _sql(statement)()
        db.session.rollback()
        assert state_of(db.session.scalars(select(PunchCard)).one()) == before
        assert proof.verify_municipality() == []


def test_an_entry_cannot_take_a_lot_below_zero(card: UUID) -> None:
    with acting_for(HOME):
        lot = db.session.scalars(select(PunchLot).where(PunchLot.source == "carried_over")).one()

        def overdraw() -> None:
            row = lock_card(card)
            db.session.add(
                PunchEntry(
                    card_id=card,
                    seq=row.seq + 1,
                    lot_id=lot.id,
                    kind="hold",
                    minutes=101,
                    effective_on=date(2026, 1, 1),
                    recorded_at=clock.now(),
                    reason_code="x",
                    previous=row.head,
                    hash="x",
                )
            )
            db.session.flush()

        with pytest.raises(DBAPIError):
            execute(overdraw)


def test_a_lot_starts_empty(card: UUID) -> None:
    with acting_for(HOME):

        def stuffed() -> None:
            db.session.add(
                PunchLot(
                    card_id=card,
                    source="accrual",
                    period="x",
                    credited_on=date(2026, 1, 1),
                    granted=60,
                )
            )
            db.session.flush()

        with pytest.raises(DBAPIError):
            execute(stuffed)


def test_the_proof_names_what_was_changed_behind_the_walls(card: UUID, database: str) -> None:
    if database != "sqlite":
        pytest.skip("the app's role cannot drop a trigger on PostgreSQL")
    with acting_for(HOME):
        assert proof.verify_municipality() == []
        _sql("drop trigger punch_entry_no_update")()
        _sql("update punch_entry set reason_code = 'gift' where seq = 1")()
        db.session.rollback()
        found = proof.verify_municipality()
        assert [(d.card_id, d.what, d.where) for d in found] == [(card, "changed_entry", "1")]
