"""Reading intents: the one with an id, and those that wait for a person."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)

from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.intents import IntentKind, Outcome
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.trips import OCCUPIES, TripState
from klippekort.domain.undoing import CHANGES_NOTHING
from klippekort.platform.db import db
from klippekort.platform.prepared import Row
from klippekort.platform.reading import Reader
from klippekort.platform.tenancy import OwnRows, own
from klippekort.tablet.models import Intent
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider

IntentRow = Intent
"""An intent as it was told, and how it was settled."""

_intents = cast(Table, Intent.__table__)
_citizens = cast(Table, Citizen.__table__)
_events = cast(Table, TripEvent.__table__)
_trips = cast(Table, Trip.__table__)
_riders = cast(Table, TripRider.__table__)
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


def _waiting(role: Role | None, *columns: ColumnElement[Any]) -> OwnRows:
    """Return the statement for what waits for somebody of a role: one's own, one's supplier's, or
    all.
    """
    open_ = select(*columns).where(
        own(_intents), _intents.c.needs_person, _intents.c.settled_at.is_(None), ~_done_since()
    )
    if role is Role.PLANNER:
        held = exists().where(
            own(_citizens),
            _citizens.c.id == _intents.c.citizen_id,
            _citizens.c.supplier_id == bindparam("supplier"),
        )
        open_ = open_.where(held)
    elif role is not Role.COORDINATOR:
        open_ = open_.where(_intents.c.account_id == bindparam("account"))
    return OwnRows(open_)


def _done_since() -> ColumnElement[bool]:
    """Hold for what was refused and has been done since by whoever asked: the page was there."""
    ended = exists().where(
        own(_events),
        _events.c.trip_id == _intents.c.trip_id,
        _events.c.actor_id == _intents.c.account_id,
        _events.c.happened_at >= _intents.c.received_at,
        _events.c.kind.in_([literal(kind) for kind in _ENDED]),
    )
    booked = exists().where(
        own(_trips),
        own(_riders),
        _riders.c.trip_id == _trips.c.id,
        _intents.c.kind == literal(IntentKind.BOOK.value),
        _riders.c.citizen_id == _intents.c.citizen_id,
        _trips.c.booked_by == _intents.c.account_id,
        _trips.c.booked_at >= _intents.c.received_at,
    )
    return and_(_intents.c.outcome == literal(Outcome.REFUSED.value), or_(ended, booked))


_INTENT = Reader(Intent)
_SEE = {role: _waiting(role, *_INTENT.columns) for role in (Role.COORDINATOR, Role.PLANNER, None)}
_COUNT = {role: _waiting(role, func.count(_intents.c.id)) for role in _SEE}


def _rows(statements: dict[Role | None, OwnRows], actor: Actor) -> list[Row]:
    if actor.role is Role.COORDINATOR:
        return statements[Role.COORDINATOR].rows()
    if actor.role is Role.PLANNER:
        return statements[Role.PLANNER].rows(supplier=actor.supplier_id)
    return statements[None].rows(account=actor.account_id)


def list_waiting(actor: Actor) -> Sequence[Intent]:
    """Return what waits for this person to settle, the oldest first."""
    found = [_INTENT.read(row) for row in _rows(_SEE, actor)]
    return sorted(found, key=lambda one: (one.received_at, str(one.id)))


def count_waiting(actor: Actor) -> int:
    """Return how many intents wait for this person to settle."""
    return int(_rows(_COUNT, actor)[0][0])


def was_on(trip_id: UUID, care_worker_id: UUID | None) -> bool:
    """Say whether a care worker is or was an escort of a trip."""
    found = select(TripEscort.id).filter_by(trip_id=trip_id, care_worker_id=care_worker_id)
    return care_worker_id is not None and db.session.scalars(found.limit(1)).first() is not None


def changes_since(trip_id: UUID, version: int | None) -> Sequence[TripEvent]:
    """Return what happened to a trip after the version a tablet knew, in order.

    Every change of a trip is one line of its history; without a version all but the first are new.
    """
    found = select(TripEvent).filter_by(trip_id=trip_id).order_by(TripEvent.at, TripEvent.id)
    changes = [event for event in db.session.scalars(found) if event.kind not in CHANGES_NOTHING]
    if version is None:
        return changes[1:]
    now = db.session.scalars(select(Trip.version).filter_by(id=trip_id)).one()
    return changes[len(changes) - max(0, min(now - version, len(changes))) :]
