"""Reading what people have asked who want to become volunteers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.volunteers.models import VolunteerApplication
from klippekort.volunteers.queries.associations import ids_of_ending

KEPT_AFTER_ANSWER = timedelta(days=90)


def waiting_applications() -> Sequence[VolunteerApplication]:
    """Return those who wait for an answer, the longest waiting first."""
    found = select(VolunteerApplication).filter_by(state="waiting")
    by_age = (VolunteerApplication.applied_at, VolunteerApplication.id)
    return db.session.scalars(found.order_by(*by_age)).all()


def count_to_answer(today: date) -> int:
    """Return how many applications wait for an answer, and agreements for being made anew."""
    ending = select(func.count()).select_from(ids_of_ending(today).subquery()).scalar_subquery()
    waiting = select(func.count(VolunteerApplication.id) + ending).filter_by(state="waiting")
    return db.session.scalar(waiting) or 0


def get_application(application_id: UUID) -> VolunteerApplication:
    """Return what somebody asked. Raises NotFound."""
    found = select(VolunteerApplication).filter_by(id=application_id)
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_application(application_id: UUID) -> VolunteerApplication:
    """Return what somebody asked, and nobody else can answer meanwhile. Raises NotFound."""
    found = select(VolunteerApplication).filter_by(id=application_id).with_for_update()
    fresh = found.execution_options(populate_existing=True)
    row = db.session.scalars(fresh).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_alike(likeness: str) -> VolunteerApplication | None:
    """Return what the same person has asked and nobody has answered yet, or None."""
    found = select(VolunteerApplication).filter_by(likeness=likeness, state="waiting")
    return db.session.scalars(found.limit(1)).first()


def asked_since(moment: datetime) -> int:
    """Return how many have asked since a moment."""
    found = select(func.count(VolunteerApplication.id)).where(
        VolunteerApplication.applied_at > moment
    )
    return db.session.scalar(found) or 0


def old_ids(now: datetime) -> Sequence[UUID]:
    """Return what was answered so long ago that it is to be deleted."""
    found = select(VolunteerApplication.id).where(
        VolunteerApplication.decided_at < now - KEPT_AFTER_ANSWER
    )
    return db.session.scalars(found).all()
