"""Reading who was to go with a citizen, and what volunteers are called, for telling them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.queries.leaving import Named, PeopleNamed
from klippekort.platform.db import db
from klippekort.volunteers.models import Volunteer, VolunteerCompany


def coming_with(citizen_id: UUID, today: date) -> Sequence[UUID]:
    """Return what volunteers have agreed with a citizen from today on, in the order of its ids."""
    found = select(VolunteerCompany.id).where(
        VolunteerCompany.citizen_id == citizen_id,
        VolunteerCompany.on_day >= today,
        VolunteerCompany.state == "agreed",
    )
    return db.session.scalars(found.order_by(VolunteerCompany.id)).all()


def people_named(question: PeopleNamed) -> list[Named]:
    """Answer what the volunteers among these people are called, and their phone."""
    found = select(Volunteer).where(Volunteer.id.in_(question.ids))
    return [Named(row.id, row.name, row.phone) for row in db.session.scalars(found)]
