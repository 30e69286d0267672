"""Who goes along: put on a trip, exchanged and taken off; the database keeps each in one place."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.exc import IntegrityError

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import EscortBusy, Forbidden, NotFound, Stale
from klippekort.domain.escorting import what_is_left
from klippekort.domain.permissions import Action, Actor, may
from klippekort.domain.trips import OCCUPIES, Company, TripState
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.late_writes import send_late
from klippekort.platform.reading import Reader
from klippekort.platform.tenancy import OwnRows, adding, ahead, as_new, own
from klippekort.trips.models import Trip, TripEscort
from klippekort.trips.queries import trips as queries
from klippekort.trips.queries.escorts import asks_for_helper, check_escort, citizens_on
from klippekort.trips.queries.gone import who_is_gone
from klippekort.trips.services.history import happened, helpers_of

_escorts = cast(Table, TripEscort.__table__)
_workers = cast(Table, CareWorker.__table__)
_NEW_ESCORT = OwnRows(adding(_escorts))
_WORKER = Reader(CareWorker)
_LOCK = OwnRows(
    select(*_WORKER.columns)
    .where(own(_workers), _workers.c.id == bindparam("worker"))
    .with_for_update()
)


def put_escorts(
    trip: Trip, care_workers: Sequence[UUID], citizens: Sequence[Citizen], *, now: datetime
) -> None:
    """Put care workers on a trip, or on what is left of one under way, locked in the order of their
    ids.

    Each is at work for the supplier of one of the citizens. Raises EscortOffDuty, EscortBusy,
    EscortUnable, and NotFound for anybody else's worker.
    """
    span = what_is_left(trip.ends_at, now) if trip.state == TripState.UNDER_WAY else None
    lock_escorts(trip, care_workers, citizens, span)
    keep_escorts(trip, care_workers, span)
    try:
        send_late(db.session.connection())
    except IntegrityError as error:
        if "one_place_at_a_time" in str(error.orig):
            raise EscortBusy from error
        raise


def lock_escorts(
    trip: Trip,
    care_workers: Sequence[UUID],
    citizens: Sequence[Citizen],
    span: tuple[datetime, datetime] | None = None,
) -> None:
    """Lock care workers in the order of their ids; return quietly when they may go along, for a
    part of the trip where there is a `span`.

    Raises what `put_escorts` raises.
    """
    starts_at, ends_at = span or (trip.starts_at, trip.ends_at)
    for care_worker_id in _in_order(care_workers):
        # What follows the lock sees what those wrote who held it before.
        diary = asks_for_helper(care_worker_id, starts_at, ends_at, besides=trip.id)
        with ahead(_LOCK.asked(worker=care_worker_id), *diary):
            rows = _LOCK.rows(worker=care_worker_id)
            if not rows:
                raise NotFound
            check_escort(
                _WORKER.read(rows[0]), starts_at, ends_at, citizens, trip.transport, besides=trip.id
            )


def keep_escorts(
    trip: Trip, care_workers: Sequence[UUID], span: tuple[datetime, datetime] | None = None
) -> None:
    """Put locked care workers on a trip, for a part of it where there is a `span`."""
    starts_at, ends_at = span or (trip.starts_at, trip.ends_at)
    for care_worker_id in _in_order(care_workers):
        _NEW_ESCORT.run_late(
            **as_new(
                _escorts,
                id=new_id(),
                trip_id=trip.id,
                care_worker_id=care_worker_id,
                starts_at=starts_at,
                ends_at=ends_at,
                is_active=True,
            )
        )


def _in_order(care_workers: Sequence[UUID]) -> list[UUID]:
    return sorted(set(care_workers), key=str)


def assign_escort(
    actor: Actor,
    trip_id: UUID,
    care_worker_id: UUID,
    *,
    now: datetime,
    beside: bool = False,
    instead_of: UUID | None = None,
) -> str:
    """Put a care worker on a booked trip, in the place of anyone who was there or `beside` them.

    With `instead_of` only that one gives way. On a trip under way nobody gives way but one who is
    away from what is left of it, and whoever comes is there from now on.

    Raises EscortOffDuty, EscortBusy, EscortUnable, Stale when the trip is over or under way with
    those it has, has all the helpers it wants, or is on the citizen's own way, where no card pays
    for a helper.
    """
    trip, citizens = _locked(actor, trip_id, now)
    if trip.company != Company.ESCORT:
        raise Stale
    before = queries.escorts_of(trip_id)
    if any(one.care_worker_id == care_worker_id for one in before):
        return str(trip_id)
    if beside and len(before) >= trip.escorts_wanted:
        raise Stale
    going = [one for one in before if instead_of in (None, one.care_worker_id)]
    leaving = [] if beside else going
    if trip.state == TripState.UNDER_WAY and not _are_gone(trip, leaving, now):
        raise Stale
    for one in leaving:
        one.is_active = False
    db.session.flush()
    put_escorts(trip, [care_worker_id], citizens, now=now)
    trip.version += 1
    happened(
        actor,
        trip_id,
        "escort_changed",
        now,
        escort=care_worker_id,
        before=leaving[0].care_worker_id if leaving else None,
        helpers=helpers_of(leaving),
    )
    audit.record(
        actor,
        Action.ASSIGN_ESCORT,
        "trip",
        trip_id,
        citizens=[citizen.id for citizen in citizens],
        escort=care_worker_id,
        before=leaving[0].care_worker_id if leaving else None,
    )
    return str(trip_id)


def _locked(actor: Actor, trip_id: UUID, now: datetime) -> tuple[Trip, list[Citizen]]:
    citizens = citizens_on(trip_id)
    # Where two suppliers' citizens go together, each supplier may find a helper for the trip.
    near = [reach(citizen, local_day(now)) for citizen in citizens]
    if not any(may(actor, Action.ASSIGN_ESCORT, one) for one in near):
        raise Forbidden(Action.ASSIGN_ESCORT)
    trip = queries.lock_trip(trip_id)
    if TripState(trip.state) not in OCCUPIES:
        raise Stale
    return trip, citizens


def _are_gone(trip: Trip, leaving: Sequence[TripEscort], now: datetime) -> bool:
    ids = {one.care_worker_id for one in leaving}
    return bool(ids) and who_is_gone(ids, trip.ends_at, now) == ids
