"""Who could go along on a trip, the best first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.accounts.queries import list_on_shift
from klippekort.citizens.models import Citizen
from klippekort.trips.queries.trips import busy_escorts, trips_together


@dataclass(frozen=True)
class Candidate:
    """A care worker who is at work and free for a whole trip, and what speaks for them."""

    id: UUID
    name: str
    is_near: bool
    trips_together: int
    has_driving_licence: bool


def free_escorts(
    starts_at: datetime, ends_at: datetime, citizen: Citizen, *, besides: UUID | None = None
) -> list[Candidate]:
    """Return who could escort: on shift the whole time, free, at the citizen's supplier.

    Those who know the citizen best come first, then those of the own district. `besides` is a trip
    that does not count as keeping anyone busy.
    """
    workers = list_on_shift(starts_at, ends_at, supplier_id=citizen.supplier_id)
    busy = busy_escorts([worker.id for worker in workers], starts_at, ends_at, besides)
    together = trips_together(citizen.id)
    free = [
        Candidate(
            worker.id,
            worker.name,
            worker.district_id is not None and worker.district_id == citizen.district_id,
            together.get(worker.id, 0),
            worker.has_driving_licence,
        )
        for worker in workers
        if worker.id not in busy
    ]
    return sorted(free, key=lambda one: (-one.trips_together, not one.is_near, one.name))
