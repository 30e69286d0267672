"""Telling volunteers in time what they must see to: one call for each stage of a check."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.clearances import Standing, State
from klippekort.messages.services import queue_call, withdraw
from klippekort.volunteers import queries
from klippekort.volunteers.queries.calls import CLEARANCE_DUE

TOLD = frozenset({State.RENEWAL_DUE, State.GRACE, State.EXPIRED, State.MISSING})
"""What a call is worth. Who was refused, the coordinator has talked to."""


def remind(volunteer_id: UUID, *, now: datetime) -> int:
    """Put the calls that a volunteer's checks ask for on the call list; return how many.

    Each stage of each check is called about once; a call about a stage that is over is withdrawn.
    """
    volunteer = queries.lock_volunteer(volunteer_id)
    standings = queries.due_of(volunteer, local_day(now)) if volunteer.archived_at is None else []
    wanted = {_key(volunteer_id, one): one for one in standings if one.state in TOLD}
    for key in queries.queued_about(volunteer_id):
        if key not in wanted:
            withdraw(key)
    for key, one in wanted.items():
        queue_call(
            key,
            CLEARANCE_DUE,
            citizen_id=None,
            supplier_id=None,
            facts={
                "volunteer": str(volunteer_id),
                "kind": one.kind.value,
                "state": one.state.value,
                "until": one.until.isoformat() if one.until else "",
            },
            due_at=now,
            now=now,
        )
    return len(wanted)


def _key(volunteer_id: UUID, one: Standing) -> str:
    """Return what a call means: whose check, which, on which day it turns, and its stage."""
    until = one.until.isoformat() if one.until else "-"
    return f"clearance:{volunteer_id}:{one.kind.value}:{until}:{one.state.value}"
