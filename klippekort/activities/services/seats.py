"""Seats at a date: taken and given back inside a trip's transaction, never sold twice."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update

from klippekort.activities import queries
from klippekort.activities.models import Occurrence, SignUp
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
from klippekort.platform.tenancy import OwnRows, adding, as_new, own

_dates = cast(Table, Occurrence.__table__)
_seats = cast(Table, SignUp.__table__)
_has_one = (
    select(_seats.c.id)
    .where(
        own(_seats),
        _seats.c.occurrence_id == bindparam("date"),
        _seats.c.citizen_id == bindparam("citizen"),
        _seats.c.state == bindparam("booked"),
    )
    .exists()
)
_LOOK = OwnRows(
    select(
        _dates.c.cancelled_at,
        _dates.c.starts_at,
        _dates.c.capacity - _dates.c.seats_taken,
        _dates.c.wheelchair_places - _dates.c.wheelchairs_taken,
    )
    .where(own(_dates), _dates.c.id == bindparam("date"))
    .with_for_update()
)
# One statement looks and takes, so that nobody is held up while the answer travels.
_TAKE = OwnRows(
    update(_dates)
    .where(
        own(_dates),
        _dates.c.id == bindparam("date"),
        _dates.c.cancelled_at.is_(None),
        _dates.c.starts_at > bindparam("now"),
        _dates.c.seats_taken < _dates.c.capacity,
        _dates.c.wheelchairs_taken + bindparam("wheelchairs") <= _dates.c.wheelchair_places,
        ~_has_one,
    )
    .values(
        seats_taken=_dates.c.seats_taken + 1,
        wheelchairs_taken=_dates.c.wheelchairs_taken + bindparam("wheelchairs"),
    )
    .returning(_dates.c.id)
)
_SIT = OwnRows(adding(_seats))
BOOKED = "booked"


class OccurrenceOver(DomainError):
    """The date is cancelled or has begun."""


def take_seat(
    actor: Actor, occurrence_id: UUID, citizen_id: UUID, *, wheelchair: bool, now: datetime
) -> UUID:
    """Take a seat for a citizen and return its id; whoever calls has asked for leave.

    Raises OccurrenceOver, CitizenBusy where they have a seat already, NoSeat, NoWheelchairPlace,
    NotFound.
    """
    wanted = {
        "date": occurrence_id,
        "citizen": citizen_id,
        "booked": BOOKED,
        "now": now,
        "wheelchairs": int(wheelchair),
    }
    if not _TAKE.rows(**wanted):
        _refuse(occurrence_id, citizen_id, wheelchair, now)
        _TAKE.rows(**wanted)  # one was given back meanwhile, and now the date is locked
    seat_id = new_id()
    _SIT.run_late(
        **as_new(
            _seats,
            id=seat_id,
            occurrence_id=occurrence_id,
            citizen_id=citizen_id,
            takes_wheelchair_place=wheelchair,
            state=BOOKED,
            attended=None,
            made_at=now,
        )
    )
    return seat_id


def _refuse(occurrence_id: UUID, citizen_id: UUID, wheelchair: bool, now: datetime) -> None:
    """Raise what stands in the way of a seat, and lock the date where nothing does any more."""
    rows = _LOOK.rows(date=occurrence_id)
    if not rows:
        raise NotFound
    cancelled_at, starts_at, left, wheelchairs_left = rows[0]
    if cancelled_at is not None or starts_at <= now:
        raise OccurrenceOver
    if occurrence_id in queries.seats_of(citizen_id, now):
        raise CitizenBusy
    if left < 1:
        raise NoSeat
    if wheelchair and wheelchairs_left < 1:
        raise NoWheelchairPlace


def take_seat_again(actor: Actor, sign_up_id: UUID, *, now: datetime) -> None:
    """Take back a seat that was given back, until the date is over: whoever undoes may be late.
    A seat that is taken already stays so. Whoever calls has asked for leave.

    Raises OccurrenceOver, CitizenBusy where they have taken another seat there meanwhile, NoSeat,
    NoWheelchairPlace, NotFound.
    """
    seat = db.session.scalars(select(SignUp).filter_by(id=sign_up_id)).one_or_none()
    if seat is None:
        raise NotFound
    date = queries.lock_occurrence(seat.occurrence_id)
    db.session.refresh(seat)
    if seat.state == BOOKED:
        return
    if date.cancelled_at is not None or date.ends_at <= now:
        raise OccurrenceOver
    _refuse_seat(date, seat.citizen_id, seat.takes_wheelchair_place)
    seat.state = BOOKED
    date.seats_taken += 1
    date.wheelchairs_taken += 1 if seat.takes_wheelchair_place else 0
    db.session.flush()


def _refuse_seat(date: Occurrence, citizen_id: UUID, wheelchair: bool) -> None:
    there = select(SignUp.id).filter_by(occurrence_id=date.id, citizen_id=citizen_id, state=BOOKED)
    if db.session.scalars(there).first() is not None:
        raise CitizenBusy
    if date.seats_taken >= date.capacity:
        raise NoSeat
    if wheelchair and date.wheelchairs_taken >= date.wheelchair_places:
        raise NoWheelchairPlace


def give_seat_back(actor: Actor, sign_up_id: UUID, *, now: datetime) -> None:
    """Give a seat back, once; whoever calls has asked for leave. Raises NotFound."""
    seat = db.session.scalars(select(SignUp).filter_by(id=sign_up_id)).one_or_none()
    if seat is None:
        raise NotFound
    date = queries.lock_occurrence(seat.occurrence_id)
    db.session.refresh(seat)
    if seat.state != BOOKED:
        return
    seat.state = "cancelled"
    date.seats_taken -= 1
    date.wheelchairs_taken -= 1 if seat.takes_wheelchair_place else 0
    db.session.flush()
