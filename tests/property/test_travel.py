"""What holds for every way: farther is never sooner, home is as far as out, aids save no time."""

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.travel import (
    LONGEST,
    STEP,
    Aid,
    Point,
    Road,
    alone,
    door_to_door,
    great_circle,
    road_between,
    walk_limit,
)
from klippekort.domain.trips import Transport

METRES = st.integers(0, 400_000)
MODES = st.sampled_from(Transport)
AIDS = st.frozensets(st.sampled_from(Aid))
NORTH, EAST = st.floats(54.4, 58.0), st.floats(7.8, 15.3)


@given(METRES, METRES, MODES, AIDS)
def test_farther_is_never_sooner(one: int, other: int, mode: Transport, aids: frozenset[Aid]):
    near, far = (door_to_door(Road(metres), mode, aids) for metres in sorted((one, other)))
    assert near.minutes <= far.minutes


@given(METRES, MODES, AIDS, st.sampled_from(Aid))
def test_an_aid_more_never_saves_time(metres: int, mode: Transport, aids: frozenset[Aid], aid: Aid):
    without = door_to_door(Road(metres), mode, aids - {aid})
    assert without.minutes <= door_to_door(Road(metres), mode, aids | {aid}).minutes


@given(AIDS, st.sampled_from(Aid))
def test_an_aid_more_never_makes_a_longer_walk_bearable(aids: frozenset[Aid], aid: Aid):
    assert walk_limit(aids | {aid}) <= walk_limit(aids)


@given(NORTH, EAST, NORTH, EAST, MODES, AIDS)
def test_home_is_as_far_as_out(
    north: float,
    east: float,
    other_north: float,
    other_east: float,
    mode: Transport,
    aids: frozenset[Aid],
):
    home, goal = Point(north, east), Point(other_north, other_east)
    out, back = road_between(home, goal), road_between(goal, home)
    assert door_to_door(out, mode, aids) == door_to_door(back, mode, aids)


@given(NORTH, EAST, NORTH, EAST, NORTH, EAST)
def test_a_detour_is_never_shorter(
    north: float, east: float, by_north: float, by_east: float, to_north: float, to_east: float
):
    home, by, goal = Point(north, east), Point(by_north, by_east), Point(to_north, to_east)
    straight = great_circle(home, goal)
    assert straight <= great_circle(home, by) + great_circle(by, goal) + 0.01


@given(METRES, MODES, AIDS)
def test_minutes_are_whole_steps_within_reason(metres: int, mode: Transport, aids: frozenset[Aid]):
    leg = door_to_door(Road(metres), mode, aids)
    assert leg.minutes % STEP == 0
    assert STEP <= leg.minutes <= LONGEST
    assert 0 <= leg.transfer_minutes <= leg.minutes


@given(METRES, MODES)
def test_a_helper_alone_is_never_slower_than_with_somebody(metres: int, mode: Transport):
    assert alone(Road(metres), mode).minutes <= door_to_door(Road(metres), mode).minutes
