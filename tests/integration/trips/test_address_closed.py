"""When nothing is held at an address, whoever was to be there is called, and nobody is told why."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.domain.calendar import local
from klippekort.domain.trips import Transport
from klippekort.groups.services import AddressClosed, AddressOpened, move_meeting
from klippekort.messages.models import OutboxMessage
from klippekort.messages.services import complete_call
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.reports.views.overview_words import call_words
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.following import address_closed, address_opened
from klippekort.trips.services.reserving import reserve
from tests.builders import MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration.groups.arrange import a_group, a_place, meetings_now, run
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


def _closed(
    address: str, shift: timedelta = timedelta(0), at: datetime = MONDAY
) -> list[OutboxMessage]:
    starts_at = GAME_AT + shift
    event = AddressClosed(address, "4681", starts_at, starts_at + HOUR, at)
    with acting_for(HOME):
        execute(address_closed, event)
    return _calls()


def _opened(address: str, shift: timedelta = timedelta(0)) -> list[str]:
    """Open the door again and return how the calls about it stand."""
    starts_at = GAME_AT + shift
    with acting_for(HOME):
        execute(address_opened, AddressOpened(address, "4681", starts_at, starts_at + HOUR))
    return [call.state for call in _calls()]


def _calls() -> list[OutboxMessage]:
    found = select(OutboxMessage).filter_by(kind="address_closed").order_by(OutboxMessage.id)
    with acting_for(HOME):
        db.session.rollback()
        return list(db.session.scalars(found))


def test_whoever_was_to_be_there_is_called_once(trip: UUID) -> None:
    _closed("Ågade 3")
    (call,) = _closed("ågade 3")
    assert call.facts["trip"] == str(trip)


def test_the_call_says_where_and_when_and_no_more(trip: UUID) -> None:
    (call,) = _closed("Ågade 3")
    assert set(call.facts) == {"trip", "starts_at", "ends_at", "destination"}


def test_the_call_tells_the_hour_of_the_meeting_and_not_of_the_fetching(trip: UUID) -> None:
    (call,) = _closed("Ågade 3")
    assert call.facts["starts_at"] == GAME_AT.isoformat()
    said = call_words("address_closed", call.facts)
    assert f"{local(GAME_AT):%H.%M}" in said
    assert f"{local(GAME_AT - timedelta(minutes=10)):%H.%M}" not in said


def test_a_door_that_closes_anew_is_called_about_anew(cast: Cast, trip: UUID) -> None:
    (call,) = _closed("Ågade 3")
    with acting_for(HOME):
        execute(complete_call, cast.karen, call.id, now=MONDAY)
    _opened("Ågade 3")
    later = MONDAY + timedelta(minutes=5)
    for _twice in range(2):
        _closed("Ågade 3", at=later)
    assert [one.state for one in _calls()] == ["done", "queued"]


def test_a_door_closed_twice_is_called_about_once(trip: UUID) -> None:
    _closed("Ågade 3")
    assert len(_closed("Ågade 3", at=MONDAY + timedelta(minutes=5))) == 1


def test_nobody_is_called_about_a_door_that_is_open_again(trip: UUID) -> None:
    _closed("Ågade 3")
    assert _opened("Ågade 5") == ["queued"]
    assert _opened("Ågade 3", timedelta(minutes=30)) == ["queued"]
    assert _opened("Ågade 3") == ["withdrawn"]


def test_the_time_between_is_forgotten_with_it(trip: UUID) -> None:
    half = timedelta(minutes=30)
    _closed("Ågade 3")
    _closed("Ågade 3", half, MONDAY + half)
    assert _opened("Ågade 3") == ["withdrawn", "withdrawn"]


def test_what_is_held_while_she_is_on_her_way_is_nothing_to_her(trip: UUID) -> None:
    assert _closed("Ågade 3", HOUR) == []


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


def test_a_group_that_moves_its_meeting_to_and_fro_is_called_about_each_time(
    cast: Cast, trip: UUID
) -> None:
    at = local(GAME_AT)
    group_id = a_group(
        cast,
        place_id=a_place("Stuen", "Ågade 3"),
        first_on=at.date(),
        starts=at.time(),
        minutes=60,
    )
    meeting = meetings_now(group_id)[0]
    for number, hours in enumerate((2, 0, 3, 0)):
        now, to = MONDAY + number * timedelta(minutes=20), GAME_AT + hours * HOUR
        run(move_meeting, cast.karen, meeting.id, to, now=now)
        if number == 0:
            (call,) = _calls()
            run(complete_call, cast.karen, call.id, now=now)
        if number == 2:
            assert [one.state for one in _calls()] == ["done", "queued"]
    assert [one.state for one in _calls()] == ["done", "withdrawn"]
