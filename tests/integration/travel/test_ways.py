"""The way of a citizen is reckoned from where she lives, what she uses and where she goes."""

from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import point_of
from klippekort.domain.travel import Leg, Point, Road, Source, road_between
from klippekort.domain.trips import Transport
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.travel.providers import Offline, provider
from klippekort.travel.queries import (
    Reckoner,
    Spot,
    Traveller,
    WayChoice,
    home_of,
)
from tests.cast import HOME, Cast
from tests.integration.travel.arrange import CLUB, ELLENS, FAR_CLUB, citizen_of, lives_at, uses

WALK, CAR, BUS = Transport.WALK, Transport.STAFF_CAR, Transport.WHEELCHAIR_BUS


@pytest.fixture
def home(cast: Cast) -> Iterator[Municipality]:
    """Lindeby, where near is 10 minutes and far is 20; Ellen lives in the middle of it."""
    lives_at(cast.ellen, ELLENS)
    with acting_for(HOME):
        yield get_municipality(HOME)


def way_between(
    home: Municipality, citizen: Citizen, goal: Point | None, postcode: str | None, mode: Transport
) -> Leg:
    return Traveller(home, citizen).leg(Spot(goal, postcode), mode)


def ways(
    home: Municipality, citizen: Citizen, goal: Point | None, postcode: str | None
) -> list[WayChoice]:
    return Traveller(home, citizen).ways(Spot(goal, postcode))


def between_trips(home: Municipality, start: Spot, goal: Spot, mode: Transport) -> int:
    return Reckoner(home).alone(start, goal, mode).minutes


class Counting:
    """A provider that notes what it is asked, and how long it may take."""

    def __init__(self) -> None:
        self.asked: list[tuple[Transport, float]] = []

    def road(self, start: Point, goal: Point, mode: Transport, *, within: float) -> Road:
        self.asked.append((mode, within))
        return road_between(start, goal)


def test_a_way_is_reckoned_from_where_both_lie(home: Municipality, cast: Cast):
    leg = way_between(home, citizen_of(cast.ellen), CLUB, "9999", WALK)
    assert leg == Leg(10, 0, 463, Source.COORDINATES)


def test_without_the_goals_point_the_postcode_decides(home: Municipality, cast: Cast):
    ellen = citizen_of(cast.ellen)
    near = way_between(home, ellen, None, ellen.postcode, CAR)
    far = way_between(home, ellen, None, "4699", CAR)
    unknown = way_between(home, ellen, None, None, CAR)
    assert [leg.minutes for leg in (near, far, unknown)] == [10, 20, 20]
    assert {leg.source for leg in (near, far, unknown)} == {Source.POSTCODE}


def test_without_the_homes_point_the_postcode_decides(home: Municipality, cast: Cast):
    leg = way_between(home, citizen_of(cast.poul), CLUB, "4681", BUS)
    assert leg == Leg(10, 0, None, Source.POSTCODE)


def test_the_aids_take_their_time(home: Municipality, cast: Cast):
    ellen = citizen_of(cast.ellen)
    before = way_between(home, ellen, FAR_CLUB, None, CAR).minutes
    uses(cast.ellen, "rollator", "ilt")
    assert way_between(home, citizen_of(cast.ellen), FAR_CLUB, None, CAR).minutes > before


def test_who_lives_near_is_offered_a_walk_first(home: Municipality, cast: Cast):
    offered = ways(home, citizen_of(cast.ellen), CLUB, None)
    assert offered[0] == WayChoice(WALK, 10, Source.COORDINATES)
    assert [way.mode for way in offered] == [WALK, CAR, Transport.TAXI, Transport.FLEX]


def test_nobody_is_offered_to_walk_for_an_hour(home: Municipality, cast: Cast):
    assert WALK not in [way.mode for way in ways(home, citizen_of(cast.ellen), FAR_CLUB, "4681")]


def test_a_wheelchair_goes_by_the_bus(home: Municipality, cast: Cast):
    lives_at(cast.poul, ELLENS)
    best = Traveller(home, citizen_of(cast.poul)).best(Spot(CLUB))
    assert best == WayChoice(BUS, 25, Source.COORDINATES)


@pytest.mark.parametrize(("drives", "mode"), [(True, CAR), (False, Transport.TAXI)])
def test_a_taxi_stands_in_for_the_car(
    home: Municipality, cast: Cast, drives: bool, mode: Transport
):
    best = Traveller(home, citizen_of(cast.ellen)).best(Spot(FAR_CLUB), drives=drives)
    assert best.mode is mode


def test_a_municipality_that_has_said_nothing_reckons_with_none(home: Municipality, cast: Cast):
    silent = Municipality(id=home.id, travel_near_minutes=None, travel_far_minutes=None)
    assert way_between(silent, citizen_of(cast.poul), None, "4681", BUS).minutes == 0


def test_a_helper_goes_from_one_home_to_the_next(home: Municipality):
    assert between_trips(home, Spot(ELLENS), Spot(CLUB), CAR) == 10
    assert between_trips(home, Spot(ELLENS), Spot(CLUB), WALK) == 10


def test_a_helpers_way_falls_back_on_the_postcodes(home: Municipality):
    assert between_trips(home, Spot(None, "4681"), Spot(CLUB, "4681"), CAR) == 10
    assert between_trips(home, Spot(ELLENS, "4681"), Spot(None, "4682"), CAR) == 20


def test_a_server_is_not_asked_about_walks_that_are_out_of_reach(home: Municipality, cast: Cast):
    asked = Counting()
    Traveller(home, citizen_of(cast.ellen), asked).best(Spot(FAR_CLUB))
    assert [mode for mode, _within in asked.asked] == [CAR]


def test_all_ways_of_a_page_share_one_patience(home: Municipality):
    asked = Counting()
    reckoner = Reckoner(home, asked)
    for _ in range(3):
        reckoner.leg(Spot(ELLENS), Spot(CLUB), CAR)
    left = [within for _mode, within in asked.asked]
    assert left == sorted(left, reverse=True)
    assert left[-1] < left[0] <= 1


def test_where_a_home_lies_is_read_as_it_was_written(home: Municipality, cast: Cast):
    spot = home_of(citizen_of(cast.ellen))
    assert spot == Spot(ELLENS, "4681")


def test_what_is_stored_of_a_home_does_not_show_where_it_lies(home: Municipality, cast: Cast):
    sealed = citizen_of(cast.ellen).point_encrypted or b""
    assert b"55.3" not in sealed


def test_a_point_moved_to_another_row_cannot_be_read(home: Municipality, cast: Cast):
    ellen, poul = citizen_of(cast.ellen), citizen_of(cast.poul)
    poul.point_encrypted, poul.wrapped_key = ellen.point_encrypted, ellen.wrapped_key
    with db.session.no_autoflush, pytest.raises(InvalidTag):
        point_of(poul)


def test_the_app_reckons_by_itself_unless_told(app: Flask):
    assert isinstance(provider(), Offline)
