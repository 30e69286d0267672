"""Following up a low score: somebody closes it with what was done."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import lock_citizen
from klippekort.citizens.services.sealing import seal
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.measures.models import MeasureDuty
from klippekort.measures.queries import measures as queries
from klippekort.platform import audit
from klippekort.platform.db import db

DONE = ("talked", "doctor", "nurse", "relative", "other")


def may_follow_up(actor: Actor, duty: MeasureDuty) -> bool:
    """Say whether somebody may see and close a duty: a coordinator, and the one whose it is."""
    return actor.role is Role.COORDINATOR or (
        actor.account_id is not None and actor.account_id == duty.owner_id
    )


def close_duty(actor: Actor, duty_id: UUID, *, done: str, words: str, now: datetime) -> str:
    """Close a duty with what was done, as a code and in sealed words, and return the citizen's id.

    Raises Stale when it is closed, Forbidden for anybody but a coordinator and its owner.
    """
    row = _own(actor, duty_id)
    if done not in DONE:
        raise ValueError(done)
    row.closed_at, row.closed_by, row.done = now, actor.account_id, done
    row.done_sealed = seal(lock_citizen(row.citizen_id), row.id, "duty_done", words)
    db.session.flush()
    _note(actor, row, f"closed_{done}")
    return str(row.citizen_id)


def _own(actor: Actor, duty_id: UUID) -> MeasureDuty:
    row = queries.lock_duty(duty_id)
    authorise(actor, Action.FOLLOW_UP_MEASURE)
    if not may_follow_up(actor, row):
        raise Forbidden(Action.FOLLOW_UP_MEASURE)
    if row.closed_at is not None:
        raise Stale
    return row


def _note(actor: Actor, row: MeasureDuty, what: str) -> None:
    audit.record(
        actor,
        Action.FOLLOW_UP_MEASURE,
        "measure_duty",
        row.id,
        citizens=[row.citizen_id],
        what=what,
    )
