"""A map of any places: every dot lies on it, no two under one finger, and north is up."""

from itertools import combinations, pairwise
from math import dist

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.travel import Point, great_circle
from klippekort.platform.ids import new_id
from klippekort.programme.views.mapping import (
    APART,
    MOST_HEIGHT,
    WIDTH,
    Dot,
    Drawing,
    Spot,
    draw,
)

NORTHS, EASTS = st.floats(54.5, 57.8), st.floats(8.0, 15.2)
POINTS = st.builds(Point, NORTHS, EASTS)
NEAR = st.builds(Point, st.floats(55.30, 55.31), st.floats(10.70, 10.72))


def drawn(points: list[Point]) -> Drawing:
    spots = [Spot(new_id(), f"Sted {n}", f"By {n % 3}", at) for n, at in enumerate(points)]
    drawing = draw(spots)
    assert drawing is not None
    return drawing


def distance(one: Dot, other: Dot) -> float:
    return dist((one.x, one.y), (other.x, other.y))


@given(st.lists(POINTS | NEAR, min_size=1, max_size=12))
def test_every_place_has_a_dot_on_the_map(points: list[Point]) -> None:
    drawing = drawn(points)
    assert sum(len(dot.spots) for dot in drawing.dots) == len(points)
    assert all(25 <= dot.x <= WIDTH - 25 for dot in drawing.dots)
    assert all(25 <= dot.y <= drawing.height - 25 for dot in drawing.dots)
    assert drawing.height <= MOST_HEIGHT


@given(st.lists(POINTS | NEAR, min_size=2, max_size=12))
def test_no_finger_meets_two_dots(points: list[Point]) -> None:
    dots = drawn(points).dots
    assert all(distance(one, other) >= APART for one, other in combinations(dots, 2))


@given(st.lists(POINTS, min_size=2, max_size=8))
def test_what_lies_north_lies_higher(points: list[Point]) -> None:
    dots = drawn(points).dots
    alone = [dot for dot in dots if len(dot.spots) == 1]
    for one, other in combinations(alone, 2):
        if one.spots[0].point.latitude > other.spots[0].point.latitude:
            assert one.y <= other.y


@given(st.lists(POINTS | NEAR, min_size=1, max_size=8))
def test_dots_are_numbered_from_one(points: list[Point]) -> None:
    dots = drawn(points).dots
    assert [dot.number for dot in dots] == list(range(1, len(dots) + 1))


@given(st.lists(NEAR, min_size=2, max_size=2))
def test_the_bar_is_as_long_as_it_says(points: list[Point]) -> None:
    drawing = drawn(points)
    if len(drawing.dots) == 2:
        pixels = distance(*drawing.dots)
        metres = pixels * drawing.bar_metres / drawing.bar_pixels
        assert abs(metres - great_circle(*points)) <= 0.03 * great_circle(*points) + 10


@given(st.lists(POINTS | NEAR, min_size=1, max_size=8))
def test_the_bar_and_the_towns_stay_on_the_map(points: list[Point]) -> None:
    drawing = drawn(points)
    assert 0 < drawing.bar_pixels <= WIDTH / 4 + 1
    assert all(0 < town.y <= drawing.height for town in drawing.towns)


def test_a_map_of_nothing_is_none() -> None:
    assert draw([]) is None


@given(st.lists(POINTS | NEAR, min_size=1, max_size=8))
def test_rings_are_as_far_from_each_other_as_the_bar_is_long(points: list[Point]) -> None:
    drawing = drawn(points)
    radii = [ring.r for ring in drawing.rings]
    assert radii
    assert all(abs(r - n * drawing.bar_pixels) <= n for n, r in enumerate(radii, 1))


@given(st.lists(POINTS | NEAR, min_size=1, max_size=8))
def test_the_words_on_a_ring_stay_on_the_map(points: list[Point]) -> None:
    drawing = drawn(points)
    assert all(0 <= ring.label_y <= drawing.height for ring in drawing.rings)


ODENSE, AARHUS, KATTEGAT = Point(55.40, 10.39), Point(56.16, 10.20), Point(56.1, 11.0)


def is_on_land(drawing: Drawing, x: float, y: float) -> bool:
    """Say whether a pixel lies within an odd number of pieces of land: a ray to the east."""
    crossed = 0
    for path in drawing.land:
        ring = [tuple(map(int, pair.split())) for pair in path.strip("MZ").split("L")]
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                crossed += 1
    return crossed % 2 == 1


def test_towns_lie_on_land_and_the_sea_does_not() -> None:
    drawing = drawn([ODENSE, AARHUS, KATTEGAT])
    by_name = {spot.name: dot for dot in drawing.dots for spot in dot.spots}
    on_land = {name: is_on_land(drawing, dot.x, dot.y) for name, dot in by_name.items()}
    assert on_land == {"Sted 0": True, "Sted 1": True, "Sted 2": False}


@given(st.lists(POINTS, min_size=1, max_size=8))
def test_no_line_of_land_leaves_the_map_by_far(points: list[Point]) -> None:
    drawing = drawn(points)
    for path in drawing.land:
        for pair in path.strip("MZ").split("L"):
            x, y = map(int, pair.split())
            assert -21 <= x <= WIDTH + 21
            assert -21 <= y <= drawing.height + 21


def test_near_by_no_coast_is_drawn() -> None:
    assert drawn([Point(55.30, 10.70), Point(55.31, 10.71)]).land == ()
