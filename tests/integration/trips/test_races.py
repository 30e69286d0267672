"""Several people at the same moment, and the walls of the database itself."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from klippekort.domain.errors import EscortBusy, NoSeat
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.trips.models import TripEscort
from klippekort.trips.services.booking import BookingOrder, book_trip
from tests.builders import MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence, an_order
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import DOORS_OPEN, GAME_AT, HOME_AGAIN, TUESDAY, key_of
from tests.races import race


def _deed(actor: Actor, order: BookingOrder, number: int = 0) -> Callable[[], str]:
    key = key_of(number) if number else None
    return lambda: str(execute(book_trip, actor, order, now=MONDAY, key=key, content=str(order)))


@pytest.fixture
def two_cards(committed_cast: Cast) -> tuple[UUID, UUID]:
    scheme = a_scheme()
    a_shift(committed_cast.bo, TUESDAY)
    return (
        a_card(committed_cast, committed_cast.ellen, scheme_id=scheme),
        a_card(committed_cast, committed_cast.poul, scheme_id=scheme),
    )


def test_of_two_who_want_the_last_seat_one_gets_it(
    committed_app: Flask, committed_cast: Cast, two_cards: tuple[UUID, UUID]
) -> None:
    cast, last = committed_cast, an_occurrence(GAME_AT, capacity=1)
    outcomes = race(
        committed_app,
        HOME,
        _deed(cast.karen, an_order(cast.ellen, last)),
        _deed(cast.karen, an_order(cast.poul, last)),
    )
    assert len(outcomes.answers) == 1
    assert [type(refusal) for refusal in outcomes.refusals] == [NoSeat]


def test_of_two_who_want_the_same_helper_one_gets_her(
    committed_app: Flask, committed_cast: Cast, two_cards: tuple[UUID, UUID]
) -> None:
    cast, game = committed_cast, an_occurrence(GAME_AT)
    outcomes = race(
        committed_app,
        HOME,
        _deed(cast.karen, an_order(cast.ellen, game, cast.bo)),
        _deed(cast.karen, an_order(cast.poul, game, cast.bo)),
    )
    assert len(outcomes.answers) == 1
    assert [type(refusal) for refusal in outcomes.refusals] == [EscortBusy]


def test_a_refused_booking_leaves_no_minutes_set_aside(
    committed_app: Flask, committed_cast: Cast, two_cards: tuple[UUID, UUID]
) -> None:
    cast, last = committed_cast, an_occurrence(GAME_AT, capacity=1)
    race(
        committed_app,
        HOME,
        _deed(cast.karen, an_order(cast.ellen, last)),
        _deed(cast.karen, an_order(cast.poul, last)),
    )
    with acting_for(HOME):
        held = sorted(state_of(get_card(card)).held() for card in two_cards)
    assert held == [0, 110]


def test_two_presses_of_one_button_book_once(
    committed_app: Flask, committed_cast: Cast, two_cards: tuple[UUID, UUID]
) -> None:
    order = an_order(committed_cast.ellen, an_occurrence(GAME_AT))
    press = _deed(committed_cast.karen, order, 1)
    outcomes = race(committed_app, HOME, press, press)
    assert (len(set(outcomes.answers)), outcomes.refusals) == (1, [])


def test_not_even_raw_sql_puts_a_helper_in_two_places(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    a_shift(cast.bo, date(2026, 11, 24))
    trip = a_trip(cast.bo, cast.ellen, an_occurrence(GAME_AT), cast.bo)

    def again() -> None:
        values = {
            "municipality_id": HOME,
            "id": new_id(),
            "trip_id": trip,
            "care_worker_id": cast.bo.person_id,
            "starts_at": DOORS_OPEN,
            "ends_at": HOME_AGAIN,
            "is_active": True,
        }
        db.session.connection().execute(insert(TripEscort), values)

    with acting_for(HOME), pytest.raises(IntegrityError, match="one_place"):
        execute(again)
