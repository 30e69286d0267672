"""The preview of a change tells to the minute what becomes of time that waits for an answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from klippekort.citizens.services.absences import record_absence
from klippekort.domain.changes import Effect
from klippekort.domain.schemes import (
    OPEN,
    AtCap,
    Cap,
    OnChange,
    PartialPeriod,
    Pause,
    Pauses,
    Saving,
    Terms,
)
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services import changes as services
from klippekort.punchcards.services.schemes import decide_rules
from tests.builders import DECIDED, MONDAY, a_card, a_scheme
from tests.cast import HOME, Cast

TODAY = MONDAY.date()
WEEK = timedelta(days=7)
NEW = TODAY + 3 * WEEK + timedelta(days=1)


def _capped(at_cap: AtCap, minutes: int = 45) -> Terms:
    return replace(DECIDED, saving=Saving({"most": Cap(minutes=minutes, at_cap=at_cap)}))


def _paused(accrues: Any, terms: Terms = DECIDED) -> Terms:
    hospital = Pause(accrues=accrues, usable=False, extends_expiry=False)
    return replace(terms, pauses=Pauses(hospital=hospital, partial_period=PartialPeriod.ANY_DAY))


def _reckon(on: date) -> None:
    with acting_for(HOME):
        advance_cards(on, MONDAY + (on - TODAY))


def _card(cast: Cast, terms: Terms, away_from: date = TODAY + WEEK) -> tuple[UUID, UUID]:
    """Give Ellen a card that has run for three weeks; after the first she is in hospital."""
    scheme = a_scheme(terms)
    card = a_card(cast, cast.ellen, 0, scheme_id=scheme, rate=None)
    with acting_for(HOME):
        away = away_from, TODAY + 3 * WEEK + timedelta(days=6)
        execute(record_absence, cast.karen, cast.ellen, "hospital", *away, MONDAY)
    _reckon(TODAY + 3 * WEEK)
    return scheme, card


def _drafted(cast: Cast, scheme: UUID, terms: Terms) -> services.Preview:
    now = MONDAY + 3 * WEEK
    with acting_for(HOME):
        execute(services.keep_terms, cast.karen, scheme, terms, now=now)
        kept = OnChange.KEEP_TERMS
        execute(services.set_first_day, cast.karen, scheme, NEW, kept, now=now)
        return services.preview(cast.karen, scheme, now.date())


def _done(cast: Cast, scheme: UUID, found: services.Preview) -> None:
    with acting_for(HOME):
        now = MONDAY + 3 * WEEK
        execute(services.decide_change, cast.karen, scheme, found.seen, "fordi", now=now)


def _free(card: UUID) -> int:
    with acting_for(HOME):
        return state_of(get_card(card)).free()


def _lost(card: UUID, reason: str, since: date) -> int:
    with acting_for(HOME):
        found = select(func.sum(PunchEntry.minutes)).filter_by(card_id=card, reason_code=reason)
        return db.session.scalars(found.where(PunchEntry.effective_on >= since)).one() or 0


def _effect(found: services.Preview) -> Effect:
    [one] = found.cards
    return one.effect


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        (_capped(AtCap.UNDECIDED), _capped(AtCap.ALERT), 120),
        (_capped(AtCap.UNDECIDED), _capped(AtCap.OLDEST_LAPSE), 45),
        (_capped(AtCap.UNDECIDED), _capped(AtCap.REFUSE), 45),
        (_capped(AtCap.UNDECIDED), _capped(AtCap.UNDECIDED, 60), 45),
        (_paused(OPEN), _paused(True), 120),
        (_paused(OPEN), _paused(False), 30),
        (
            _paused(OPEN, _capped(AtCap.UNDECIDED, 60)),
            _paused(True, _capped(AtCap.UNDECIDED, 60)),
            60,
        ),
        (
            _paused(OPEN, _capped(AtCap.UNDECIDED, 60)),
            _paused(True, _capped(AtCap.OLDEST_LAPSE, 60)),
            60,
        ),
    ],
)
def test_the_preview_of_time_that_waits_is_what_then_happens(
    cast: Cast, old: Terms, new: Terms, first: int
) -> None:
    scheme, card = _card(cast, old)
    found = _drafted(cast, scheme, new)
    told = _effect(found).new
    _done(cast, scheme, found)
    _reckon(NEW)
    assert (told.first, _free(card)) == (first, first)
    assert told.lost_first.get("cap", 0) == _lost(card, "cap", NEW)
    for week in range(1, 12):
        _reckon(TODAY + (3 + week) * WEEK)
    _reckon(NEW + 12 * WEEK)
    with acting_for(HOME):
        assert told.last == state_of(get_card(card)).available(NEW + 12 * WEEK)


def test_time_that_is_lost_when_an_old_question_is_answered_is_told(cast: Cast) -> None:
    scheme, _ellen = _card(cast, _capped(AtCap.UNDECIDED))
    found = _drafted(cast, scheme, _capped(AtCap.OLDEST_LAPSE))
    assert _effect(found).new.lost_first == {"cap": 75}


def test_time_that_waits_already_is_told(cast: Cast) -> None:
    scheme, _ellen = _card(cast, _paused(OPEN))
    found = _drafted(cast, scheme, replace(_paused(OPEN), minutes_per_punch=15))
    assert found.totals.waiting == 90


def test_what_a_version_still_to_come_decides_is_told_on_both_sides(cast: Cast) -> None:
    scheme, _ellen = _card(cast, _paused(OPEN))
    with acting_for(HOME):
        said = {"pauses.hospital.accrues": "yes"}
        day = NEW + timedelta(days=2)
        execute(decide_rules, cast.ada, scheme, said, day, MONDAY + 3 * WEEK)
    effect = _effect(_drafted(cast, scheme, replace(_paused(OPEN), minutes_per_punch=15)))
    assert (effect.old.first, effect.old.waiting, effect.new.waiting) == (30, 0, 0)
    assert effect.old.last == effect.new.last


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], int]:
    """Return a function that tells how often the database has been asked."""
    asked = 0

    def count(*_details: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(db.engine, "before_cursor_execute", count)
    return lambda: asked


def test_a_preview_of_questions_asks_the_same_whatever_the_number_of_cards(
    cast: Cast, count_queries: Callable[[], int]
) -> None:
    scheme, _ellen = _card(cast, _capped(AtCap.UNDECIDED))
    _drafted(cast, scheme, _capped(AtCap.ALERT))

    def asked() -> int:
        with acting_for(HOME):
            services.preview(cast.karen, scheme, TODAY + 3 * WEEK)  # rows are known by now
            before = count_queries()
            services.preview(cast.karen, scheme, TODAY + 3 * WEEK)
        return count_queries() - before

    one = asked()
    a_card(cast, cast.poul, 0, scheme_id=scheme, rate=None)
    _reckon(TODAY + 3 * WEEK)
    assert asked() == one


@pytest.mark.parametrize("answer", [True, False])
def test_the_preview_of_a_question_about_time_that_came_is_what_then_happens(
    cast: Cast, answer: bool
) -> None:
    scheme, card = _card(cast, _paused(OPEN), away_from=TODAY + timedelta(days=3))
    found = _drafted(cast, scheme, _paused(answer))
    told = _effect(found)
    _done(cast, scheme, found)
    _reckon(NEW)
    assert told.old.first == 30
    assert (told.new.first, _free(card)) == ((120, 120) if answer else (0, 0))
