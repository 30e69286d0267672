"""A citizen's no, told where she is looked up, so that nobody asks her again too soon."""

from typing import Any
from uuid import UUID

from klippekort.outreach.queries.cases import said_no
from klippekort.outreach.views.blueprint import bp
from klippekort.platform import clock


@bp.app_context_processor
def respected() -> dict[str, Any]:
    """Give templates `said_no_of`: a citizen's no that holds today, or None."""
    return {"said_no_of": _said_no_of}


def _said_no_of(citizen_id: UUID) -> Any:
    return said_no(citizen_id, clock.today())
