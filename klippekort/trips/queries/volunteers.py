"""Which volunteers have said yes to a citizen's trip: friends who go along, and drivers.

They are agreed with by a feature above; trips only ask for their names.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from klippekort.platform import events


@dataclass(frozen=True)
class VolunteersOn:
    """Asked of the features above: which volunteers are on these trips? They answer with
    `TripVolunteer`.
    """

    trip_ids: frozenset[UUID]


@dataclass(frozen=True)
class TripVolunteer:
    """A volunteer on a citizen's trip; the role is `go_along` or `driver`."""

    trip_id: UUID
    citizen_id: UUID
    name: str
    role: str


def volunteers_on(
    trip_ids: Collection[UUID], citizen_id: UUID | None = None
) -> dict[UUID, list[TripVolunteer]]:
    """Return the volunteers on trips, those of one citizen or all, by trip and then by name."""
    found: dict[UUID, list[TripVolunteer]] = {trip_id: [] for trip_id in trip_ids}
    answers = events.ask(VolunteersOn(frozenset(trip_ids))) if trip_ids else []
    for one in sorted(answers, key=lambda one: (one.name, one.role)):
        if citizen_id in (None, one.citizen_id):
            found[one.trip_id].append(one)
    return found
