"""Reading intents: the one with an id, and those that wait for a person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.intents import IntentKind, Outcome
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.trips import OCCUPIES, TripState
from klippekort.platform.db import db
from klippekort.tablet.models import Intent
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider

IntentRow = Intent
"""An intent as it was told, and how it was settled."""

_ENDED = [state.value for state in TripState if state not in OCCUPIES]


def find_intent(intent_id: UUID) -> Intent | None:
    """Return an intent that was taken, or None."""
    return db.session.scalars(select(Intent).filter_by(id=intent_id)).one_or_none()


def get_intent(intent_id: UUID) -> Intent:
    """Return an intent that was taken. Raises NotFound."""
    found = find_intent(intent_id)
    if found is None:
        raise NotFound
    return found


def lock_intent(intent_id: UUID) -> Intent:
    """Return an intent nobody else can settle before this transaction ends. Raises NotFound."""
    wanted = select(Intent).filter_by(id=intent_id).with_for_update()
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _waiting(actor: Actor, wanted: Select[Any]) -> Select[Any]:
    """Hold a statement to what waits for this person: one's own, one's supplier's, or all."""
    open_ = wanted.where(Intent.needs_person, Intent.settled_at.is_(None), ~_done_since())
    if actor.role is Role.COORDINATOR:
        return open_
    if actor.role is Role.PLANNER:
        held = select(Citizen.id).where(
            Citizen.id == Intent.citizen_id, Citizen.supplier_id == actor.supplier_id
        )
        return open_.where(held.exists())
    return open_.where(Intent.account_id == actor.account_id)


def _done_since() -> ColumnElement[bool]:
    """Hold for what was refused and has been done since by whoever asked: the page was there."""
    ended = select(TripEvent.id).where(
        TripEvent.trip_id == Intent.trip_id,
        TripEvent.actor_id == Intent.account_id,
        TripEvent.at >= Intent.received_at,
        TripEvent.kind.in_(_ENDED),
    )
    booked = (
        select(Trip.id)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .where(
            Intent.kind == IntentKind.BOOK,
            TripRider.citizen_id == Intent.citizen_id,
            Trip.booked_by == Intent.account_id,
            Trip.booked_at >= Intent.received_at,
        )
    )
    return and_(Intent.outcome == Outcome.REFUSED, or_(ended.exists(), booked.exists()))


def list_waiting(actor: Actor) -> Sequence[Intent]:
    """Return what waits for this person to settle, the oldest first."""
    found = _waiting(actor, select(Intent)).order_by(Intent.received_at, Intent.id)
    return db.session.scalars(found).all()


def count_waiting(actor: Actor) -> int:
    """Return how many intents wait for this person to settle."""
    counted = _waiting(actor, select(func.count(Intent.id)))
    return int(db.session.scalars(counted).one())


def was_on(trip_id: UUID, care_worker_id: UUID | None) -> bool:
    """Say whether a care worker is or was an escort of a trip."""
    found = select(TripEscort.id).filter_by(trip_id=trip_id, care_worker_id=care_worker_id)
    return care_worker_id is not None and db.session.scalars(found.limit(1)).first() is not None


# These lines of a trip's history tell something of it and leave it as it was.
_NO_CHANGE = frozenset({"tablet", "noted", "greeted", "escort_sought", "escort_proposed"})


def changes_since(trip_id: UUID, version: int | None) -> Sequence[TripEvent]:
    """Return what happened to a trip after the version a tablet knew, in order.

    Every change of a trip is one line of its history; without a version all but the first are new.
    """
    found = select(TripEvent).filter_by(trip_id=trip_id).order_by(TripEvent.at, TripEvent.id)
    changes = [event for event in db.session.scalars(found) if event.kind not in _NO_CHANGE]
    if version is None:
        return changes[1:]
    now = db.session.scalars(select(Trip.version).filter_by(id=trip_id)).one()
    return changes[len(changes) - max(0, min(now - version, len(changes))) :]
