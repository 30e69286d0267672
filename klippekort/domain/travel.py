"""How long the way takes from door to door: where places lie, how one goes, what one brings along.

Minutes are whole and rounded up to five; distances are metres by road; paces are metres a minute.
A way takes as long home as it took out. Where the figures come from is told in docs/travel.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import asin, ceil, cos, radians, sin, sqrt

from klippekort.domain.trips import Transport

EARTH_METRES = 6_371_000
"""Metres from the middle of the earth to its surface, as a ball (IUGG mean radius)."""

DETOUR = 1.3
"""Metres of road for each metre as the crow flies; measured towns and regions lie at 1.2 to 1.4."""

STEP = 5
"""Minutes that a way is rounded up to: nobody plans a morning by the single minute."""

LONGEST = 240
"""The most minutes one way is reckoned with; the pages take no more."""

TOWN_METRES = 3_000
"""Metres driven at the pace of town streets before the pace of country roads begins."""

TOWN_PACE = 500.0
"""Metres a minute through a town, with junctions: 30 km an hour."""

COUNTRY_PACE = 1_000.0
"""Metres a minute between towns: 60 km an hour, where 80 is allowed."""

WALKING_PACE = 48.0
"""Metres a minute on foot, arm in arm: 0.8 m a second. Healthy women of 80 to 99 go 0.94 on a
measured floor (Bohannon and Andrews 2011); kerbs and rests take the difference."""

SLOW_PACE = 36.0
"""Metres a minute with a rollator, a stick or oxygen: 0.6 m a second, with rests."""

WALK_METRES = 1_000
"""The longest walk that is offered, by road: some twenty minutes each way."""

SLOW_WALK_METRES = 500
"""The longest walk that is offered to somebody who goes slowly."""

HELPERS_PACE = 75.0
"""Metres a minute for a care worker alone on foot: 4.5 km an hour."""

HELPERS_WALK_METRES = 1_500
"""The longest walk that a care worker is planned to make alone between two trips."""

POOLED = 1.5
"""Minutes in a shared car for each minute of the straight drive: it fetches others on the way."""

BOARDING = 2
"""Minutes to get in or out with a belt and a door, for everybody."""

WAITING = {
    Transport.WALK: 0,
    Transport.STAFF_CAR: 5,
    Transport.TAXI: 5,
    Transport.FLEX: 20,
    Transport.WHEELCHAIR_BUS: 10,
    Transport.UNKNOWN: 5,
}
"""Minutes that go before and after the drive. The staff car is parked and walked from, the taxi
and the bus are waited for. Flextrafik comes from 5 minutes before the agreed time to 15 after."""

DENMARK = ((54.4, 58.0), (7.8, 15.3))
"""Degrees north and degrees east between which a place is taken to be in Denmark."""


class Aid(StrEnum):
    """What somebody brings along that takes time at a door or slows the walk."""

    STICK = "stick"
    ROLLATOR = "rollator"
    OXYGEN = "oxygen"
    WHEELCHAIR = "wheelchair"
    HOIST = "hoist"


HANDLING = {
    Aid.STICK: 0,
    Aid.ROLLATOR: 1,
    Aid.OXYGEN: 1,
    Aid.WHEELCHAIR: 4,
    Aid.HOIST: 5,
}
"""Minutes more at each boarding and each alighting: folding and stowing a rollator, moving the
oxygen, the ramp and four straps of a wheelchair, a transfer by hoist."""

# As care records and people write them. A stair lift ("trappelift") stays at home and counts not.
_WORDS = {
    Aid.STICK: ("stok", "gangstok", "albuestok", "krykke", "stick", "cane"),
    Aid.ROLLATOR: ("rollator", "gangbord", "gangstativ", "walker"),
    Aid.OXYGEN: ("ilt", "oxygen"),
    Aid.WHEELCHAIR: ("kørestol", "korestol", "wheelchair"),
    Aid.HOIST: ("lift", "personlift", "loftlift", "hoist"),
}
_SLOW = frozenset({Aid.STICK, Aid.ROLLATOR, Aid.OXYGEN})
NO_AIDS: frozenset[Aid] = frozenset()


class Source(StrEnum):
    """What a figure was reckoned from, the best first."""

    ROUTE = "route"
    COORDINATES = "coordinates"
    POSTCODE = "postcode"


@dataclass(frozen=True)
class Point:
    """A place in degrees north and east (WGS 84). It does not tell itself: it may be a home."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True)
