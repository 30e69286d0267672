"""Telling citizens who comes along, only when it is settled, and only the last that holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.queries import get_care_worker
from klippekort.messages.models import OutboxMessage
from klippekort.messages.services import queue_call
from klippekort.municipalities.queries import rested
from klippekort.platform.db import db
from klippekort.trips.models import Trip
from klippekort.trips.queries.escorts import citizens_on

FOUND, CHANGED = "escort_found", "escort_changed"


def tell_escort(trip: Trip, care_worker_id: UUID, kind: str, *, now: datetime) -> None:
    """Have everyone on a trip called and told who comes, in place of a call not made yet."""
    untell_escort(trip.id)
    name = get_care_worker(care_worker_id).name
    for citizen in citizens_on(trip.id):
        queue_call(
            f"escort:{trip.id}:{citizen.id}:{trip.version}",
            kind,
            citizen_id=citizen.id,
            supplier_id=citizen.supplier_id,
            about=trip.id,
            facts={
                "trip": str(trip.id),
                "starts_at": trip.starts_at.isoformat(),
                "destination": trip.destination,
                "escort": name,
            },
            due_at=rested(trip.municipality_id, now),
            now=now,
        )


def untell_escort(trip_id: UUID) -> None:
    """Take back the calls about who comes along that nobody has made yet."""
    waiting = select(OutboxMessage).where(
        OutboxMessage.dedupe_key.startswith(f"escort:{trip_id}:"), OutboxMessage.state == "queued"
    )
    for message in db.session.scalars(waiting.with_for_update()):
        message.state = "withdrawn"
    db.session.flush()
