"""What happened to a trip, line by line: codes and numbers, never free text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.trips.models import TripEscort, TripEvent


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


def helpers_of(escorts: Sequence[TripEscort]) -> str | None:
    """Return who was to come along, as the history keeps it for putting them back."""
    return ",".join(str(one.care_worker_id) for one in escorts) or None