class Road:
    """What lies between two points: metres by road, and minutes by car where they were measured."""

    metres: int
    source: Source = Source.COORDINATES
    drive_minutes: float | None = None


@dataclass(frozen=True)
class Leg:
    """One way, from door to door. `transfer_minutes` are those of `minutes` that go with getting
    in and out; `distance_metres` is None where only the postcodes are known.
    """

    minutes: int
    transfer_minutes: int
    distance_metres: int | None
    source: Source


def is_in_denmark(point: Point) -> bool:
    """Say whether a point lies in Denmark, or so near that it isn't a slip of the keys."""
    (south, north), (west, east) = DENMARK
    return south <= point.latitude <= north and west <= point.longitude <= east


def great_circle(start: Point, goal: Point) -> float:
    """Return the metres between two points as the crow flies."""
    north, other_north = radians(start.latitude), radians(goal.latitude)
    up = sin((other_north - north) / 2) ** 2
    along = sin(radians(goal.longitude - start.longitude) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(up + cos(north) * cos(other_north) * along)))


def road_between(start: Point, goal: Point) -> Road:
    """Return what lies between two points, reckoned from where they lie alone."""
    return Road(round(great_circle(start, goal) * DETOUR))


def aids_of(words: Iterable[str], *, needs_wheelchair: bool = False) -> frozenset[Aid]:
    """Return the aids that matter on the way, from how they are written on the citizen's record."""
    said = [word.casefold() for word in words]
    found = {aid for aid, names in _WORDS.items() if any(_holds(text, names) for text in said)}
    return frozenset(found | ({Aid.WHEELCHAIR} if needs_wheelchair else set()))


def _holds(text: str, names: tuple[str, ...]) -> bool:
    """A short name must begin a word, for "ilt" is no part of "skilt"; a long one may end it."""
    return any(
        part.startswith(name) or (len(name) > 4 and name in part)
        for part in text.replace("-", " ").split()
        for name in names
    )


def walk_limit(aids: frozenset[Aid]) -> int:
    """Return the metres by road beyond which a walk is not offered."""
    return SLOW_WALK_METRES if aids & _SLOW else WALK_METRES


def modes_for(aids: frozenset[Aid], *, can_walk: bool) -> tuple[Transport, ...]:
    """Return how somebody can go, the one to propose first. Who sits in a wheelchair is pushed,
    or driven where there is a ramp or a lift.
    """
    walk = (Transport.WALK,) if can_walk else ()
    if Aid.WHEELCHAIR in aids:
        return Transport.WHEELCHAIR_BUS, *walk, Transport.FLEX
    return *walk, Transport.STAFF_CAR, Transport.TAXI, Transport.FLEX


def door_to_door(road: Road, mode: Transport, aids: frozenset[Aid] = NO_AIDS) -> Leg:
    """Return one way for a citizen and the helper; the same out and home."""
    if mode is Transport.WALK:
        pace = SLOW_PACE if aids & _SLOW else WALKING_PACE
        return Leg(_rounded(road.metres / pace), 0, road.metres, road.source)
    transfer = 2 * (BOARDING + sum(HANDLING[aid] for aid in aids))
    drive = _drive_minutes(road) * (POOLED if mode is Transport.FLEX else 1)
    minutes = _rounded(drive + WAITING[mode] + transfer)
    return Leg(minutes, min(transfer, minutes), road.metres, road.source)


def alone(road: Road, mode: Transport) -> Leg:
    """Return one way for a care worker alone, from one trip's end to the next one's start."""
    if mode is Transport.WALK:
        return Leg(_rounded(road.metres / HELPERS_PACE), 0, road.metres, road.source)
    return Leg(_rounded(_drive_minutes(road) + WAITING[mode]), 0, road.metres, road.source)


def _drive_minutes(road: Road) -> float:
    if road.drive_minutes is not None:
        return road.drive_minutes
    in_town = min(road.metres, TOWN_METRES)
    return in_town / TOWN_PACE + (road.metres - in_town) / COUNTRY_PACE


def _rounded(minutes: float) -> int:
    """Return minutes in whole steps: at least one, for nobody is there in no time."""
    # A figure that is a whole step but for its last digits must not become the next one.
    steps = ceil(round(minutes / STEP, 6))
    return min(LONGEST, max(1, steps) * STEP)
