"""Cancelling a trip, for all who ride or for one: what it costs, who hears it, what is freed."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import get_citizen
from klippekort.domain import trips as rules
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor
from klippekort.domain.schemes import Charge
from klippekort.domain.trips import CancelReason, Cause, Price, TripState
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services import queue_call, tell
from klippekort.municipalities.queries import rested
from klippekort.platform import audit, events
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.deciding import Ruling, each
from klippekort.trips.services.events import CancelledByUs
from klippekort.trips.services.history import about, happened, helpers_of
from klippekort.trips.services.letting_go import free_seats, let_go
from klippekort.trips.services.locking import lock, locked
from klippekort.trips.services.paying import pay_or_give_back, price_of_cancelled, price_or_ask
from klippekort.trips.services.telling import tell_helper, untell_escort


def cancel_trip(
    actor: Actor,
    trip_id: UUID,
    *,
    cause: Cause,
    reason: CancelReason,
    now: datetime,
    answer: Charge | None = None,
    citizen_id: UUID | None = None,
    by: str | None = None,
    why: str | None = None,
    for_now: bool = False,
) -> str:
    """End a trip that is not made; each card is charged or given its minutes back as its scheme
    says.

    With `citizen_id` only that citizen stays at home, or turns out to be missing once the others
    are under way. `by` is how she has said so herself to whoever types it in, as BY_LETTER. `why`
    is the reason for the `answer`, which with `for_now` stands in until a person decides. Raises
    Stale, Undecided when the scheme leaves the cost open and nobody has answered, and NoReason as
    `finish_trip` does.
    """
    trip, riders = locked(actor, trip_id, Action.CANCEL_TRIP, now, citizen_id=citizen_id)
    ruling = Ruling(actor, cost=answer, why=why, for_now=for_now)
    prices = each(
        [partial(price_of_cancelled, trip, rider, cause, now, ruling) for rider in riders]
    )
    cancel(actor, trip, riders, cause, reason, prices, now, answer, by=by)
    return str(trip_id)


def cancel_for_host(
    actor: Actor,
    trip_id: UUID,
    reason: CancelReason,
    *,
    now: datetime,
    moved_to: datetime | None = None,
) -> None:
    """Cancel a trip because its date is off, or is now at `moved_to`; whoever calls has asked for
    leave.

    Where the scheme has not decided what that costs, the minutes go back and a person is asked.
    """
    trip, riders = lock(trip_id)
    prices = [price_or_ask(trip, rider, Cause.HOST, now) for rider in riders]
    cancel(actor, trip, riders, Cause.HOST, reason, prices, now, moved_to=moved_to)


def cancel(
    actor: Actor,
    trip: Trip,
    riders: Sequence[TripRider],
    cause: Cause,
    reason: CancelReason,
    prices: Sequence[Price],
    now: datetime,
    answer: Charge | None = None,
    moved_to: datetime | None = None,
    by: str | None = None,
) -> None:
    """Let these riders stay at home, each at her price; whoever calls has asked for leave.

    Raises Stale when nobody is among them.
    """
    if not riders:
        raise Stale
    others = [TripState(one.state) for one in queries.riders_of(trip.id) if one not in riders]
    to = rules.stopped(TripState(trip.state), cause, others)
    escorts = queries.escorts_of(trip.id)
    helpers = helpers_of(escorts)
    spent = 0
    for rider, price in zip(riders, prices, strict=True):
        spent += pay_or_give_back(actor, trip, rider, price, cause, now)
    citizens = [rider.citizen_id for rider in riders]
    untold = ",".join(str(one) for one in untell_escort(trip.id, citizens))
    let_go(trip, riders, to)
    free_seats(actor, trip, riders, now)
    if cause in rules.TOLD_BY_US:
        for rider in riders:
            _have_citizen_told(trip, rider, cause, reason, now, moved_to)
    told: dict[str, Any] = {"cause": cause, "reason": reason, "charge": answer, "spent": spent}
    if cause is Cause.SUPPLIER and trip.starts_at > now:
        events.emit_after(CancelledByUs(trip.id, tuple(citizens), actor, now))
    for escort in escorts:
        if escort.care_worker_id != actor.person_id:
            tell_helper(trip, escort.care_worker_id, now=now)
    back = {"helpers": helpers, "untold": untold or None}
    happened(actor, trip.id, to, now, by=by, **told, **back, **about(trip.id, riders))
    audit.record(actor, Action.CANCEL_TRIP, "trip", trip.id, citizens=citizens, **told)


def _have_citizen_told(
    trip: Trip,
    rider: TripRider,
    cause: Cause,
    reason: CancelReason,
    now: datetime,
    moved_to: datetime | None,
) -> None:
    citizen = get_citizen(rider.citizen_id)
    facts = {
        "trip": str(trip.id),
        "starts_at": rider.starts_at.isoformat(),
        "destination": trip.destination,
        "cause": cause,
        "reason": reason,
        "moved_to": moved_to.isoformat() if moved_to else "",
    }
    key, due_at = f"trip_cancelled:{trip.id}:{citizen.id}", rested(trip.municipality_id, now)
    if moved_to is not None:  # she is asked about the new time, and that takes a talk
        queue_call(
            key,
            "trip_cancelled",
            citizen_id=citizen.id,
            supplier_id=citizen.supplier_id,
            about=trip.id,
            facts=facts,
            due_at=due_at,
            now=now,
        )
        return
    tell(
        key,
        "trip_cancelled",
        to=Recipient(CITIZEN, citizen.id),
        supplier_id=citizen.supplier_id,
        about=trip.id,
        facts=facts,
        due_at=due_at,
        late_at=rider.starts_at,
        now=now,
    )
