"""One care worker's page: shifts and absences that lie ahead."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from klippekort.accounts.models import CareWorkerAbsence, Shift
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db


def list_shifts(care_worker_id: UUID, starts_at: datetime, ends_at: datetime) -> Sequence[Shift]:
    """Return the shifts of a care worker that share time with a span, by time."""
    wanted = select(Shift).where(
        Shift.care_worker_id == care_worker_id,
        Shift.starts_at < ends_at,
        Shift.ends_at > starts_at,
    )
    return db.session.scalars(wanted.order_by(Shift.starts_at)).all()


def get_shift(shift_id: UUID) -> Shift:
    """Return a shift. Raises NotFound."""
    found = db.session.scalars(select(Shift).filter_by(id=shift_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_shift(shift_id: UUID) -> Shift:
    """Return a shift as it is now, that nobody else can change meanwhile. Raises NotFound."""
    wanted = select(Shift).filter_by(id=shift_id).with_for_update()
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_absences(care_worker_id: UUID, now: datetime) -> Sequence[CareWorkerAbsence]:
    """Return when a care worker is away now or later, by time."""
    wanted = select(CareWorkerAbsence).where(
        CareWorkerAbsence.care_worker_id == care_worker_id,
        or_(CareWorkerAbsence.ends_at.is_(None), CareWorkerAbsence.ends_at > now),
    )
    return db.session.scalars(wanted.order_by(CareWorkerAbsence.starts_at)).all()


def lock_absence(absence_id: UUID) -> CareWorkerAbsence:
    """Return an absence as it is now, locked. Raises NotFound."""
    wanted = select(CareWorkerAbsence).filter_by(id=absence_id).with_for_update()
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found
