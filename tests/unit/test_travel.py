"""How long the way takes: by mode, by aid, by distance."""

import pytest

from klippekort.domain.travel import (
    HANDLING,
    LONGEST,
    NO_AIDS,
    SLOW_WALK_METRES,
    WAITING,
    WALK_METRES,
    Aid,
    Leg,
    Point,
    Road,
    Source,
    aids_of,
    alone,
    door_to_door,
    great_circle,
    is_in_denmark,
    modes_for,
    road_between,
    walk_limit,
)
from klippekort.domain.trips import Transport

TOWN_HALL, ISLAND = Point(55.6761, 12.5683), Point(55.1000, 14.7000)
CAR, BUS, FLEX = Transport.STAFF_CAR, Transport.WHEELCHAIR_BUS, Transport.FLEX
ROLLATOR, WHEELCHAIR = frozenset({Aid.ROLLATOR}), frozenset({Aid.WHEELCHAIR})


def minutes(metres: int, mode: Transport, aids: frozenset[Aid] = NO_AIDS) -> int:
    return door_to_door(Road(metres), mode, aids).minutes


@pytest.mark.parametrize(
    ("start", "goal", "metres"),
    [
        (TOWN_HALL, TOWN_HALL, 0),
        (TOWN_HALL, Point(55.6861, 12.5683), 1_112),
        (TOWN_HALL, Point(55.6761, 12.5843), 1_003),
        (TOWN_HALL, ISLAND, 148_500),
    ],
)
def test_the_crow_flies_along_the_ball(start: Point, goal: Point, metres: int):
    assert great_circle(start, goal) == pytest.approx(metres, rel=0.005, abs=1)


def test_a_road_is_three_tenths_longer_than_the_crows_way():
    assert road_between(TOWN_HALL, Point(55.6861, 12.5683)).metres == pytest.approx(1_446, abs=2)


@pytest.mark.parametrize(
    ("metres", "mode", "aids", "takes"),
    [
        (0, Transport.WALK, NO_AIDS, 5),
        (240, Transport.WALK, NO_AIDS, 5),
        (241, Transport.WALK, NO_AIDS, 10),
        (480, Transport.WALK, NO_AIDS, 10),
        (480, Transport.WALK, ROLLATOR, 15),
        (1_000, Transport.WALK, NO_AIDS, 25),
        # 3 km at 30 km an hour are 6 minutes, and 5 to park, and 2 × 2 at the doors.
        (3_000, CAR, NO_AIDS, 15),
        (3_001, CAR, NO_AIDS, 20),
        (3_000, Transport.TAXI, NO_AIDS, 15),
        (3_000, Transport.TAXI, ROLLATOR, 20),
        # Half as long again in a shared car, and 20 minutes ready at the kerb.
        (3_000, FLEX, NO_AIDS, 35),
        (3_000, BUS, WHEELCHAIR, 30),
        (3_000, BUS, WHEELCHAIR | {Aid.OXYGEN}, 30),
        (3_000, BUS, WHEELCHAIR | {Aid.HOIST}, 40),
        (13_000, CAR, NO_AIDS, 25),
        (900_000, Transport.WALK, NO_AIDS, LONGEST),
    ],
)
def test_a_way_takes(metres: int, mode: Transport, aids: frozenset[Aid], takes: int):
    assert minutes(metres, mode, aids) == takes


def test_a_measured_drive_counts_instead_of_a_reckoned_one():
    road = Road(3_000, Source.ROUTE, drive_minutes=11)
    assert door_to_door(road, CAR) == Leg(20, 4, 3_000, Source.ROUTE)


def test_a_measured_drive_says_nothing_about_a_walk():
    road = Road(480, Source.ROUTE, drive_minutes=1)
    assert door_to_door(road, Transport.WALK).minutes == 10


def test_boarding_and_alighting_each_take_the_time_of_the_aids():
    assert door_to_door(Road(500), BUS, WHEELCHAIR).transfer_minutes == 2 * (2 + 4)


def test_a_helper_alone_has_nothing_to_board_with():
    assert alone(Road(3_000), CAR) == Leg(15, 0, 3_000, Source.COORDINATES)
    assert alone(Road(750), Transport.WALK).minutes == 10


@pytest.mark.parametrize(
    ("words", "aids"),
    [
        (["rollator"], {Aid.ROLLATOR}),
        (["Rollator (indendørs)"], {Aid.ROLLATOR}),
        (["El-kørestol"], {Aid.WHEELCHAIR}),
        (["transportkørestol", "ilt"], {Aid.WHEELCHAIR, Aid.OXYGEN}),
        (["iltkoncentrator"], {Aid.OXYGEN}),
        (["personlift"], {Aid.HOIST}),
        (["lift til forflytning"], {Aid.HOIST}),
        (["stok", "høreapparat"], {Aid.STICK}),
        (["albuestokke"], {Aid.STICK}),
        (["skiltning", "trappelift", "blind", "svagtseende", ""], set()),
        ([], set()),
    ],
)
def test_aids_are_known_by_what_people_call_them(words: list[str], aids: set[Aid]):
    assert aids_of(words) == aids


def test_who_needs_a_wheelchair_has_one_on_the_way():
    assert aids_of(["rollator"], needs_wheelchair=True) == {Aid.ROLLATOR, Aid.WHEELCHAIR}


@pytest.mark.parametrize("aid", [Aid.STICK, Aid.ROLLATOR, Aid.OXYGEN])
def test_a_slow_walk_is_offered_half_as_far(aid: Aid):
    assert (walk_limit(NO_AIDS), walk_limit(frozenset({aid}))) == (WALK_METRES, SLOW_WALK_METRES)


@pytest.mark.parametrize(
    ("aids", "can_walk", "first"),
    [
        (NO_AIDS, True, Transport.WALK),
        (NO_AIDS, False, Transport.STAFF_CAR),
        (ROLLATOR, False, Transport.STAFF_CAR),
        (WHEELCHAIR, True, Transport.WHEELCHAIR_BUS),
    ],
)
def test_the_way_to_propose_comes_first(aids: frozenset[Aid], can_walk: bool, first: Transport):
    assert modes_for(aids, can_walk=can_walk)[0] is first


def test_a_wheelchair_is_not_put_into_an_ordinary_car():
    modes = set(modes_for(WHEELCHAIR, can_walk=False))
    assert modes.isdisjoint({Transport.STAFF_CAR, Transport.TAXI})


def test_staff_car_and_taxi_take_the_same_time():
    """What a list says must hold on the next page, where it is known who drives."""
    assert WAITING[Transport.STAFF_CAR] == WAITING[Transport.TAXI]


def test_every_mode_and_every_aid_has_its_minutes():
    assert (set(WAITING), set(HANDLING)) == (set(Transport), set(Aid))


@pytest.mark.parametrize(
    ("north", "east", "is_in"),
    [
        (55.321, 10.7912, True),
        (54.56, 11.95, True),
        (57.75, 10.6, True),
        (55.1, 15.15, True),
        (10.7912, 55.321, False),
        (59.3, 18.07, False),
        (0.0, 0.0, False),
    ],
)
def test_a_place_is_in_denmark_or_a_slip(north: float, east: float, is_in: bool):
    assert is_in_denmark(Point(north, east)) is is_in


def test_a_point_does_not_tell_itself():
    assert "55" not in repr(Point(55.321, 10.7912))
