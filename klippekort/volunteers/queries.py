"""Reading volunteers and their associations."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from klippekort.accounts.models import RoleAssignment
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Role
from klippekort.platform.db import db
from klippekort.volunteers.models import Association, Volunteer


@dataclass(frozen=True)
class VolunteerLine:
    """A volunteer as a list shows them, with the name of their association."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    association: str | None
    has_log_in: bool


def get_volunteer(volunteer_id: UUID) -> Volunteer:
    """Return a volunteer. Raises NotFound."""
    row = db.session.scalars(select(Volunteer).filter_by(id=volunteer_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_volunteer(email: str) -> Volunteer | None:
    """Return the volunteer with this e-mail address, whatever its case, or None."""
    found = select(Volunteer).where(func.lower(Volunteer.email) == email.lower())
    return db.session.scalars(found).one_or_none()


def list_volunteers() -> list[VolunteerLine]:
    """Return all volunteers by name."""
    has_log_in = (
        select(RoleAssignment.id)
        .where(
            RoleAssignment.municipality_id == Volunteer.municipality_id,
            RoleAssignment.person_id == Volunteer.id,
            RoleAssignment.role == Role.VOLUNTEER,
        )
        .exists()
    )
    rows = db.session.execute(
        select(Volunteer, Association.name, has_log_in)
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .order_by(Volunteer.name, Volunteer.id)
    )
    return [VolunteerLine(v.id, v.name, v.email, v.phone, name, has) for v, name, has in rows]


def list_associations() -> Sequence[Association]:
    """Return all associations by name."""
    return db.session.scalars(select(Association).order_by(Association.name)).all()


def find_association(name: str) -> Association | None:
    """Return the association of this name, whatever its case, or None."""
    found = (row for row in list_associations() if row.name.casefold() == name.casefold())
    return next(found, None)


def get_association(association_id: UUID) -> Association:
    """Return an association. Raises NotFound."""
    row = db.session.scalars(select(Association).filter_by(id=association_id)).one_or_none()
    if row is None:
        raise NotFound
    return row
