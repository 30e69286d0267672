"""The night's reckoning: many cards with few questions, and none keeps another back."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import event, select, update

from klippekort.domain.calendar import instant
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import PunchCard, SchemeTerms
from tests.builders import MONDAY, a_card, a_scheme
from tests.cast import HOME, Cast, make_citizen

TUESDAY = date(2026, 11, 24)
NIGHT = instant(TUESDAY, time(0, 10))


def _reckoned() -> dict[UUID, date | None]:
    found = select(PunchCard.id, PunchCard.advanced_through)
    return {row.id: row.advanced_through for row in db.session.execute(found)}


def _statements(day: date, now: datetime) -> int:
    """Reckon a night and return how many statements it took."""
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        assert advance_cards(day, now).failed == 0
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
    return len(asked)


def test_a_card_that_cannot_be_reckoned_keeps_no_other_back(app: Flask, cast: Cast) -> None:
    good = a_card(cast, cast.ellen)
    spoilt = a_scheme(name="Spoilt")
    bad = a_card(cast, cast.poul, scheme_id=spoilt)
    with acting_for(HOME):
        terms = update(SchemeTerms).filter_by(scheme_id=spoilt).values(terms={"nothing": 1})
        execute(lambda: db.session.execute(terms).close())
        outcome = advance_cards(TUESDAY, NIGHT)
        assert (outcome.expected, outcome.done, outcome.failed) == (2, 1, 1)
        assert _reckoned() == {good: TUESDAY, bad: MONDAY.date()}


def test_a_quiet_night_asks_no_more_for_many_cards_than_for_few(
    committed_app: Flask, committed_cast: Cast
) -> None:
    cast, scheme = committed_cast, a_scheme()
    where = {"supplier": cast.supplier, "district": cast.north}
    a_card(cast, cast.ellen, scheme_id=scheme)
    with acting_for(HOME):
        alone = _statements(TUESDAY, NIGHT)
        people = execute(lambda: [make_citizen(f"B{n}", "Holm", **where) for n in range(30)])
        for citizen_id in people:
            a_card(cast, citizen_id, scheme_id=scheme)
        together = _statements(TUESDAY + timedelta(days=1), NIGHT + timedelta(days=1))
        assert set(_reckoned().values()) == {TUESDAY + timedelta(days=1)}
    assert together <= alone + 2
