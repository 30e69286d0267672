"""Reading care workers, and when their shifts end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import (
    CareWorker,
    Shift,
)
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical

BEFORE_THE_SHIFT = timedelta(hours=2)


def end_of_shift(care_worker_id: UUID, now: datetime) -> datetime | None:
    """Return when the shift that somebody is on, or is about to begin, ends; None without one."""
    found = (
        select(Shift.ends_at)
        .where(
            Shift.care_worker_id == care_worker_id,
            Shift.starts_at <= now + BEFORE_THE_SHIFT,
            Shift.ends_at > now,
        )
        .order_by(Shift.ends_at.desc())
    )
    return db.session.scalars(found.limit(1)).first()


def get_care_worker(care_worker_id: UUID) -> CareWorker:
    """Return a care worker. Raises NotFound."""
    found = db.session.scalars(select(CareWorker).filter_by(id=care_worker_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_care_worker(employee_number: str) -> CareWorker | None:
    """Return the care worker with this number on the roster, or None."""
    return db.session.scalars(
        select(CareWorker).filter_by(employee_number=employee_number.strip())
    ).one_or_none()


def list_care_workers(supplier_id: UUID | None = None) -> Sequence[CareWorker]:
    """Return the care workers, of one supplier if given, by name."""
    wanted = select(CareWorker).order_by(alphabetical(CareWorker.name), CareWorker.employee_number)
    if supplier_id is not None:
        wanted = wanted.filter_by(supplier_id=supplier_id)
    return db.session.scalars(wanted).all()
