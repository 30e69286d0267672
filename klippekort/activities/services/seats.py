"""Seats at a date: taken and given back inside a trip's transaction, never sold twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.activities import queries
from klippekort.activities.models import SignUp
from klippekort.domain.errors import (
    CitizenBusy,
    DomainError,
    NoSeat,
    NotFound,
    NoWheelchairPlace,
)
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


class OccurrenceOver(DomainError):
    """The date is cancelled or has begun."""


def take_seat(
    actor: Actor, occurrence_id: UUID, citizen_id: UUID, *, wheelchair: bool, now: datetime
) -> SignUp:
    """Take a seat for a citizen and return it; whoever calls has asked for leave.

    Raises OccurrenceOver, CitizenBusy where they have a seat already, NoSeat, NoWheelchairPlace,
    NotFound.
    """
    date = queries.lock_occurrence(occurrence_id)
    if date.cancelled_at is not None or date.starts_at <= now:
        raise OccurrenceOver
    if occurrence_id in queries.seats_of(citizen_id, now):
        raise CitizenBusy
    if date.seats_taken >= date.capacity:
        raise NoSeat
    if wheelchair and date.wheelchairs_taken >= date.wheelchair_places:
        raise NoWheelchairPlace
    date.seats_taken += 1
    date.wheelchairs_taken += 1 if wheelchair else 0
    seat = SignUp(
        id=new_id(),
        occurrence_id=occurrence_id,
        citizen_id=citizen_id,
        takes_wheelchair_place=wheelchair,
        made_at=now,
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def give_seat_back(actor: Actor, sign_up_id: UUID, *, now: datetime) -> None:
    """Give a seat back, once; whoever calls has asked for leave. Raises NotFound."""
    seat = db.session.scalars(select(SignUp).filter_by(id=sign_up_id)).one_or_none()
    if seat is None:
        raise NotFound
    date = queries.lock_occurrence(seat.occurrence_id)
    db.session.refresh(seat)
    if seat.state != "booked":
        return
    seat.state = "cancelled"
    date.seats_taken -= 1
    date.wheelchairs_taken -= 1 if seat.takes_wheelchair_place else 0
    db.session.flush()
