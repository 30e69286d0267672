"""Where one can measure from: the municipality's places, and the middle of each postcode.

All of it is the municipality's own; no register is asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select

from klippekort.activities.models import Place
from klippekort.domain.travel import Point
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import OwnRows, own

_places = cast(Table, Place.__table__)
_PLACES = OwnRows(
    select(
        _places.c.id,
        _places.c.name,
        _places.c.postcode,
        _places.c.town,
        _places.c.latitude,
        _places.c.longitude,
    )
    .where(own(_places), _places.c.archived_at.is_(None))
    .order_by(alphabetical(_places.c.name), _places.c.id)
)


@dataclass(frozen=True)
class Start:
    """Somewhere to measure from: where it lies, as far as that is known, and its postcode."""

    name: str
    point: Point | None
    postcode: str | None
    id: UUID | None = None


@dataclass(frozen=True)
class Starts:
    """All there is to measure from: places by name, and postcodes with their towns."""

    places: Sequence[Start]
    postcodes: Sequence[Start]


def list_starts() -> Starts:
    """Return the places and postcodes that one can measure from."""
    towns: dict[str, str] = {}
    points: defaultdict[str, list[Point]] = defaultdict(list)
    places = []
    for place_id, name, postcode, town, latitude, longitude in _PLACES.rows():
        point = None if latitude is None or longitude is None else Point(latitude, longitude)
        if point is not None:
            places.append(Start(name, point, postcode, place_id))
        if postcode:
            towns.setdefault(postcode, town or "")
            points[postcode] += [point] if point else []
    postcodes = [
        Start(f"{code} {towns[code]}".strip(), middle(points[code]), code) for code in sorted(towns)
    ]
    return Starts(places, postcodes)


def middle(points: Iterable[Point]) -> Point | None:
    """Return the point in the middle of some that lie near each other, or None of none."""
    found = list(points)
    if not found:
        return None
    north = sum(one.latitude for one in found) / len(found)
    return Point(north, sum(one.longitude for one in found) / len(found))
