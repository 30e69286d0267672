"""Keeping a trip: it starts, and it is finished with its real times, home by home."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import trips as rules
from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.errors import Stale, TimesMakeNoSense
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import Basis, Charge
from klippekort.domain.trips import CancelReason, Cause, Company, Price, TripState
from klippekort.platform import audit, events
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.cancelling import cancel
from klippekort.trips.services.deciding import Ruling, each
from klippekort.trips.services.events import TripMade
from klippekort.trips.services.history import about, happened, ids_of
from klippekort.trips.services.letting_go import let_go
from klippekort.trips.services.locking import locked
from klippekort.trips.services.paying import charge, price_of_cancelled, price_of_finished

Missing = tuple[Cause, CancelReason]
"""Why somebody was not with the others."""


def start_trip(
    actor: Actor, trip_id: UUID, *, now: datetime, started_at: datetime | None = None
) -> str:
    """Note that a trip is under way, since `started_at` or now.

    Raises Stale when it is not waiting to start today, TimesMakeNoSense.
    """
    trip, riders = locked(actor, trip_id, Action.KEEP_TRIP, now)
    if not rules.has_come(trip.starts_at, now):
        raise Stale
    trip.state = rules.move(TripState(trip.state), TripState.UNDER_WAY)
    trip.started_at = rules.started(trip.starts_at, started_at, now)
    trip.version += 1
    for rider in riders:
        rider.state = trip.state
    at = started_at and started_at.isoformat()
    happened(actor, trip_id, "started", now, at=at, **about(trip_id, riders))
    citizens = _citizens(riders)
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=citizens, to="start")
    return str(trip_id)


def finish_trip(
    actor: Actor,
    trip_id: UUID,
    *,
    started_at: datetime,
    ended_at: datetime,
    now: datetime,
    basis: Basis | None = None,
    is_broken_off: bool = False,
    broken_off: Charge | None = None,
    citizen_id: UUID | None = None,
    still_out: Collection[UUID] = (),
    missing: Mapping[UUID, Missing] | None = None,
    homes: Mapping[UUID, datetime] | None = None,
    answer: Charge | None = None,
    why: str | None = None,
) -> str:
    """Finish a trip with its real times and charge each card as its scheme says for its own time.

    With `citizen_id` only that citizen is home, and the others are still out; so are those
    `still_out`. `homes` says when somebody was home who left the others before they came home at
    `ended_at`. Those `missing` were not with them, and are charged for that as if they had stayed
    at home. `basis`, `broken_off` and `answer` are a person's answers, used where the scheme leaves
    open what a trip, one that was broken off, or somebody missing costs, and `why` the reason: None
    where nobody could be asked for one. Raises Stale, TimesMakeNoSense, Undecided where such
    answers are needed and nobody has given them, and NoReason for a blank reason of one that was.
    """
    trip, active = locked(actor, trip_id, Action.KEEP_TRIP, now, citizen_id=citizen_id)
    missing = missing or {}
    left_out = [one for one in active if one.citizen_id in missing]
    riders = [one for one in active if one.citizen_id not in {*missing, *still_out}]
    if not riders or not rules.has_come(trip.starts_at, now):
        raise Stale
    actual = rules.actual_minutes(trip.starts_at, started_at, ended_at, now)
    for rider, at in zip(riders, _home_at(riders, started_at, ended_at, homes or {}), strict=True):
        rider.ended_at = at
    owns = _own_minutes(trip, riders, started_at)
    ruling = Ruling(actor, basis, broken_off, answer, why)
    found = each(
        [
            partial(price_of_finished, trip, rider, own, ruling, now, is_broken_off=is_broken_off)
            for rider, own in zip(riders, owns, strict=True)
        ]
        + [
            partial(price_of_cancelled, trip, one, missing[one.citizen_id][0], now, ruling)
            for one in left_out
        ]
    )
    prices, unpaid = found[: len(riders)], found[len(riders) :]
    was_booked = trip.state == TripState.BOOKED
    if was_booked:
        trip.state = rules.move(TripState.BOOKED, TripState.UNDER_WAY)
        for rider in queries.riders_of(trip_id):
            rider.state = trip.state if rider.is_active else rider.state
    for rider, price in zip(left_out, unpaid, strict=True):
        _leave_out(actor, trip, rider, missing[rider.citizen_id], price, now, answer)
    ended = TripState.BROKEN_OFF if is_broken_off else TripState.COMPLETED
    to = rules.move(TripState(trip.state), ended)
    trip.started_at, trip.paused_at = started_at, None
    spent, waived = _charge_all(actor, trip, riders, prices, now)
    let_go(trip, riders, to)
    told: dict[str, Any] = {"actual": actual, "spent": spent, "waived": waived or None}
    # For undoing: whom this left out, and that nobody had started the trip.
    before: dict[str, Any] = {"missing": ids_of(left_out) or None}
    before["from_booked"] = was_booked or None
    whom = about(trip_id, riders)
    happened(actor, trip_id, ended, now, basis=basis, charge=broken_off, **told, **whom, **before)
    citizens = _citizens(riders)
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=citizens, to=ended, **told)
    if ended is TripState.COMPLETED and trip.company == Company.ESCORT:
        events.emit_after(TripMade(actor, tuple(citizens), local_day(started_at), now))
    return str(trip_id)


def _citizens(riders: Sequence[TripRider]) -> list[UUID]:
    return [rider.citizen_id for rider in riders]


def _home_at(
    riders: Sequence[TripRider],
    started_at: datetime,
    ended_at: datetime,
    homes: Mapping[UUID, datetime],
) -> list[datetime]:
    """Return when each was home. Raises TimesMakeNoSense where one is told to have been home before
    the start or after the others, or is not home at all.
    """
    is_in_time = all(started_at < at <= ended_at for at in homes.values())
    if not is_in_time or homes.keys() - set(_citizens(riders)):
        raise TimesMakeNoSense
    told = [homes.get(rider.citizen_id) for rider in riders]
    return rules.home_at([rider.ends_at for rider in riders], ended_at, told)


def _own_minutes(trip: Trip, riders: Sequence[TripRider], started_at: datetime) -> list[int]:
    """Return how long each was out who is home: the trip began at the door of the first who was not
    cancelled for.
    """
    everyone = queries.riders_of(trip.id)
    first = min(one.starts_at for one in everyone if one.state != TripState.CANCELLED)
    spans = [
        (rules.own_start(rider.starts_at, first, started_at), rider.ended_at or started_at)
        for rider in riders
    ]
    return [max(0, minutes_between(began, home)) for began, home in spans]


def _leave_out(
    actor: Actor,
    trip: Trip,
    rider: TripRider,
    missing: Missing,
    price: Price,
    now: datetime,
    answer: Charge | None,
) -> None:
    cause, reason = missing
    authorise(actor, Action.CANCEL_TRIP, reach(get_citizen(rider.citizen_id), local_day(now)))
    cancel(actor, trip, [rider], cause, reason, [price], now, answer)


def _charge_all(
    actor: Actor,
    trip: Trip,
    riders: Sequence[TripRider],
    prices: Sequence[Price],
    now: datetime,
) -> tuple[int, int]:
    """Charge everyone's card and return the minutes spent and waived in all."""
    pairs = [
        charge(actor, trip, rider, price, now) for rider, price in zip(riders, prices, strict=True)
    ]
    return sum(spent for spent, _ in pairs), sum(waived for _, waived in pairs)
