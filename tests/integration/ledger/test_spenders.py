"""Sixty people at one card at once: nothing is lost, nothing doubled, never below zero."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import make_url

from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.ledger import CardState
from klippekort.platform.db import db
from klippekort.platform.execute import Busy, execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import PunchEntry, PunchLot
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.bookings import charge_minutes, hold_minutes, release_minutes
from tests.builders import MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration import tablet
from tests.login import log_in
from tests.property.plain_card import PlainRules, as_terms
from tests.races import Outcomes, race

Deed = Callable[[], Any]
CROWD = 60
WEEKS = 4
TODAY = (MONDAY + timedelta(weeks=WEEKS)).date()
NOW = MONDAY + timedelta(weeks=WEEKS)
TRIP_ON = TODAY + timedelta(days=2)
WHEN: dict[str, Any] = {"today": TODAY, "now": NOW}


@pytest.fixture
def card(committed_app: Flask, committed_cast: Cast) -> UUID:
    """Return a card with 600 minutes, four weeks after it was last reckoned: 120 more are due."""
    terms = as_terms(PlainRules(minutes=30))
    card_id = a_card(committed_cast, committed_cast.ellen, 0, terms=terms, rate=None)
    with acting_for(HOME):
        execute(_bring, committed_cast, card_id)
    return card_id


def _bring(cast: Cast, card_id: UUID) -> None:
    carry_over(cast.asta, card_id, [OpeningLot(570, MONDAY.date(), date(2027, 6, 1))], now=MONDAY)


def _patiently(deed: Deed) -> Deed:
    """Return a deed that is tried again when the database is busy, as the page asks one to."""

    def tried() -> Any:
        for _ in range(20):
            try:
                return deed()
            except Busy:
                continue
        raise Busy

    return tried


def _key(*parts: object) -> str:
    return "/".join(map(str, parts))


def _hold(cast: Cast, card: UUID, number: int, minutes: int = 12) -> Deed:
    trip, what = UUID(int=number), {**WHEN, "on": TRIP_ON}
    return _patiently(
        lambda: execute(
            hold_minutes, cast.bo, card, trip, minutes, key=_key("hold", number), **what
        )
    )


def _release(cast: Cast, card: UUID, number: int) -> Deed:
    trip, what = UUID(int=number), {**WHEN, "reason": "cancel_citizen"}
    return _patiently(
        lambda: execute(release_minutes, cast.bo, card, trip, key=_key("release", number), **what)
    )


def _charge(cast: Cast, card: UUID, number: int, minutes: int = 12) -> Deed:
    trip, what = UUID(int=number), {**WHEN, "on": TRIP_ON, "reason": "trip"}
    return _patiently(
        lambda: execute(
            charge_minutes, cast.bo, card, trip, minutes, key=_key("charge", number), **what
        )
    )


def _proved(card: UUID) -> CardState:
    """Return the card, whose ledger must prove and whose periods must have come once."""
    with acting_for(HOME):
        assert proof.verify_card(card) == []
        periods = db.session.scalars(select(PunchLot.period).filter_by(source="accrual")).all()
        assert len(periods) == len(set(periods)) == WEEKS + 1
        state = state_of(get_card(card))
        assert all(lot.free >= 0 for lot in state.lots)
        return state


def _kinds(card: UUID) -> Counter[str]:
    with acting_for(HOME):
        found = select(PunchEntry.kind, PunchEntry.minutes).filter_by(card_id=card)
        sums: Counter[str] = Counter()
        for kind, minutes in db.session.execute(found):
            sums[kind] += minutes
        return sums


def _at_once(app: Flask, deeds: list[Deed]) -> Outcomes:
    assert len(deeds) >= CROWD
    return race(app, HOME, *deeds)


def test_a_crowd_takes_what_there_is_and_no_more(
    committed_app: Flask, committed_cast: Cast, card: UUID
) -> None:
    deeds = [_hold(committed_cast, card, number, 15) for number in range(1, CROWD + 1)]
    outcomes = _at_once(committed_app, deeds)
    state = _proved(card)
    assert {type(refusal) for refusal in outcomes.refusals} == {InsufficientMinutes}
    assert (len(outcomes.answers), len(outcomes.refusals)) == (48, 12)
    assert (state.held(), state.available(TODAY)) == (720, 0)


def test_however_many_workers_run_a_week_comes_once(
    committed_app: Flask, committed_cast: Cast, card: UUID
) -> None:
    def reckon() -> int:
        return advance_cards(TODAY, NOW).failed

    outcomes = _at_once(committed_app, [reckon] * CROWD)
    state = _proved(card)
    assert outcomes.refusals == []
    assert set(outcomes.answers) == {0}
    assert state.available(TODAY) == 720


def test_a_button_pressed_on_three_tablets_at_once_counts_once(
    committed_app: Flask, committed_cast: Cast, card: UUID
) -> None:
    deeds = [_hold(committed_cast, card, 1 + number % 20) for number in range(CROWD)]
    outcomes = _at_once(committed_app, deeds)
    state = _proved(card)
    assert outcomes.refusals == []
    assert sorted(hold.trip.int for hold in state.holds) == list(range(1, 21))
    assert (state.held(), state.available(TODAY)) == (20 * 12, 720 - 20 * 12)


def test_bookings_cancellations_and_charges_at_once_all_count_and_count_once(
    committed_app: Flask, committed_cast: Cast, card: UUID
) -> None:
    cast = committed_cast
    with acting_for(HOME):
        for number in range(1, 31):
            _hold(cast, card, number)()
    deeds = [_release(cast, card, number) for number in range(1, 16)]
    deeds += [_charge(cast, card, number, 10) for number in range(16, 31)]
    deeds += [_hold(cast, card, number) for number in range(31, 46)]
    deeds += [deeds[place] for place in range(0, 45, 2)]
    outcomes = _at_once(committed_app, deeds)
    state = _proved(card)
    assert outcomes.refusals == []
    assert sorted({hold.trip.int for hold in state.holds}) == list(range(31, 46))
    assert _kinds(card) == {
        "credit": 720,
        "hold": 45 * 12,
        "release": 15 * 12 + 15 * 2,
        "spend": 15 * 10,
    }
    assert state.available(TODAY) == 720 - 15 * 12 - 15 * 10


def test_a_trip_cancelled_and_charged_in_the_same_moment_is_paid_once(
    committed_app: Flask, committed_cast: Cast, card: UUID
) -> None:
    cast, trips = committed_cast, range(1, 31)
    with acting_for(HOME):
        for number in trips:
            _hold(cast, card, number)()
    deeds = [deed(cast, card, number) for number in trips for deed in (_release, _charge)]
    outcomes = _at_once(committed_app, deeds)
    state = _proved(card)
    assert outcomes.refusals == []
    assert (_kinds(card)["spend"], state.held()) == (30 * 12, 0)
    assert state.available(TODAY) == 720 - 30 * 12


@contextmanager
def _somebody_at_the_card(app: Flask, card: UUID) -> Iterator[None]:
    """Hold the card from another connection for as long as the block lasts."""
    url = app.extensions["settings"].database_url
    if url.startswith("sqlite"):
        other = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        other.execute("begin immediate")
        yield
        other.close()
        return
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("select set_config('app.municipality', '1', true)"))
        lock = text("select 1 from punch_card where id = :card for update")
        assert connection.execute(lock, {"card": card}).scalar() == 1
        yield
    engine.dispose()


def _lose_patience(dialect: str) -> None:
    """Let new connections wait for a lock no longer than a blink."""
    how = "pragma busy_timeout=50" if dialect == "sqlite" else "set lock_timeout = '50ms'"

    def configure(connection: Any, _record: Any) -> None:
        connection.execute(how)
        connection.commit()

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", configure)


def test_a_card_that_is_held_too_long_asks_to_try_again(
    committed_app: Flask, committed_cast: Cast, card: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.stand_still(monkeypatch).pass_(weeks=WEEKS)
    browser = log_in(committed_app.test_client(), committed_cast.asta)
    committed_app.testing = False
    _lose_patience(db.engine.dialect.name)
    sent = {"key": str(UUID(int=1)), "reason": "moved"}
    with _somebody_at_the_card(committed_app, card):
        refused = browser.post(f"/klippekort/{card}/afslut", data=sent)
    assert (refused.status_code, "Traceback" in refused.text) == (503, False)
    again = browser.post(f"/klippekort/{card}/afslut", data=sent)
    assert again.status_code == 303
    with acting_for(HOME):
        assert proof.verify_card(card) == []
        assert get_card(card).closed_on is not None
