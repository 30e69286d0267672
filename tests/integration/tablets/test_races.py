"""The same intent, or two that contradict each other, at the same moment."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.accounts.services import check_pin
from klippekort.domain.schemes import Charge
from klippekort.domain.trips import CancelReason, Cause
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.tablet.models import Intent
from klippekort.tablet.services.deeds import Cancel, Deed, Finish, Said
from klippekort.tablet.services.intents import take_intent
from klippekort.trips.models import TripEvent
from tests.builders import a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.accounts.people import has_pin, tries_of
from tests.integration.tablet import StandingClock
from tests.integration.tablets.conftest import AT_THE_DOOR, GAME_AT, TUESDAY
from tests.races import race

EIGHT = 8
FINISH = Finish(time(9, 50), time(11, 20))


@pytest.fixture
def card(committed_cast: Cast) -> UUID:
    return a_card(committed_cast, committed_cast.ellen)


@pytest.fixture
def trip(committed_cast: Cast, card: UUID, standing_clock: StandingClock) -> UUID:
    """Ellen's trip, 100 minutes after it began."""
    cast = committed_cast
    a_shift(cast.bo, TUESDAY)
    booked = a_trip(cast.bo, cast.ellen, an_occurrence(GAME_AT), cast.bo)
    standing_clock.at = AT_THE_DOOR + timedelta(minutes=100)
    return booked


def _said(deed: Deed, trip: UUID, intent_id: UUID | None = None) -> Said:
    return Said(intent_id or new_id(), deed, trip, 1, clock.now(), clock.now())


def _send(cast: Cast, said: Said) -> Callable[[], Any]:
    account, now = cast.bo.account_id, clock.now()
    return lambda: execute(
        take_intent, cast.bo, said, now=now, key=str(said.id), content=said.content(account)
    )


def _used(card: UUID) -> tuple[int, int]:
    db.session.rollback()
    db.session.expire_all()
    with acting_for(HOME):
        state = state_of(get_card(card))
        return sum(lot.used for lot in state.lots), state.held()


def _count(model: Any, **wanted: Any) -> int:
    with acting_for(HOME):
        return len(db.session.scalars(select(model).filter_by(**wanted)).all())


def test_one_intent_eight_times_at_once_is_done_once(
    committed_app: Flask, committed_cast: Cast, trip: UUID, card: UUID
) -> None:
    said = _said(FINISH, trip)
    outcomes = race(committed_app, HOME, *[_send(committed_cast, said)] * EIGHT)
    assert outcomes.refusals == []
    assert [one["outcome"] for one in outcomes.answers] == ["done"] * EIGHT
    assert _used(card) == (90, 0)
    assert _count(Intent) == 1
    assert _count(TripEvent, kind="completed") == 1


def test_eight_tablets_that_say_the_same_are_one_trip(
    committed_app: Flask, committed_cast: Cast, trip: UUID, card: UUID
) -> None:
    deeds = [_send(committed_cast, _said(FINISH, trip)) for _ in range(EIGHT)]
    outcomes = race(committed_app, HOME, *deeds)
    assert outcomes.refusals == []
    assert [one["outcome"] for one in outcomes.answers] == ["done"] * EIGHT
    assert _used(card) == (90, 0)
    assert _count(TripEvent, kind="completed") == 1


def test_a_finish_and_a_cancellation_at_once_are_one_deed_and_one_card(
    committed_app: Flask, committed_cast: Cast, trip: UUID, card: UUID
) -> None:
    cancel = Cancel(Cause.SUPPLIER, CancelReason.OTHER, Charge.FREE)
    outcomes = race(
        committed_app,
        HOME,
        _send(committed_cast, _said(FINISH, trip)),
        _send(committed_cast, _said(cancel, trip)),
    )
    assert sorted(one["outcome"] for one in outcomes.answers) == ["conflict", "done"]
    assert _used(card) in ((90, 0), (0, 0))


def test_of_many_who_guess_a_pin_at_once_five_are_compared(
    committed_app: Flask, committed_cast: Cast
) -> None:
    has_pin(committed_cast.bo)
    account = committed_cast.bo.account_id
    assert account is not None
    guesses = [lambda pin=f"{n:04d}": check_pin(account, pin, clock.now()) for n in range(12)]
    assert race(committed_app, HOME, *guesses).answers == [False] * 12
    assert tries_of(committed_cast.bo, "pin") == 5
