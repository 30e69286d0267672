"""Homes and goals on the map."""

from dataclasses import replace
from uuid import UUID

from klippekort.activities.models import Occurrence
from klippekort.activities.queries import get_place
from klippekort.citizens import queries
from klippekort.citizens.models import Citizen
from klippekort.domain.travel import Point
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME

# 356 metres as the crow flies, 463 by road: ten minutes on foot.
ELLENS, CLUB = Point(55.30000, 11.50000), Point(55.30320, 11.50000)
FAR_CLUB = replace(CLUB, latitude=55.35)


def lives_at(citizen_id: UUID, point: Point) -> None:
    """Seal where a citizen lives."""

    def seal() -> None:
        citizen = queries.lock_citizen(citizen_id)
        owner, bound = (queries.place(citizen, name) for name in ("key", "point"))
        text = queries.written_point(point)
        assert citizen.wrapped_key is not None
        citizen.point_encrypted = keys().encrypt(citizen.wrapped_key, owner, text, bound)

    _do(seal)


def uses(citizen_id: UUID, *aids: str) -> None:
    """Give a citizen aids."""

    def give() -> None:
        queries.lock_citizen(citizen_id).aids = list(aids)

    _do(give)


def is_held_at(occurrence_id: UUID, point: Point, postcode: str = "4681") -> None:
    """Say where an activity is held."""

    def place() -> None:
        held = db.session.get_one(Occurrence, (HOME, occurrence_id))
        there = get_place(held.place_id or held.id)
        there.latitude, there.longitude = point.latitude, point.longitude
        there.postcode = postcode

    _do(place)


def citizen_of(citizen_id: UUID) -> Citizen:
    """Return a citizen; to be called while acting for Lindeby."""
    return queries.get_citizen(citizen_id)


def _do(deed: object) -> None:
    with acting_for(HOME):
        execute(deed)  # type: ignore[arg-type]
