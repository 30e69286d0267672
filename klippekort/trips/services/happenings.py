"""What happens on a trip: a note, or something that went wrong and is owned until it is settled."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import lock_citizen, reach
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.incidents import (
    Effect,
    IncidentKind,
    NobodyChosen,
    check_may_close,
    left_out,
)
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.domain.trips import TripState
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.models import Incident, TripNote
from klippekort.trips.queries import happenings as queries
from klippekort.trips.queries import trips
from klippekort.trips.services.history import happened
from klippekort.trips.services.locking import locked


def add_note(
    actor: Actor, trip_id: UUID, text: str, *, now: datetime, citizen_id: UUID | None = None
) -> str:
    """Keep a helper's note about a citizen's trip, sealed, and return its id.

    Raises NobodyChosen where several ride and `citizen_id` is None, NotFound for who does not ride.
    """
    if citizen_id is None and len(trips.riders_of(trip_id)) > 1:
        raise NobodyChosen
    row = trips.get_trip(trip_id, citizen_id)
    citizen = lock_citizen(row.citizen_id)  # whose key it is may have to be made anew
    authorise(actor, Action.KEEP_TRIP, reach(citizen, local_day(now)))
    note_id = new_id()
    db.session.add(
        TripNote(
            id=note_id,
            trip_id=trip_id,
            citizen_id=citizen.id,
            text_encrypted=seal(citizen, note_id, "trip_note", text.strip()),
            written_by=actor.account_id,
            written_at=now,
        )
    )
    happened(actor, trip_id, "noted", now)
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=[citizen.id], to="note")
    return str(note_id)


def record_incident(
    actor: Actor,
    trip_id: UUID,
    kind: IncidentKind,
    effect: Effect,
    *,
    happened_at: datetime,
    now: datetime,
    citizen_id: UUID | None = None,
) -> str:
    """Note that something happened, pause the trip where asked, and return the incident's id.

    It is kept whatever became of the trip; an effect that applies no longer is left out, and the
    history says so. Ending the trip is left to `finish_trip`, with its times: a person at home is
    charged as made or broken off. Without `citizen_id` it is about all who ride. Raises NotFound
    for who does not ride.
    """
    row = trips.get_trip(trip_id, citizen_id)
    trip, _riding = locked(actor, trip_id, Action.KEEP_TRIP, now, citizen_id=citizen_id)
    riders = [one for one in trips.riders_of(trip_id) if citizen_id in (None, one.citizen_id)]
    why_not = left_out(effect, TripState(trip.state))
    if effect is Effect.PAUSE and why_not is None:
        trip.paused_at = happened_at
    trip.version += 1
    incident = Incident(
        id=new_id(),
        trip_id=trip_id,
        supplier_id=row.supplier_id,
        kind=kind,
        effect=effect,
        happened_at=happened_at,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    db.session.add(incident)
    happened(
        actor,
        trip_id,
        "incident",
        now,
        what=kind,
        effect=effect,
        left_out=why_not,
        incident=incident.id,
        rider=riders[0].id if citizen_id else None,
    )
    citizens = [rider.citizen_id for rider in riders]
    audit.record(
        actor, Action.KEEP_TRIP, "trip", trip_id, citizens=citizens, to="incident", what=kind
    )
    return str(incident.id)


def resume_trip(actor: Actor, trip_id: UUID, *, now: datetime) -> str:
    """Go on with a trip that was paused. Raises Stale when it is not paused."""
    trip, riders = locked(actor, trip_id, Action.KEEP_TRIP, now)
    if trip.paused_at is None:
        raise Stale
    trip.paused_at = None
    trip.version += 1
    happened(actor, trip_id, "resumed", now)
    citizens = [rider.citizen_id for rider in riders]
    audit.record(actor, Action.KEEP_TRIP, "trip", trip_id, citizens=citizens, to="resume")
    return str(trip_id)


def report_at_place(actor: Actor, occurrence_id: UUID, kind: IncidentKind, *, now: datetime) -> str:
    """Note that something happened at a date of an activity: a host tells no name.

    Whoever calls has asked whether the host may.
    """
    incident = Incident(
        id=new_id(),
        occurrence_id=occurrence_id,
        kind=kind,
        effect=Effect.NONE,
        happened_at=now,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    db.session.add(incident)
    audit.record(actor, Action.HOST_ACTIVITY, "occurrence", occurrence_id, to="incident", what=kind)
    return str(incident.id)


def take_on(actor: Actor, incident_id: UUID, *, now: datetime) -> str:
    """Become the owner of an incident. Raises Stale when it is closed."""
    incident = _open(actor, incident_id)
    incident.owner_id = actor.account_id
    audit.record(actor, Action.HANDLE_INCIDENT, "incident", incident_id, to="own")
    del now
    return str(incident_id)


def close_incident(actor: Actor, incident_id: UUID, *, is_reported: bool, now: datetime) -> str:
    """Close an incident that is settled; `is_reported` says that it was formally reported.

    Raises Stale when it is closed, NotReported for what must be reported formally and is not.
    """
    incident = _open(actor, incident_id)
    check_may_close(IncidentKind(incident.kind), is_reported=is_reported)
    incident.closed_at, incident.closed_by = now, actor.account_id
    incident.owner_id = incident.owner_id or actor.account_id
    if is_reported:
        incident.reported_at = now
    audit.record(
        actor, Action.HANDLE_INCIDENT, "incident", incident_id, to="close", reported=is_reported
    )
    return str(incident_id)


def _open(actor: Actor, incident_id: UUID) -> Incident:
    incident = queries.lock_incident(incident_id)
    authorise(actor, Action.HANDLE_INCIDENT, Reach(supplier_id=incident.supplier_id))
    if incident.closed_at is not None:
        raise Stale
    return incident
