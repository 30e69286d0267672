"""The coast around Denmark, so that a map says what is land and what is water.

`coast.json` holds rings of longitude and latitude from Natural Earth, land at 1:10 million, version
4.1 (public domain), cut to 7–16° east and 54.2–58.3° north. It is right to some hundred metres.
"""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache

from klippekort.domain.travel import Point
from klippekort.platform.assets import PACKAGE

Pixel = tuple[float, float]
Seen = Callable[[Point], tuple[int, int]]
_FILE = PACKAGE / "programme" / "coast.json"
_AROUND = 20
"""Pixels outside the map that its edge is cut at, where no line of it is seen."""


@lru_cache(maxsize=1)
def _rings() -> list[list[Point]]:
    found = json.loads(_FILE.read_text())
    return [[Point(latitude, longitude) for longitude, latitude in ring] for ring in found]


def land(seen: Seen, width: int, height: int) -> tuple[str, ...]:
    """Return the land on a map of so many pixels, each piece as the path of an SVG."""
    pieces = []
    for ring in _rings():
        cut = _cut([seen(point) for point in ring], width, height)
        if len(cut) > 2:
            pieces.append("M" + "L".join(f"{round(x)} {round(y)}" for x, y in cut) + "Z")
    return tuple(pieces)


def _cut(ring: Sequence[Pixel], width: int, height: int) -> list[Pixel]:
    """Return the part of a ring that lies on the map, edge by edge (Sutherland and Hodgman)."""
    kept = list(ring)
    edges = (
        (0, -_AROUND, 1),
        (0, width + _AROUND, -1),
        (1, -_AROUND, 1),
        (1, height + _AROUND, -1),
    )
    for axis, edge, side in edges:
        kept = _cut_at(kept, axis, edge, side)
    return kept


def _cut_at(ring: list[Pixel], axis: int, edge: int, side: int) -> list[Pixel]:
    kept: list[Pixel] = []
    for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
        is_in, comes_in = ((point[axis] - edge) * side >= 0 for point in (one, other))
        if is_in:
            kept.append(one)
        if is_in != comes_in:
            part = (edge - one[axis]) / (other[axis] - one[axis])
            kept.append((one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])))
    return kept
