"""Volunteers, known by their e-mail addresses, and the associations they host for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from klippekort.imports.reading.rows import Numbered
from klippekort.imports.reading.volunteers import VolunteerRow
from klippekort.imports.services.run import Run, change
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers.models import Association, Volunteer


class Associations:
    """The associations by name; one that is missing is added when it is asked for."""

    def __init__(self) -> None:
        rows = db.session.execute(select(Association.name, Association.id))
        self._ids: dict[str, UUID] = {name.casefold(): row_id for name, row_id in rows}

    def find(self, name: str) -> UUID | None:
        """Return the association of this name, or None."""
        return self._ids.get(name.casefold())

    def find_or_add(self, name: str) -> UUID:
        """Return the association of this name, added if it was not there."""
        found = self.find(name)
        if found is None:
            found = self._ids[name.casefold()] = new_id()
            db.session.add(Association(id=found, name=name))
            db.session.flush()
        return found


def store(run: Run, rows: Sequence[Numbered[VolunteerRow]]) -> None:
    """Add or change the volunteers, and add the associations that are missing."""
    associations = Associations()
    for batch in run.batches(rows):
        known = _known([numbered.row for numbered in batch])
        for numbered in batch:
            row = numbered.row
            association_id = associations.find_or_add(row.association)
            facts: dict[str, Any] = {
                "name": row.name,
                "email": row.email,
                "phone": row.phone,
                "association_id": association_id,
            }
            # Somebody entered by hand without an address is the same by name and association.
            volunteer = known.get(row.email) or known.pop(
                (row.name.casefold(), association_id), None
            )
            if volunteer is None:
                db.session.add(Volunteer(id=new_id(), created_at=run.now, **facts))
                run.counts.add("new")
            else:
                run.counts.add(change(volunteer, facts))


def _known(rows: list[VolunteerRow]) -> dict[object, Volunteer]:
    """Return the volunteers by e-mail address; those without one by name and association."""
    emails = [row.email for row in rows]
    wanted = select(Volunteer).where(or_(Volunteer.email.in_(emails), Volunteer.email.is_(None)))
    return {
        row.email or (row.name.casefold(), row.association_id): row
        for row in db.session.scalars(wanted)
    }
