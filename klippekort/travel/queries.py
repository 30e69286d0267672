"""Reckoning ways: a citizen's to a goal and home again, and a helper's between two trips."""

import time
from dataclasses import dataclass

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import point_of
from klippekort.domain import travel
from klippekort.domain.travel import Aid, Leg, Point, Road, Source
from klippekort.domain.trips import Transport
from klippekort.municipalities.models import Municipality
from klippekort.travel.providers import Provider, provider

PATIENCE = 1.0
"""Seconds that one page waits for a route server in all, however many ways it shows."""


@dataclass(frozen=True)
class Spot:
    """A home or a goal as far as it is known: the point, the postcode, both or neither."""

    point: Point | None = None
    postcode: str | None = None


@dataclass(frozen=True)
class WayChoice:
    """One way to go; `minutes` are from door to door, the same out and home."""

    mode: Transport
    minutes: int
    source: Source


class Reckoner:
    """Reckons ways for one page or one list; a route server gets `PATIENCE` seconds for them all.

    Where a point is missing, the municipality's own minutes count: near is the same postcode.
    """

    def __init__(self, municipality: Municipality, ask: Provider | None = None) -> None:
        self._near = municipality.travel_near_minutes or 0
        self._far = municipality.travel_far_minutes or 0
        self._ask = ask or provider()
        self._until = time.monotonic() + PATIENCE

    def leg(
        self, start: Spot, goal: Spot, mode: Transport, aids: frozenset[Aid] = travel.NO_AIDS
    ) -> Leg:
        """Return one way for a citizen and the helper."""
        road = self._road(start, goal, mode)
        return travel.door_to_door(road, mode, aids) if road else self._by_postcode(start, goal)

    def alone(self, start: Spot, goal: Spot, mode: Transport) -> Leg:
        """Return one way for a helper alone."""
        road = self._road(start, goal, mode)
        return travel.alone(road, mode) if road else self._by_postcode(start, goal)

    def is_walkable(self, start: Spot, goal: Spot, aids: frozenset[Aid]) -> bool:
        """Say whether a walk may be offered; without points, within one postcode it may."""
        if start.point is None or goal.point is None:
            return _is_near(start, goal)
        # Most goals are out of reach by any road: a server isn't asked about those.
        limit = travel.walk_limit(aids)
        if travel.great_circle(start.point, goal.point) > limit:
            return False
        road = self._road(start, goal, Transport.WALK)
        return road is not None and road.metres <= limit

    def _road(self, start: Spot, goal: Spot, mode: Transport) -> Road | None:
        if start.point is None or goal.point is None:
            return None
        within = self._until - time.monotonic()
        return self._ask.road(start.point, goal.point, mode, within=within)

    def _by_postcode(self, start: Spot, goal: Spot) -> Leg:
        minutes = self._near if _is_near(start, goal) else self._far
        return Leg(minutes, 0, None, Source.POSTCODE)


class Traveller:
    """A citizen who is to go somewhere; the home is opened once, however many goals there are."""

    def __init__(
        self, municipality: Municipality, citizen: Citizen, ask: Provider | None = None
    ) -> None:
        self._home = home_of(citizen)
        self._aids = travel.aids_of(citizen.aids, needs_wheelchair=citizen.needs_wheelchair)
        self._reckoner = Reckoner(municipality, ask)
        self._best: dict[tuple[Spot, bool], WayChoice] = {}

    def leg(self, goal: Spot, mode: Transport) -> Leg:
        """Return one way to a goal, the same out and home."""
        return self._reckoner.leg(self._home, goal, mode, self._aids)

    def modes(self, goal: Spot) -> tuple[Transport, ...]:
        """Return how the citizen can go there, the one to propose first."""
        can_walk = self._reckoner.is_walkable(self._home, goal, self._aids)
        return travel.modes_for(self._aids, can_walk=can_walk)

    def ways(self, goal: Spot) -> list[WayChoice]:
        """Return the ways to choose from, the one to propose first."""
        return [self._choice(goal, mode) for mode in self.modes(goal)]

    def best(self, goal: Spot, *, drives: bool = True) -> WayChoice:
        """Return the way to propose; where nobody along drives, a taxi stands in for the car.

        Many dates are held at one place, so each place is reckoned once.
        """
        if (goal, drives) not in self._best:
            self._best[goal, drives] = self._to_propose(goal, drives)
        return self._best[goal, drives]

    def _to_propose(self, goal: Spot, drives: bool) -> WayChoice:
        mode = self.modes(goal)[0]
        if mode is Transport.STAFF_CAR and not drives:
            mode = Transport.TAXI
        return self._choice(goal, mode)

    def _choice(self, goal: Spot, mode: Transport) -> WayChoice:
        leg = self.leg(goal, mode)
        return WayChoice(mode, leg.minutes, leg.source)


def home_of(citizen: Citizen) -> Spot:
    """Return where a citizen lives; opens what is sealed, so ask once for each citizen."""
    return Spot(point_of(citizen), citizen.postcode)


def _is_near(start: Spot, goal: Spot) -> bool:
    return start.postcode is not None and start.postcode == goal.postcode
