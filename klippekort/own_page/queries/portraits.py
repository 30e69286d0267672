"""Reading the faces of care workers."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from klippekort.own_page.models import Portrait
from klippekort.platform.db import db


def which_have(care_worker_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these care workers who have put a picture of themselves here."""
    if not care_worker_ids:
        return set()
    found = select(Portrait.care_worker_id).where(Portrait.care_worker_id.in_(care_worker_ids))
    return set(db.session.scalars(found))


def find_portrait(care_worker_id: UUID) -> Portrait | None:
    """Return a care worker's picture, or None."""
    found = select(Portrait).filter_by(care_worker_id=care_worker_id)
    return db.session.scalars(found).one_or_none()
