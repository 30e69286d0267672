"""Shifts of care workers, added, changed and removed by whoever plans for their supplier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.accounts.models import CareWorker, Shift
from klippekort.domain.errors import DomainError
from klippekort.domain.escorting import Duty
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.domain.shifts import LONGEST
from klippekort.planning.queries import workers as queries
from klippekort.planning.queries.broken import would_break
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.queries.trips import lock_escort


class ShiftTimes(DomainError):
    """A shift ends before it starts, or is longer than sixteen hours."""


class BreakOutside(DomainError):
    """A break does not lie within its shift."""


class ShiftOverlaps(DomainError):
    """The care worker has another shift at that time."""


@dataclass
class BreaksTrips(DomainError):
    """The change leaves trips uncovered that whoever asks has not seen."""

    trips: tuple[UUID, ...]


def add_shift(
    actor: Actor,
    care_worker_id: UUID,
    duty: Duty,
    *,
    seen: Collection[UUID] = (),
    now: datetime,
) -> str:
    """Put a care worker to work and return the shift's id.

    `seen` are the trips that its break may break, for they were shown. Raises ShiftTimes,
    BreakOutside, ShiftOverlaps, BreaksTrips, NotFound.
    """
    worker = _locked(actor, care_worker_id)
    _check(worker.id, duty, None)
    _check_trips(worker.id, None, duty, seen, now)
    shift = Shift(id=new_id(), care_worker_id=worker.id)
    _write(shift, duty)
    db.session.add(shift)
    db.session.flush()
    _record(actor, shift, "added")
    return str(shift.id)


def change_shift(
    actor: Actor, shift_id: UUID, duty: Duty, *, seen: Collection[UUID] = (), now: datetime
) -> str:
    """Change a shift's hours or break. `seen` are the trips that may break, for they were shown.

    Raises ShiftTimes, BreakOutside, ShiftOverlaps, BreaksTrips, NotFound.
    """
    worker = _locked(actor, queries.get_shift(shift_id).care_worker_id)
    shift = queries.lock_shift(shift_id)
    _check(worker.id, duty, shift_id)
    _check_trips(worker.id, duty_of(shift), duty, seen, now)
    _write(shift, duty)
    db.session.flush()
    _record(actor, shift, "changed")
    return str(shift.id)


def remove_shift(
    actor: Actor, shift_id: UUID, *, seen: Collection[UUID] = (), now: datetime
) -> None:
    """Remove a shift. `seen` are the trips that may break, for they were shown.

    Raises BreaksTrips, NotFound.
    """
    worker = _locked(actor, queries.get_shift(shift_id).care_worker_id)
    shift = queries.lock_shift(shift_id)
    _check_trips(worker.id, duty_of(shift), None, seen, now)
    db.session.delete(shift)
    db.session.flush()
    _record(actor, shift, "removed")


def duty_of(shift: Shift) -> Duty:
    """Return a shift's hours and break."""
    return Duty(shift.starts_at, shift.ends_at, shift.break_starts_at, shift.break_ends_at)


def _locked(actor: Actor, care_worker_id: UUID) -> CareWorker:
    """Return the care worker, whom nobody can put on a trip meanwhile."""
    worker = lock_escort(care_worker_id)
    authorise(actor, Action.MANAGE_SHIFTS, Reach(supplier_id=worker.supplier_id))
    return worker


def _check(worker_id: UUID, duty: Duty, besides: UUID | None) -> None:
    if not timedelta() < duty.ends_at - duty.starts_at <= LONGEST:
        raise ShiftTimes
    begins, ends = duty.break_starts_at, duty.break_ends_at
    if (begins is None) is not (ends is None):
        raise BreakOutside
    if begins and ends and not duty.starts_at <= begins < ends <= duty.ends_at:
        raise BreakOutside
    others = queries.list_shifts(worker_id, duty.starts_at, duty.ends_at)
    if any(other.id != besides for other in others):
        raise ShiftOverlaps


def _check_trips(
    worker_id: UUID,
    without: Duty | None,
    instead: Duty | None,
    seen: Collection[UUID],
    now: datetime,
) -> None:
    broken = would_break(worker_id, now, without=without, instead=instead)
    unseen = tuple(one.trip.id for one in broken if one.trip.id not in set(seen))
    if unseen:
        raise BreaksTrips(unseen)


def _write(shift: Shift, duty: Duty) -> None:
    shift.starts_at, shift.ends_at = duty.starts_at, duty.ends_at
    shift.break_starts_at, shift.break_ends_at = duty.break_starts_at, duty.break_ends_at


def _record(actor: Actor, shift: Shift, change: str) -> None:
    audit.record(
        actor,
        Action.MANAGE_SHIFTS,
        "shift",
        shift.id,
        change=change,
        care_worker=shift.care_worker_id,
        starts_at=shift.starts_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
    )
