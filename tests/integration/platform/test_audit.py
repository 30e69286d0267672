"""What was done and seen cannot be changed unseen, not even behind the walls of the database."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from klippekort.domain.permissions import Action
from klippekort.platform import audit, audit_chain, clock, migrate
from klippekort.platform.audit_chain import Anchor, Broken
from klippekort.platform.audit_heads import forget_heads, keep_head, list_heads
from klippekort.platform.audit_jobs import anchor_audit, append_once, read_anchors, seal_audit
from klippekort.platform.db import db, write_turn
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import prove_ledger
from klippekort.punchcards.queries.corrections import list_alarms
from tests.cast import HOME, Cast

WALLED = ("audit_line", "audit_citizen", "audit_seal", "audit_anchor")
Tamper = Callable[..., None]


def _lines(cast: Cast, number: int) -> None:
    for _turn in range(number):
        audit.record(cast.bo, Action.SEE_CARD, "page", citizens=[cast.ellen], purpose="see_card")


def _anchored(cast: Cast, number: int = 6) -> Anchor:
    execute(_lines, cast, number)
    anchor_audit(clock.today(), clock.now())
    found = audit_chain.find_anchor(clock.today())
    assert found is not None
    return found


def _told(statement: str) -> str:
    """Return a statement with NTH(3) written out: the line that was sealed third."""
    return re.sub(r"NTH\((\d)\)", r"(select line_id from audit_seal where seq = \1)", statement)


@pytest.fixture
def tamper(committed_app: Flask, committed_cast: Cast, database: str) -> Iterator[Tamper]:
    """Run statements as the owner of the tables, with every wall taken down."""
    engine = migrate.owner_engine(committed_app.extensions["settings"].owner_database_url)

    def run(*statements: str) -> None:
        db.session.rollback()
        with write_turn(), engine.begin() as connection:
            for table in WALLED:
                if database == "postgresql":
                    connection.execute(text(f"alter table {table} disable trigger user"))
                    connection.execute(text(f"alter table {table} no force row level security"))
                    continue
                for verb in ("update", "delete"):
                    connection.execute(text(f"drop trigger if exists {table}_no_{verb}"))
            for statement in statements:
                assert connection.execute(text(_told(statement))).rowcount > 0

    yield run
    engine.dispose()


def test_an_untouched_chain_holds(cast: Cast) -> None:
    with acting_for(HOME):
        _anchored(cast)
        assert audit_chain.verify() == []


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["update audit_line set role = 'nobody' where id = NTH(3)"], ("changed_line", "3")),
        (["update audit_line set purpose = 'x' where id = NTH(6)"], ("changed_line", "6")),
        (
            ["update audit_citizen set citizen_id = id where line_id = NTH(2)"],
            ("changed_line", "2"),
        ),
        (["delete from audit_citizen where line_id = NTH(2)"], ("changed_line", "2")),
        (["delete from audit_line where id = NTH(4)"], ("missing_line", "4")),
        (
            [
                "delete from audit_citizen where line_id = NTH(4)",
                "delete from audit_line where id = NTH(4)",
                "delete from audit_seal where seq = 4",
            ],
            ("missing_seal", "4"),
        ),
        (
            [
                "delete from audit_citizen where line_id = NTH(6)",
                "delete from audit_line where id = NTH(6)",
                "delete from audit_seal where seq = 6",
            ],
            ("cut_tail", "6"),
        ),
        (["update audit_anchor set seq = 5"], ("forged_anchor", None)),
    ],
    ids=["role", "last", "whom", "nobody", "line", "line-and-seal", "tail", "anchor"],
)
def test_what_is_tampered_with_is_named(
    tamper: Tamper, committed_cast: Cast, statements: list[str], found: tuple[str, str | None]
) -> None:
    with acting_for(HOME):
        _anchored(committed_cast)
        tamper(*statements)
        what, where = found
        assert Broken(what, where or clock.today().isoformat()) in audit_chain.verify()


def test_a_record_that_is_cut_off_with_its_anchors_is_missed_outside(
    tamper: Tamper, committed_cast: Cast
) -> None:
    with acting_for(HOME):
        outside = _anchored(committed_cast)
        tamper(
            "delete from audit_citizen",
            "delete from audit_line",
            "delete from audit_seal",
            "delete from audit_anchor",
        )
        assert audit_chain.verify() == []
        assert Broken("cut_tail", "1") in audit_chain.verify(outside=[outside])


def test_what_is_cut_off_after_the_last_anchor_is_missed(
    tamper: Tamper, committed_cast: Cast, tmp_path: Path
) -> None:
    with acting_for(HOME):
        _anchored(committed_cast)
        execute(_lines, committed_cast, 3)
        execute(audit_chain.seal)
        keep_head(tmp_path)
        tamper(
            "delete from audit_citizen where line_id = NTH(9)",
            "delete from audit_line where id = NTH(9)",
            "delete from audit_seal where seq = 9",
        )
        assert audit_chain.verify() == []
        assert audit_chain.verify(outside=list_heads(tmp_path)) == [Broken("cut_tail", "9")]
        execute(_lines, committed_cast, 2)
        execute(audit_chain.seal)
        keep_head(tmp_path)
        found = audit_chain.verify(outside=list_heads(tmp_path))
        assert [one.what for one in found] == ["rewritten"]
        forget_heads(tmp_path)
        assert list_heads(tmp_path) == []


def test_the_nightly_proof_misses_what_was_cut_off_since_it_was_sealed(
    tamper: Tamper, committed_cast: Cast
) -> None:
    with acting_for(HOME):
        execute(_lines, committed_cast, 2)
        seal_audit(clock.today(), clock.now())
        tamper("delete from audit_seal", "delete from audit_citizen", "delete from audit_line")
        prove_ledger(clock.today(), clock.now())
        assert [one.what for one in list_alarms()] == ["changed_line"]


def test_the_head_follows_a_chain_that_holds(
    committed_app: Flask, committed_cast: Cast, tmp_path: Path
) -> None:
    with acting_for(HOME):
        for lines in (2, 3):
            execute(_lines, committed_cast, lines)
            execute(audit_chain.seal)
            keep_head(tmp_path)
        assert [one.seq for one in list_heads(tmp_path)] == [5]
        assert audit_chain.verify(outside=list_heads(tmp_path)) == []


def test_a_chain_that_is_reckoned_anew_does_not_fit_its_anchor(
    tamper: Tamper, committed_cast: Cast
) -> None:
    with acting_for(HOME):
        _anchored(committed_cast)
        tamper("update audit_line set role = 'nobody'", "delete from audit_seal")
        execute(audit_chain.seal)
        assert Broken("rewritten", clock.today().isoformat()) in audit_chain.verify()


def test_a_line_that_waits_to_be_sealed_is_missed_by_the_citizens_own_log(
    tamper: Tamper, committed_cast: Cast
) -> None:
    with acting_for(HOME):
        execute(_lines, committed_cast, 1)
        tamper("delete from audit_line")
        assert [one.what for one in audit_chain.verify()] == ["missing_line"]


def test_an_older_anchor_is_where_a_proof_may_begin(tamper: Tamper, committed_cast: Cast) -> None:
    with acting_for(HOME):
        _anchored(committed_cast)
        tamper("update audit_line set role = 'nobody' where id = NTH(2)")
        assert audit_chain.verify(clock.today()) == []
        assert audit_chain.verify(clock.today() - timedelta(days=1)) != []


def test_a_day_is_anchored_once_and_never_afterwards(cast: Cast) -> None:
    with acting_for(HOME):
        first = _anchored(cast)
        assert _anchored(cast) == first
        anchor_audit(clock.today() - timedelta(days=3), clock.now())
        assert audit_chain.find_anchor(clock.today() - timedelta(days=3)) is None


def test_anchors_are_laid_down_once_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "anchors.jsonl"
    one = Anchor(1, date(2026, 1, 2).isoformat(), 7, "h", "r", "s")
    for anchor in (one, one, one._replace(municipality=2)):
        append_once(file, anchor)
    assert read_anchors(file) == [one, one._replace(municipality=2)]
