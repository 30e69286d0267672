"""What was put right about a citizen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen, Rectification
from klippekort.citizens.queries.unsealing import unseal
from klippekort.platform.db import db


@dataclass(frozen=True)
class Corrected:
    """A fact that was changed: what stood, or None when that is not kept; an account changed it."""

    fact: str
    before: str | None
    reason: str
    changed_by: UUID | None
    changed_at: datetime


def corrections_of(citizen: Citizen) -> list[Corrected]:
    """Return what was put right about a citizen, the latest first."""
    found = select(Rectification).filter_by(citizen_id=citizen.id)
    rows = db.session.scalars(
        found.order_by(Rectification.changed_at.desc(), Rectification.fact)
    ).all()
    return [
        Corrected(
            row.fact,
            unseal(citizen, row.id, "before", row.before_sealed),
            row.reason,
            row.changed_by,
            row.changed_at,
        )
        for row in rows
    ]
