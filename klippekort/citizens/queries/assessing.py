"""Reading what was assessed about a citizen, in the words that the rules of schemes use."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import AssessedFact
from klippekort.platform.db import db


def assessed_facts(citizen_id: UUID) -> dict[str, str]:
    """Return what counts of a citizen now: the newest value of each fact."""
    return {row.fact: row.value for row in list_assessed(citizen_id)}


def list_assessed(citizen_id: UUID) -> Sequence[AssessedFact]:
    """Return everything that was assessed about a citizen, the oldest first."""
    found = select(AssessedFact).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(AssessedFact.recorded_at, AssessedFact.id)).all()
