"""Booking as a page asks for it: one citizen, one date of an activity, one helper or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from klippekort.domain.permissions import Actor
from klippekort.domain.trips import Transport
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.reserving import reserve


@dataclass(frozen=True)
class BookingOrder:
    """What somebody asks for: the citizen, the date of an activity, and the way there.

    `travel_each_way` is minutes one way; `escort_id` None books without an escort, to be
    found by `escort_by`; `agreed_how` says how the citizen said yes: `said` to the helper, or
    `shown` on the tablet. `answers` are a person's, by rule, to what the scheme leaves open.
    """

    citizen_id: UUID
    occurrence_id: UUID
    transport: Transport
    travel_each_way: int
    escort_id: UUID | None
    agreed_how: str
    answers: Mapping[str, str] = field(default_factory=dict)
    escort_by: datetime | None = None


def book_trip(actor: Actor, order: BookingOrder, *, now: datetime) -> str:
    """Book a trip all or nothing and return its id. Raises what `reserve` raises."""
    passenger = Passenger(order.citizen_id, order.agreed_how, answers=order.answers)
    block = Block(
        passengers=(passenger,),
        goal=order.occurrence_id,
        transport=order.transport,
        out_minutes=order.travel_each_way,
        home_minutes=order.travel_each_way,
        escorts=(order.escort_id,) if order.escort_id else (),
        escort_by=None if order.escort_id else order.escort_by,
    )
    return str(reserve(actor, block, now=now))
