"""Judging a look that was drawn by lot."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.oversight import Judged
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.oversight.models import AuditCheck
from klippekort.oversight.queries.lines import get_line
from klippekort.platform import audit
from klippekort.platform.db import db


def judge(actor: Actor, line_id: UUID, outcome: Judged, seed: str, *, now: datetime) -> None:
    """Put on record what was thought of a look; the last verdict counts, the others stay.

    Raises Forbidden and NotFound.
    """
    authorise(actor, Action.OVERSEE)
    db.session.add(
        AuditCheck(
            line_id=get_line(line_id),
            seed=seed,
            outcome=outcome,
            judged_by=actor.account_id,
            judged_at=now,
        )
    )
    audit.record(
        actor, Action.OVERSEE, "audit_line", line_id, purpose="check_openings", outcome=outcome
    )
