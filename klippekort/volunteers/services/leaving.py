"""A citizen dies or moves: the volunteers who were to go with her hear it, and are free."""

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    OVER,
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
    tell,
)
from klippekort.domain.calendar import local_day
from klippekort.volunteers import queries
from klippekort.volunteers.queries.company import agreed_that_day, lock_company
from klippekort.volunteers.queries.leaving import coming_with

COMPANY = "company"


def citizen_left(left: CitizenLeft) -> None:
    """Call off what volunteers have said yes to from today on, and have each of them told."""
    for company_id in coming_with(left.citizen_id, local_day(left.now)):
        row = lock_company(company_id)
        row.state, row.cancelled_at = "cancelled", left.now
        row.cancelled_by = left.actor.account_id
        stopped(left, COMPANY, row.id)
        tell(left, row.volunteer_id, row.kind)


def citizen_returned(back: CitizenReturned) -> None:
    """Let what was agreed hold again, for the days still to come."""
    start_again(back, COMPANY, lambda stop: _go_on(back, stop))


def _go_on(back: CitizenReturned, stop: LeavingStop) -> str | None:
    row = lock_company(stop.subject_id)
    if row.on_day < local_day(back.now):
        return OVER
    if queries.get_volunteer(row.volunteer_id).archived_at is not None:
        return "taken"
    if agreed_that_day(row.volunteer_id, back.citizen_id, row.on_day):
        return "taken"
    row.state, row.cancelled_at, row.cancelled_by = "agreed", None, None
    return None
