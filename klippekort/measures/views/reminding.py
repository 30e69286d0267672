"""What waits to be followed up, told where whoever must do it looks: Today, and the citizen."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from klippekort.domain.permissions import Action, Actor, Role, may
from klippekort.measures.queries.measures import count_duties, open_duties
from klippekort.measures.views.blueprint import bp
from klippekort.platform.auth import find_actor


@bp.app_context_processor
def reminders() -> dict[str, Any]:
    """Give templates `duties_of_mine`, how many the reader must follow up, and `duties_on`, those
    on one citizen that the reader may see. Whoever owns none is told of none.
    """
    return {"duties_of_mine": _duties_of_mine, "duties_on": _duties_on}


def _duties_of_mine() -> int:
    """Return how many are the reader's own; a coordinator is told of all on the overview."""
    actor = _who()
    if actor is None or actor.role is Role.COORDINATOR:
        return 0
    return count_duties(actor.account_id)


def _duties_on(citizen_id: UUID) -> Sequence[Any]:
    actor = _who()
    if actor is None:
        return []
    owner_id = None if actor.role is Role.COORDINATOR else actor.account_id
    return open_duties(owner_id, citizen_id)


def _who() -> Actor | None:
    """Return the reader, or None for one who follows nothing up."""
    actor = find_actor()
    if actor is None or actor.account_id is None or not may(actor, Action.FOLLOW_UP_MEASURE):
        return None
    return actor
