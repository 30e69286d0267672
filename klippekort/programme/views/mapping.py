"""A map drawn from coordinates alone: dots, towns, a scale and north. No tile is asked for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from uuid import UUID

from klippekort.domain.travel import Point

WIDTH = 640
LEAST_HEIGHT, MOST_HEIGHT = 360, 640
MARGIN = 70
APART = 52
"""Pixels between dots: a finger takes 48. Places nearer to each other share a dot."""

LEAST_METRES = 800
"""The least width of what is shown, so that one place does not fill the world."""

METRES_A_DEGREE = 111_195
_TOWN_ABOVE = 36
_ROUND = (1, 2, 5)


@dataclass(frozen=True)
class Spot:
    """A place to be drawn."""

    id: UUID
    name: str
    town: str
    point: Point


@dataclass(frozen=True)
class Dot:
    """A numbered dot, in pixels from the upper left, with the places that lie there."""

    number: int
    x: int
    y: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class TownLabel:
    """The name of a town over its dots."""

    name: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """A map; `bar_pixels` are as long as `bar_metres`."""

    height: int
    dots: tuple[Dot, ...]
    towns: tuple[TownLabel, ...]
    bar_metres: int
    bar_pixels: int
    width: int = WIDTH


def draw(spots: Sequence[Spot]) -> Drawing | None:
    """Return the map of some places, numbered from the north; None where there are none."""
    if not spots:
        return None
    view = _View([spot.point for spot in spots])
    dots = _dots(spots, view)
    metres = _bar(view.metres_a_pixel)
    return Drawing(
        height=view.height,
        dots=dots,
        towns=_towns(dots, view.height),
        bar_metres=metres,
        bar_pixels=round(metres / view.metres_a_pixel),
    )


class _View:
    """Where points fall: plane enough for a municipality, north up."""

    def __init__(self, points: Sequence[Point]) -> None:
        norths = [point.latitude for point in points]
        easts = [point.longitude for point in points]
        self._north = (min(norths) + max(norths)) / 2
        self._east = (min(easts) + max(easts)) / 2
        self._east_metres = METRES_A_DEGREE * cos(radians(self._north))
        across = max((max(easts) - min(easts)) * self._east_metres, LEAST_METRES)
        down = max((max(norths) - min(norths)) * METRES_A_DEGREE, LEAST_METRES / 2)
        self.metres_a_pixel = max(across / (WIDTH - 2 * MARGIN), down / (MOST_HEIGHT - 2 * MARGIN))
        tall = round(down / self.metres_a_pixel) + 2 * MARGIN
        self.height = min(MOST_HEIGHT, max(LEAST_HEIGHT, tall))

    def at(self, point: Point) -> tuple[int, int]:
        """Return where a point falls, in pixels from the upper left."""
        east = (point.longitude - self._east) * self._east_metres / self.metres_a_pixel
        north = (point.latitude - self._north) * METRES_A_DEGREE / self.metres_a_pixel
        return round(WIDTH / 2 + east), round(self.height / 2 - north)


def _dots(spots: Sequence[Spot], view: _View) -> tuple[Dot, ...]:
    groups: list[tuple[int, int, list[Spot]]] = []
    northmost = sorted(spots, key=lambda s: (-s.point.latitude, s.point.longitude, s.name))
    for spot in northmost:
        x, y = view.at(spot.point)
        near = next((g for g in groups if (g[0] - x) ** 2 + (g[1] - y) ** 2 < APART**2), None)
        if near is None:
            groups.append((x, y, [spot]))
        else:
            near[2].append(spot)
    return tuple(Dot(n, x, y, tuple(held)) for n, (x, y, held) in enumerate(groups, 1))


def _towns(dots: Sequence[Dot], height: int) -> tuple[TownLabel, ...]:
    """Return the towns' names over their dots, or under those at the upper edge."""
    places: defaultdict[str, list[Dot]] = defaultdict(list)
    for dot in dots:
        for town in dict.fromkeys(spot.town for spot in dot.spots if spot.town):
            places[town].append(dot)
    labels = []
    for town, held in places.items():
        x = round(sum(dot.x for dot in held) / len(held))
        above = min(dot.y for dot in held) - _TOWN_ABOVE
        below = max(dot.y for dot in held) + _TOWN_ABOVE + 18
        labels.append(TownLabel(town, x, above if above >= 24 else min(below, height - 8)))
    return tuple(labels)


def _bar(metres_a_pixel: float) -> int:
    """Return the longest round length that takes a quarter of the width at most."""
    most = metres_a_pixel * WIDTH / 4
    tens = 1
    while tens * 10 <= most:
        tens *= 10
    return max(step * tens for step in _ROUND if step * tens <= most)
