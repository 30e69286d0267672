"""How many trips and mishaps there are, where nobody needs to see which."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from klippekort.citizens.models import Citizen
from klippekort.platform.db import db
from klippekort.trips.models import Incident, Trip, TripRider


def count_trips(starts_at: datetime, ends_at: datetime, supplier_id: UUID | None = None) -> int:
    """Return how many trips start in a span of time, for one supplier or all."""
    found = (
        select(func.count(Trip.id.distinct()))
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(Trip.starts_at >= starts_at, Trip.starts_at < ends_at)
    )
    if supplier_id is not None:
        found = found.join(Citizen, Citizen.id == TripRider.citizen_id)
        found = found.where(Citizen.supplier_id == supplier_id)
    return db.session.scalar(found) or 0


def count_incidents(supplier_id: UUID | None = None) -> int:
    """Return how many mishaps are not settled; of one supplier those on its trips and at places."""
    found = select(func.count(Incident.id)).where(Incident.closed_at.is_(None))
    if supplier_id is not None:
        own = or_(Incident.supplier_id == supplier_id, Incident.supplier_id.is_(None))
        found = found.where(own)
    return db.session.scalar(found) or 0
