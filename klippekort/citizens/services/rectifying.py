"""What stood before a fact about a citizen was put right, who changed it, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from klippekort.citizens.models import Citizen, Rectification
from klippekort.citizens.queries import CitizenFacts
from klippekort.citizens.services.sealing import seal
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

# Where the home lies is reckoned from the address, and the person number is never shown again.
_NEVER_KEPT = frozenset({"point", "person_number"})


def keep_what_stood(
    actor: Actor,
    citizen: Citizen,
    before: CitizenFacts,
    changed: Sequence[str],
    reason: str,
    now: datetime,
) -> None:
    """Keep each fact as it stood, sealed with the citizen's key."""
    for fact in changed:
        row_id = new_id()
        stood = "" if fact in _NEVER_KEPT else _written(getattr(before, fact))
        db.session.add(
            Rectification(
                id=row_id,
                citizen_id=citizen.id,
                fact=fact,
                before_sealed=seal(citizen, row_id, "before", stood),
                reason=reason,
                changed_by=actor.account_id,
                changed_at=now,
            )
        )


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)
