"""A map drawn from coordinates alone: the coast, dots, towns, rings of distance, a scale and north.
No tile is asked for.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from uuid import UUID

from klippekort.domain.travel import Point
from klippekort.programme.views import coast

WIDTH = 640
LEAST_HEIGHT, MOST_HEIGHT = 360, 640
MARGIN = 70
APART = 52
"""Pixels between dots: a finger takes 48. Places nearer to each other share a dot."""

LEAST_METRES = 800
"""The least width of what is shown, so that one place does not fill the world."""

METRES_A_DEGREE = 111_195
_COAST_FROM = 12
"""Metres a pixel from which the coast is drawn: nearer by, a harbour could lie in the water."""

_TOWN_ABOVE = 36
_ROUND = (1, 2, 5)
_ROUND_A_DOT, _LARGEST_AREA = 44, 240
_MOST_RINGS, _FURTHEST_RING, _ON_RING = 4, 520, 18


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
class Area:
    """The ground that a town's places take up, as a soft round spot."""

    x: int
    y: int
    r: int


@dataclass(frozen=True)
class Ring:
    """A ring of distance around the middle of the map; its words stand at its upper edge."""

    metres: int
    r: int
    label_y: int


@dataclass(frozen=True)
class Drawing:
    """A map; `bar_pixels` are as long as `bar_metres`.

    The rings are drawn around `centre_x` and `centre_y`: where one measures from, or the middle of
    the places. `land` are paths of the ground above water; there are none where all is land.
    """

    height: int
    dots: tuple[Dot, ...]
    towns: tuple[TownLabel, ...]
    bar_metres: int
    bar_pixels: int
    areas: tuple[Area, ...]
    centre_x: int
    centre_y: int
    rings: tuple[Ring, ...]
    land: tuple[str, ...] = ()
    width: int = WIDTH


def draw(spots: Sequence[Spot], centre: Point | None = None) -> Drawing | None:
    """Return the map of some places, numbered from the north; None where there are none.

    `centre` is what distances are told from. Where somebody lives must never be given here.
    """
    if not spots:
        return None
    view = _View([spot.point for spot in spots])
    dots = _dots(spots, view)
    metres = _bar(view.metres_a_pixel)
    x, y = view.at(centre) if centre else (WIDTH // 2, view.height // 2)
    if not (0 <= x <= WIDTH and 0 <= y <= view.height):
        x, y = WIDTH // 2, view.height // 2
    return Drawing(
        height=view.height,
        dots=dots,
        towns=_towns(dots, view.height),
        bar_metres=metres,
        bar_pixels=round(metres / view.metres_a_pixel),
        areas=_areas(dots),
        centre_x=x,
        centre_y=y,
        rings=_rings(metres, view, y),
        land=_land(view),
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


def _land(view: _View) -> tuple[str, ...]:
    if view.metres_a_pixel < _COAST_FROM:
        return ()
    return coast.land(view.at, WIDTH, view.height)


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


def _areas(dots: Sequence[Dot]) -> tuple[Area, ...]:
    """Return the ground under each town: a round spot that reaches past all its dots."""
    places: defaultdict[str, list[Dot]] = defaultdict(list)
    for dot in dots:
        for town in dict.fromkeys(spot.town for spot in dot.spots if spot.town):
            places[town].append(dot)
    areas = []
    for held in places.values():
        x = round(sum(dot.x for dot in held) / len(held))
        y = round(sum(dot.y for dot in held) / len(held))
        far = max(hypot(dot.x - x, dot.y - y) for dot in held)
        areas.append(Area(x, y, min(round(far) + _ROUND_A_DOT, _LARGEST_AREA)))
    return tuple(areas)


def _rings(metres: int, view: "_View", y: int) -> tuple[Ring, ...]:
    """Return a ring for each length of the bar, as far as the words on it stay on the map."""
    rings = []
    for number in range(1, _MOST_RINGS + 1):
        r = round(number * metres / view.metres_a_pixel)
        if r > _FURTHEST_RING:
            break
        up, down = y - r + _ON_RING, y + r - 6
        label = up if up > _ON_RING else down if down < view.height - 8 else 0
        rings.append(Ring(number * metres, r, label))
    return tuple(rings)


def _bar(metres_a_pixel: float) -> int:
    """Return the longest round length that takes a quarter of the width at most."""
    most = metres_a_pixel * WIDTH / 4
    tens = 1
    while tens * 10 <= most:
        tens *= 10
    return max(step * tens for step in _ROUND if step * tens <= most)
