"""What was done and seen cannot be changed unseen."""

import pytest
from flask import Flask
from sqlalchemy import text

from klippekort.domain.permissions import Action
from klippekort.platform import audit
from klippekort.platform.db import db, write_turn
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast


def _sealed_lines(cast: Cast) -> None:
    for purpose in ("see_card", "book_trip"):
        audit.record(cast.bo, Action.SEE_CARD, "page", citizens=[cast.ellen], purpose=purpose)
    db.session.flush()
    audit.seal()


def test_an_untouched_chain_holds(cast: Cast) -> None:
    with acting_for(HOME):
        execute(_sealed_lines, cast)
        assert audit.first_broken_seal() is None


def test_a_changed_line_is_found_and_named(
    committed_app: Flask, committed_cast: Cast, database: str
) -> None:
    if database != "sqlite":
        pytest.skip("the app's role cannot drop a trigger on PostgreSQL")
    with acting_for(HOME):
        execute(_sealed_lines, committed_cast)
        db.session.rollback()
        with write_turn(), db.engine.begin() as connection:
            connection.execute(text("drop trigger audit_line_no_update"))
            connection.execute(
                text("update audit_line set role = 'nobody' where purpose = 'book_trip'")
            )
        broken = audit.first_broken_seal()
        assert broken is not None
        assert broken.seq == 2
