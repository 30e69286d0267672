"""Trips with a helper as a roster sees them: who is away with a citizen, and from when to when."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from klippekort.accounts.models import CareWorker
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import day_span
from klippekort.domain.trips import ACTIVE, MADE, Company, TripState
from klippekort.platform.db import db
from klippekort.trips.models import Trip, TripEscort, TripRider

TOLD = ACTIVE | MADE


@dataclass(frozen=True, slots=True)
class Visited:
    """A citizen on a trip, and what the care record calls her."""

    citizen_id: UUID
    supplier_id: UUID
    record_ref: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One helper on one trip, between two aware UTC instants: the real ones where it was made."""

    trip_id: UUID
    employee_number: str
    starts_at: datetime
    ends_at: datetime
    citizens: tuple[Visited, ...]


def list_visits(first: date, last: date, supplier_id: UUID | None) -> list[Visit]:
    """Return the booked and made trips planned for these Danish days, one for each helper, by time.

    With a supplier only its own helpers'. Trips that an import brought are left out: they came from
    elsewhere. Two statements, whatever their number.
    """
    span = _planned_for(first, last)
    wanted = (
        select(
            Trip.id,
            Trip.state,
            Trip.started_at,
            Trip.ended_at,
            TripEscort.starts_at,
            TripEscort.ends_at,
            CareWorker.employee_number,
        )
        .join(TripEscort, TripEscort.trip_id == Trip.id)
        .join(CareWorker, CareWorker.id == TripEscort.care_worker_id)
        .where(*span, TripEscort.is_active)
        .order_by(TripEscort.starts_at, CareWorker.employee_number, Trip.id)
    )
    if supplier_id is not None:
        wanted = wanted.where(CareWorker.supplier_id == supplier_id)
    riders = _riders(span)
    found = []
    for trip_id, state, started_at, ended_at, starts_at, ends_at, number in db.session.execute(
        wanted
    ):
        is_made = TripState(state) in MADE
        begins = started_at if is_made and started_at else starts_at
        ends = ended_at if is_made and ended_at else ends_at
        found.append(Visit(trip_id, number, begins, ends, tuple(riders.get(trip_id, ()))))
    return found


def _planned_for(first: date, last: date) -> list[ColumnElement[bool]]:
    return [
        Trip.starts_at >= day_span(first)[0],
        Trip.starts_at < day_span(last)[1],
        Trip.company == Company.ESCORT,
        Trip.state.in_([*TOLD]),
    ]


def _riders(span: list[ColumnElement[bool]]) -> dict[UUID, list[Visited]]:
    wanted = (
        select(Trip.id, Citizen.id, Citizen.supplier_id, Citizen.record_ref)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(Citizen, Citizen.id == TripRider.citizen_id)
        .where(*span, TripRider.state.in_([*TOLD]))
        .order_by(TripRider.starts_at, TripRider.id)
    )
    found: dict[UUID, list[Visited]] = defaultdict(list)
    for trip_id, citizen_id, supplier_id, ref in db.session.execute(wanted):
        found[trip_id].append(Visited(citizen_id, supplier_id, ref))
    return found
