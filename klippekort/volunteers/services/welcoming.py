"""Welcoming volunteers and their associations."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers import queries
from klippekort.volunteers.models import Association, Volunteer
from klippekort.volunteers.services.errors import AlreadyKnown


def add_association(actor: Actor, name: str, *, phone: str | None = None) -> str:
    """Add an association and return its id. Raises AlreadyKnown."""
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    if queries.find_association(name) is not None:
        raise AlreadyKnown
    row = Association(id=new_id(), name=name, phone=phone)
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "association", row.id)
    return str(row.id)


def add_volunteer(
    actor: Actor,
    *,
    name: str,
    email: str | None,
    phone: str | None,
    association_id: UUID | None,
    new_association: str = "",
    now: datetime,
) -> str:
    """Add a volunteer, who needs neither e-mail nor phone, and return the id.

    `new_association` is the name of one that may be new; a known one of that name is taken.
    Raises AlreadyKnown, and NotFound for an association that is not the municipality's.
    """
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    if email and queries.find_volunteer(email) is not None:
        raise AlreadyKnown
    if new_association:
        known = queries.find_association(new_association)
        association_id = known.id if known else UUID(add_association(actor, new_association))
    elif association_id is not None:
        queries.get_association(association_id)
    row = Volunteer(
        id=new_id(),
        name=name,
        email=email or None,
        phone=phone or None,
        association_id=association_id,
        started_on=local_day(now),
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "volunteer", row.id)
    return str(row.id)
