"""Who is at the page, and whom they may choose among."""

from collections.abc import Iterable
from uuid import UUID

from klippekort.citizens.queries import list_citizens
from klippekort.domain.hosting import OfferState
from klippekort.domain.permissions import Role
from klippekort.hosting.queries.offers import OfferLine
from klippekort.platform.auth import current_actor, saw
from klippekort.volunteers.queries import list_volunteers

_KNOWS = frozenset({OfferState.ASKED, OfferState.ACCEPTED})


def own_volunteer_id() -> UUID | None:
    """Return the volunteer who is logged in, or None for anybody else."""
    actor = current_actor()
    return actor.person_id if actor.role is Role.VOLUNTEER else None


def volunteers_to_choose() -> dict[str, str] | None:
    """Return the volunteers one may act for, by id; None where it is always oneself."""
    if own_volunteer_id() is not None:
        return None
    return {str(row.id): row.name for row in list_volunteers()}


def first_names(lines: Iterable[OfferLine]) -> dict[UUID | None, str]:
    """Return what those are called whom open questions and agreed trips are for, by id, and keep
    that they were seen.
    """
    ids = {line.citizen_id for line in lines if line.citizen_id and line.state in _KNOWS}
    if not ids:
        return {}
    saw(*ids)
    return {row.id: row.called for row in list_citizens(ids)}
