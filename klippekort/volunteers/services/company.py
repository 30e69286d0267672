"""A volunteer goes along with a citizen, or drives her: agreed by both, and called off by either.

Nobody is sent: what is written down here is that a volunteer has said yes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.queries import lock_citizen
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import local_day
from klippekort.domain.clearances import Missing
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.volunteering import Task, tasks_of, times_left
from klippekort.messages.services import queue_call
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers import queries
from klippekort.volunteers.models import Volunteer, VolunteerCompany
from klippekort.volunteers.queries.calls import COMPANY_CANCELLED
from klippekort.volunteers.queries.company import (
    agreed_that_day,
    lock_company,
    times_together,
)
from klippekort.volunteers.services.errors import HasStopped, NotYet

PURPOSE = "assign_escort"


class NotOffered(DomainError):
    """The volunteer has not offered that, or pauses on that day."""


class AgreedBefore(DomainError):
    """The two have agreed on that day already."""


@dataclass
class NoTimesLeft(DomainError):
    """The two have gone together as often as the volunteer will with one person."""

    most: int


@dataclass
class NotCleared(DomainError):
    """A check is not in place that the task asks for."""

    missing: list[Missing]


def arrange_company(
    actor: Actor, volunteer_id: UUID, citizen_id: UUID, *, task: Task, on_day: date, now: datetime
) -> str:
    """Keep that a volunteer has said yes to a citizen for a day, and return the agreement's id.

    Raises NotFound, HasStopped, NotYet for a day that is over, NotOffered, NotCleared, NoTimesLeft,
    AgreedBefore and CitizenGone.
    """
    authorise(actor, Action.ARRANGE_COMPANY)
    volunteer = queries.lock_volunteer(volunteer_id)
    lock_citizen(citizen_id)
    must_be_here(citizen_id)
    if on_day < local_day(now):
        raise NotYet
    _check_willing(volunteer, task, on_day)
    _check_times(volunteer, task, citizen_id)
    if agreed_that_day(volunteer_id, citizen_id, on_day):
        raise AgreedBefore
    row = VolunteerCompany(
        id=new_id(),
        volunteer_id=volunteer_id,
        citizen_id=citizen_id,
        on_day=on_day,
        kind=task.value,
        agreed_by=actor.account_id,
        agreed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor,
        Action.ARRANGE_COMPANY,
        "volunteer",
        volunteer_id,
        citizens=[citizen_id],
        purpose=PURPOSE,
        task=task.value,
        on_day=on_day,
    )
    return str(row.id)


def cancel_company(actor: Actor, company_id: UUID, *, now: datetime) -> str:
    """Call off what was agreed for a day to come, and return the citizen's id.

    When the volunteer does it, the coordinator is asked to find somebody else. Raises Stale when it
    was called off before, or the day is over.
    """
    row = lock_company(company_id)
    authorise(actor, Action.CANCEL_COMPANY, queries.reach_of(row.volunteer_id))
    if row.state != "agreed" or row.on_day < local_day(now):
        raise Stale
    row.state, row.cancelled_at, row.cancelled_by = "cancelled", now, actor.account_id
    if actor.role is Role.VOLUNTEER:
        queue_call(
            f"company:{company_id}:cancelled",
            COMPANY_CANCELLED,
            citizen_id=None,
            supplier_id=None,
            facts={
                "volunteer": str(row.volunteer_id),
                "citizen": str(row.citizen_id),
                "on_day": row.on_day.isoformat(),
            },
            due_at=now,
            now=now,
        )
    audit.record(
        actor,
        Action.CANCEL_COMPANY,
        "volunteer",
        row.volunteer_id,
        citizens=[row.citizen_id],
        purpose=PURPOSE,
        on_day=row.on_day,
    )
    return str(row.citizen_id)


def _check_willing(volunteer: Volunteer, task: Task, on_day: date) -> None:
    """Raise what stands between a volunteer and a task on a day."""
    if volunteer.archived_at is not None:
        raise HasStopped
    offered = tasks_of(goes_along=volunteer.goes_along, drives=volunteer.drives)
    pauses = volunteer.paused_until is not None and on_day <= volunteer.paused_until
    if task not in offered or pauses:
        raise NotOffered
    if missing := queries.blocked(volunteer.id, task, on_day):
        raise NotCleared(missing)


def _check_times(volunteer: Volunteer, task: Task, citizen_id: UUID) -> None:
    """Raise NoTimesLeft when the two have gone together as often as the volunteer will."""
    together = times_together(volunteer.id, citizen_id) if task is Task.GO_ALONG else 0
    if times_left(volunteer.go_along_times, together) == 0:
        raise NoTimesLeft(volunteer.go_along_times)
