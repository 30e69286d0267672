"""Two things in one room at the same time: allowed, once somebody has said that it is meant."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Occurrence
from klippekort.activities.queries import Clash
from klippekort.domain.errors import DomainError


@dataclass
class PlaceTaken(DomainError):
    """The place is used at that time, and nobody has said that there is room for both."""

    place: str
    clashes: tuple[Clash, ...]


def check_room(dates: Iterable[Occurrence], besides: Collection[UUID] = ()) -> None:
    """Return quietly when nothing else is held where and when these dates are. Raises PlaceTaken.

    `besides` are dates that move away, or are these themselves. Until this transaction ends nobody
    else is answered for the same places: of two who ask at once, the second sees the first's dates.
    """
    by_place: defaultdict[UUID, list[Occurrence]] = defaultdict(list)
    for row in dates:
        if row.place_id is not None:
            by_place[row.place_id].append(row)
    for place_id, rows in sorted(by_place.items()):
        place = queries.lock_place(place_id)
        spans = [(row.starts_at, row.ends_at) for row in rows]
        seats = max(row.capacity for row in rows)
        found = queries.clashes(place, seats, spans, besides)
        if found:
            raise PlaceTaken(place.name, tuple(found))
