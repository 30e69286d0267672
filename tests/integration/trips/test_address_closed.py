"""When nothing is held at an address, whoever was to be there is called, and nobody is told why."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.domain.trips import Transport
from klippekort.groups.services import AddressClosed
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.following import address_closed
from klippekort.trips.services.reserving import reserve
from tests.builders import MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import GAME_AT

HOUR = timedelta(hours=1)


@pytest.fixture
def trip(cast: Cast) -> UUID:
    """Ellen's trip to a place of her own choice, with nobody to come along yet."""
    a_card(cast, cast.ellen)
    goal = Place("Mødet", "Ågade 3", "4681", "talk", GAME_AT, GAME_AT + HOUR)
    block = Block((Passenger(cast.ellen, "said"),), goal, Transport.WALK, 10, 10)
    with acting_for(HOME):
        return UUID(execute(lambda: str(reserve(cast.karen, block, now=MONDAY))))


def _closed(address: str, shift: timedelta = timedelta(0)) -> list[OutboxMessage]:
    starts_at = GAME_AT + shift
    event = AddressClosed(address, "4681", starts_at, starts_at + HOUR, MONDAY)
    with acting_for(HOME):
        execute(address_closed, event)
        return list(db.session.scalars(select(OutboxMessage).filter_by(kind="address_closed")))


def test_whoever_was_to_be_there_is_called_once(trip: UUID) -> None:
    _closed("Ågade 3")
    (call,) = _closed("ågade 3")
    assert call.facts["trip"] == str(trip)


def test_the_call_says_where_and_when_and_no_more(trip: UUID) -> None:
    (call,) = _closed("Ågade 3")
    assert set(call.facts) == {"trip", "starts_at", "destination"}


@pytest.mark.parametrize(
    ("address", "shift"), [("Ågade 5", timedelta(0)), ("Ågade 3", timedelta(hours=3))]
)
def test_elsewhere_and_at_another_time_nobody_is_called(
    trip: UUID, address: str, shift: timedelta
) -> None:
    assert _closed(address, shift) == []


@pytest.fixture
def pasted(cast: Cast) -> UUID:
    """Ellen's trip as somebody wrote it: the whole line in one field."""
    a_card(cast, cast.ellen)
    goal = Place("Møde, Ågade 3, 4681 Lindeby", None, None, "talk", GAME_AT, GAME_AT + HOUR)
    block = Block((Passenger(cast.ellen, "said"),), goal, Transport.WALK, 10, 10)
    with acting_for(HOME):
        return UUID(execute(lambda: str(reserve(cast.karen, block, now=MONDAY))))


def test_an_address_in_a_line_of_text_is_known_again(pasted: UUID) -> None:
    (call,) = _closed("Ågade 3")
    assert call.facts["trip"] == str(pasted)


def test_an_address_without_a_postcode_is_known_again(cast: Cast) -> None:
    a_card(cast, cast.ellen)
    goal = Place("Mødet", "Ågade  3", None, "talk", GAME_AT, GAME_AT + HOUR)
    block = Block((Passenger(cast.ellen, "said"),), goal, Transport.WALK, 10, 10)
    with acting_for(HOME):
        execute(lambda: str(reserve(cast.karen, block, now=MONDAY)))
    assert len(_closed("Ågade 3")) == 1
