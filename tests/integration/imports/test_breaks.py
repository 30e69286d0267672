"""Breaks come with the roster, and stay when a later file says nothing of them."""

from sqlalchemy import select

from klippekort.accounts.models import Shift
from klippekort.domain.permissions import Actor
from klippekort.imports.reading.rows import Kind
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.integration.imports.conftest import bring, file_of

PLAIN = "Medarbejdernr;Dato;Fra;Til"
WITH_BREAK = f"{PLAIN};Pause fra;Pause til"


def _break() -> str:
    with acting_for(HOME):
        shift = db.session.scalars(select(Shift)).one()
        return f"{shift.break_starts_at:%H:%M}" if shift.break_starts_at else ""


def _bring(ada: Actor, header: str, line: str) -> None:
    bring(Kind.SHIFTS, file_of(header, line), ada)


def test_a_break_is_stored_with_its_shift(ada: Actor):
    _bring(ada, WITH_BREAK, "M1;19-11-2026;08:00;16:00;12:00;12:30")
    assert _break() == "11:00"


def test_a_file_that_says_nothing_of_breaks_leaves_them(ada: Actor):
    _bring(ada, WITH_BREAK, "M1;19-11-2026;08:00;16:00;12:00;12:30")
    _bring(ada, PLAIN, "M1;19-11-2026;08:00;15:00")
    assert _break() == "11:00"


def test_an_empty_cell_takes_the_break_away(ada: Actor):
    _bring(ada, WITH_BREAK, "M1;19-11-2026;08:00;16:00;12:00;12:30")
    _bring(ada, WITH_BREAK, "M1;19-11-2026;08:00;16:00;;")
    assert _break() == ""


def test_a_break_that_no_longer_lies_in_the_shift_goes_with_the_hours(ada: Actor):
    _bring(ada, WITH_BREAK, "M1;19-11-2026;08:00;16:00;12:00;12:30")
    _bring(ada, PLAIN, "M1;19-11-2026;08:00;12:15")
    assert _break() == ""
