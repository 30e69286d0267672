"""Closing what somebody had to decide or do about a card."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.tasks import lock_task


def close_task(actor: Actor, task_id: UUID, *, now: datetime) -> str:
    """Tick a task off as seen to. Raises Stale when somebody did so before, NotFound."""
    task = lock_task(task_id)
    citizen_id = queries.get_card(task.card_id).citizen_id
    authorise(actor, Action.HANDLE_MESSAGE, reach(get_citizen(citizen_id), local_day(now)))
    if task.closed_at is not None:
        raise Stale
    task.closed_at, task.closed_by = now, actor.account_id
    audit.record(
        actor, Action.HANDLE_MESSAGE, "card_task", task_id, citizens=[citizen_id], rule=task.rule
    )
    return str(task_id)
