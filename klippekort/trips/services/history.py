"""What happened to a trip, line by line: codes and numbers, never free text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table

from klippekort.domain.permissions import Actor, Role
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import OwnRows, adding, as_new
from klippekort.trips.models import TripEscort, TripEvent, TripRider
from klippekort.trips.queries.trips import riders_of

_events = cast(Table, TripEvent.__table__)
_NEW_EVENT = OwnRows(adding(_events))
_NOT_STAFF = (Role.CITIZEN, Role.RELATIVE)
BY_LETTER = "letter"
"""The citizen's own word on paper, whoever types it in."""


def happened(
    actor: Actor, trip_id: UUID, kind: str, now: datetime, *, by: str | None = None, **details: Any
) -> None:
    """Add a line to a trip's own history.

    What the citizen does herself keeps `by`: "citizen", "relative", or as it is given.
    """
    details["by"] = actor.role if actor.role in _NOT_STAFF else by
    plain = {name: value for name, value in details.items() if value is not None}
    _NEW_EVENT.run_late(
        **as_new(
            _events,
            id=new_id(),
            trip_id=trip_id,
            kind=kind,
            happened_at=now,
            actor_id=actor.account_id,
            actor_name=actor.display_name,
            details={
                name: value if isinstance(value, int | str) else str(value)
                for name, value in plain.items()
            },
        )
    )


def about(trip_id: UUID, riders: Sequence[TripRider]) -> dict[str, str]:
    """Return whom a line of the history is about, where it is not everybody who was to ride:
    `citizen`, or several `citizens` with commas.
    """
    if len(riders) == len(riders_of(trip_id)):
        return {}
    return {"citizen" if len(riders) == 1 else "citizens": ids_of(riders)}


def ids_of(riders: Sequence[TripRider]) -> str:
    """Return the citizens who ride, as the history keeps them."""
    return ",".join(str(one.citizen_id) for one in riders)


def helpers_of(escorts: Sequence[TripEscort]) -> str | None:
    """Return who was to come along, as the history keeps it for putting them back."""
    return ",".join(str(one.care_worker_id) for one in escorts) or None
