"""Which volunteers have said yes to a citizen's trip: friends who go along, and drivers.

They are agreed with by a feature above; trips only ask for their names.
"""

from dataclasses import dataclass
from uuid import UUID

from klippekort.platform import events


@dataclass(frozen=True)
class VolunteersOn:
    """Asked of the features above: which volunteers are on this trip? They answer with
    `TripVolunteer`.
    """

    trip_id: UUID


@dataclass(frozen=True)
class TripVolunteer:
    """A volunteer on a citizen's trip; the role is `go_along` or `driver`."""

    citizen_id: UUID
    name: str
    role: str


def volunteers_on(trip_id: UUID, citizen_id: UUID | None = None) -> list[TripVolunteer]:
    """Return the volunteers on a trip, those of one citizen or all, by name."""
    found = events.ask(VolunteersOn(trip_id))
    own = (one for one in found if citizen_id in (None, one.citizen_id))
    return sorted(own, key=lambda one: (one.name, one.role))
