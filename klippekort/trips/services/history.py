"""What happened to a trip, line by line: codes and numbers, never free text."""

from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.trips.models import TripEvent


def happened(actor: Actor, trip_id: UUID, kind: str, now: datetime, **details: Any) -> None:
    """Add a line to a trip's own history."""
    plain = {name: value for name, value in details.items() if value is not None}
    db.session.add(
        TripEvent(
            trip_id=trip_id,
            kind=kind,
            at=now,
            actor_id=actor.account_id,
            actor_name=actor.display_name,
            details={
                name: value if isinstance(value, int | str) else str(value)
                for name, value in plain.items()
            },
        )
    )
