"""Two things in one room at the same time: allowed, once somebody has said that it is meant."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence, Place
from klippekort.activities.queries import Clash
from klippekort.activities.services.series import AHEAD, series_of
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.recurrence import Slot, first_overlap, slots_of
from klippekort.platform import audit


@dataclass
class PlaceTaken(DomainError):
    """The place is used at that time, and nobody has said that there is room for both."""

    place: str
    clashes: tuple[Clash, ...]


def say_if_shared(activity: Activity, shares_room: bool | None) -> bool | None:
    """Keep that an activity is meant to share its room, and return what was said; None is nothing.

    Nobody is asked where activities come from a file: what clashes then is shown to a coordinator.
    """
    if shares_room:
        activity.shares_room = True
    return shares_room


def agree_to_share(actor: Actor, activity_id: UUID) -> str:
    """Say that an activity is held beside others on purpose. Raises Forbidden and NotFound."""
    authorise(actor, Action.APPROVE_ACTIVITY)
    activity = queries.lock_activity(activity_id)
    activity.shares_room = True
    audit.record(actor, Action.APPROVE_ACTIVITY, "activity", activity_id, to="shares_room")
    return str(activity_id)


def check_room(
    dates: Iterable[Occurrence], activity_id: UUID, now: datetime, besides: Collection[UUID] = ()
) -> None:
    """Return quietly when nothing else is held where and when an activity's dates are. Raises
    PlaceTaken.

    What is made already is looked at as it stands; further ahead the rules of others tell what they
    will make. `besides` are dates that move away, or are these themselves. Until this transaction
    ends nobody else is answered for the same places: of two who ask at once, the second sees the
    first's dates.
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
        found = found or _to_come(place, rows, activity_id, now)
        if found:
            raise PlaceTaken(place.name, tuple(found))


def _to_come(
    place: Place, rows: Sequence[Occurrence], activity_id: UUID, now: datetime
) -> list[Clash]:
    """Return the first date that each other series will have at a place while one of these is on,
    where nobody has made that date yet.
    """
    made_until = day_span(local_day(now) + AHEAD)[1]
    ours = sorted((row.starts_at, row.ends_at) for row in rows if row.ends_at > made_until)
    if not ours:
        return []
    seats = max(row.capacity for row in rows)
    others = queries.series_at(place.id, activity_id)
    given_up = queries.starts_given_up([one.id for one in others])
    closed = queries.closed_days(timing.place_id for one in others for timing in one.timings)
    found = []
    for other in others:
        room = place.room_capacity
        if room is not None and seats + max(one.capacity for one in other.timings) <= room:
            continue
        series = series_of(other.timings, closed)
        slots = [
            slot
            for slot in slots_of(series, local_day(made_until), local_day(ours[-1][1]))
            if other.timings[slot.timing].place_id == place.id
            and (other.id, slot.key) not in given_up
        ]
        slot = first_overlap(ours, slots)
        if slot is not None:
            found.append(_clash(other, slot))
    return sorted(found, key=lambda one: one.starts_at)


def _clash(other: Activity, slot: Slot) -> Clash:
    seats = other.timings[slot.timing].capacity
    return Clash(None, other.title, slot.starts_at, slot.ends_at, seats)
