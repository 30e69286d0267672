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


# An entry after the newest one, on its lot, and a lot: `{...}` is what is wrong with them.
ENTRY = (
    "municipality_id, id, card_id, seq, lot_id, kind, minutes, effective_on, recorded_at, "
    "reason_code, previous, hash"
)
COPY = (
    "select municipality_id, '{id}', card_id, {seq}, lot_id, '{kind}', {minutes}, effective_on, "
    "recorded_at, 'x', hash, 'x' from punch_entry "
    "where seq = (select max(seq) from punch_entry)"
)
LOT = "municipality_id, id, card_id, source, period, credited_on, granted, held, used, expired"
LOT_COPY = (
    "select municipality_id, '{id}', card_id, 'accrual', 'x', credited_on, {totals} from punch_lot"
)
NEW = "0" * 32


def _an_entry(kind: str, minutes: object, seq: object = "seq + 1") -> str:
    copied = COPY.format(id=NEW, seq=seq, kind=kind, minutes=minutes)
    return f"insert into punch_entry ({ENTRY}) {copied}"


def _a_lot(totals: str) -> str:
    return f"insert into punch_lot ({LOT}) {LOT_COPY.format(id=NEW, totals=totals)}"


ALONE = {  # what only one of the two understands
    "sqlite": [
        "insert or replace into punch_entry select * from punch_entry",
        "replace into punch_lot select * from punch_lot",
        "insert or replace into audit_line select * from audit_line",
        "update or replace punch_entry set seq = 1",
        "update or ignore punch_lot set held = granted + 1",
        "update punch_entry set rowid = rowid + 1000",
        "insert into punch_lot select * from punch_lot where true "
        "on conflict do update set granted = 100000",
        "with all_of_it as (select id from punch_entry) "
        "delete from punch_entry where id in (select id from all_of_it)",
    ],
    "postgresql": [
        "truncate punch_entry cascade",
        "truncate punch_lot, punch_entry",
        "alter table punch_entry disable trigger all",
        "alter table punch_lot drop constraint ck_punch_lot_never_below_zero",
        "drop trigger append_only on punch_entry",
        "drop table punch_entry cascade",
        "set session_replication_role = replica",
        "create or replace function punch_entry_moves_lot() returns trigger language plpgsql as "
        "$$ begin return null; end $$",
        "alter table punch_entry no force row level security",
        "set role klippekort_owner",
        "with gone as (delete from punch_entry returning 1) select count(*) from gone",
        "do $$ begin update punch_lot set held = granted + 1; end $$",
    ],
}
HOSTILE = [
    # An entry is written once: none of what it says can be put otherwise, and it cannot go.
    "update punch_entry set minutes = 1",
    "update punch_entry set minutes = -minutes",
    "update punch_entry set kind = 'waive'",
    "update punch_entry set kind = 'hold'",
    "update punch_entry set seq = seq + 1",
    "update punch_entry set lot_id = null",
    "update punch_entry set trip_id = id",
    "update punch_entry set reverses_id = id",
    "update punch_entry set effective_on = '2020-01-01'",
    "update punch_entry set recorded_at = '2020-01-01T00:00:00.000000Z'",
    "update punch_entry set reason_code = 'gift'",
    "update punch_entry set actor_id = null",
    "update punch_entry set actor_id = card_id",
    "update punch_entry set previous = hash",
    "update punch_entry set hash = previous",
    "update punch_entry set municipality_id = 2",
    "update punch_entry set id = card_id",
    "update punch_entry set minutes = minutes",
    "delete from punch_entry",
    "delete from punch_entry where seq = (select max(seq) from punch_entry)",
    # Totals move by entries alone.
    "update punch_lot set granted = granted + 60",
    "update punch_lot set granted = 0",
    "update punch_lot set granted = -1",
    "update punch_lot set used = 0, expired = 0",
    "update punch_lot set used = granted + 1",
    "update punch_lot set used = -1",
    "update punch_lot set held = -5",
    "update punch_lot set held = granted",
    "update punch_lot set expired = granted",
    "update punch_lot set expired = -granted",
    "update punch_lot set granted = granted + 60, moved_by = moved_by + 1",
    "update punch_lot set moved_by = 0",
    "update punch_lot set id = card_id",
    "update punch_lot set card_id = id",
    "update punch_lot set municipality_id = 2",
    "delete from punch_lot",
    "delete from punch_lot where granted > 0",
    # A lot begins empty.
    _a_lot("60, 0, 0, 0"),
    _a_lot("0, 60, 0, 0"),
    _a_lot("0, -60, 0, 0"),
    _a_lot("0, 0, 0, -60"),
    _a_lot("100, 0, 100, 0"),
    # More than there is, less than nothing, what nobody knows, and a place that is taken.
    _an_entry("hold", 101),
    _an_entry("hold", 2_000_000_000),
    _an_entry("spend", 1),
    _an_entry("release", 1),
    _an_entry("expire", 101),
    _an_entry("forfeit", 101),
    _an_entry("adjust_down", 101),
    _an_entry("credit", 0),
    _an_entry("credit", -60),
    _an_entry("credit", "null"),
    _an_entry("gift", 60),
    _an_entry("credit", 60, seq="seq"),
    _an_entry("hold", 60, seq="seq"),
    # The card cannot go from under its entries, nor can what was done be unsaid.
    "delete from punch_card",
    "update punch_card set id = scheme_id",
    "update punch_card set municipality_id = 2",
    "update audit_line set role = 'nobody'",
    "update audit_line set account_id = null",
    "delete from audit_line",
    "update audit_citizen set citizen_id = line_id",
    "delete from audit_citizen",
    "update trip_event set kind = 'x'",
]


def test_hostile_statements_change_nothing(card: UUID, database: str) -> None:
    """Sixty or more, all different: the card stands as it stood after each, and proves."""
    corpus = {*HOSTILE, *ALONE[database]}
    assert len(corpus) >= 60
    with acting_for(HOME):
        before = state_of(db.session.scalars(select(PunchCard)).one())
        for statement in sorted(corpus):
            with suppress(DBAPIError):
                _sql(statement)()
            db.session.rollback()
            db.session.expire_all()
            assert state_of(db.session.scalars(select(PunchCard)).one()) == before, statement
            assert proof.verify_municipality() + proof.verify_record() == [], statement


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
