"""Care workers who are away: written down at once, told to no citizen before it is settled."""

from datetime import datetime
from uuid import UUID

from klippekort.accounts.models import CareWorkerAbsence
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.planning.queries import workers as queries
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.queries.trips import lock_escort

REASONS = ("ill", "course", "holiday", "other")


class AbsenceTimes(DomainError):
    """An absence ends before it begins."""


def record_leave(
    actor: Actor,
    care_worker_id: UUID,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    reason: str,
    now: datetime,
) -> str:
    """Write down that a care worker is away and return the absence's id.

    Without `ends_at` it lasts until further notice. Nothing is sent to any citizen: the trips that
    it breaks are shown to whoever plans. Raises AbsenceTimes, NotFound.
    """
    worker = lock_escort(care_worker_id)
    authorise(actor, Action.MANAGE_SHIFTS, Reach(supplier_id=worker.supplier_id))
    if ends_at is not None and ends_at <= starts_at:
        raise AbsenceTimes
    absence = CareWorkerAbsence(
        id=new_id(),
        care_worker_id=worker.id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        recorded_by=actor.account_id,
        recorded_at=now,
    )
    db.session.add(absence)
    db.session.flush()
    # The reason is a health matter: the record says that somebody is away, not why.
    audit.record(
        actor, Action.MANAGE_SHIFTS, "care_worker_absence", absence.id, care_worker=worker.id
    )
    return str(absence.id)


def end_leave(actor: Actor, absence_id: UUID, *, now: datetime) -> str:
    """Note that a care worker is back, from now on; one that has not begun never was.

    Returns the care worker's id. Raises Stale when it was over already, NotFound.
    """
    absence = queries.lock_absence(absence_id)
    worker = lock_escort(absence.care_worker_id)
    authorise(actor, Action.MANAGE_SHIFTS, Reach(supplier_id=worker.supplier_id))
    if absence.ends_at is not None and absence.ends_at <= now:
        raise Stale
    if absence.starts_at >= now:
        db.session.delete(absence)
    else:
        absence.ends_at = now
    db.session.flush()
    audit.record(
        actor,
        Action.MANAGE_SHIFTS,
        "care_worker_absence",
        absence_id,
        care_worker=worker.id,
        change="ended",
    )
    return str(worker.id)
