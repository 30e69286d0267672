"""How volunteers are reached with messages."""

from sqlalchemy import select

from klippekort.domain.messages.channels import Address
from klippekort.messages.queries import VOLUNTEER, Reachable, ReachFor, Recipient
from klippekort.platform.db import db
from klippekort.volunteers.models import Volunteer


def how_reached(question: ReachFor) -> list[Reachable]:
    """Return how the volunteers among these people are reached; those who stopped are not."""
    ids = question.ids(VOLUNTEER)
    if not ids:
        return []
    found = select(Volunteer).where(Volunteer.id.in_(ids), Volunteer.archived_at.is_(None))
    return [
        Reachable(Recipient(VOLUNTEER, row.id), row.name, Address(row.phone, row.email))
        for row in db.session.scalars(found)
    ]
