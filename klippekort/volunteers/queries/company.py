"""Reading who goes along with whom: go-along friends and drivers, and how often they still may."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from klippekort.domain.errors import NotFound
from klippekort.domain.volunteering import Task, times_left
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import Volunteer, VolunteerCompany
from klippekort.volunteers.queries.checks import blocked_of_all


@dataclass(frozen=True)
class WentAlong:
    """Asked of the features above: who goes along with a citizen by what was agreed there?

    They answer with the volunteer's id, once for each time that was made or is to come.
    """

    citizen_id: UUID


@dataclass(frozen=True)
class Willing:
    """A volunteer who may be asked for company with a citizen on a day.

    `times_left` is how often they may still go along with her; 0 for those who only drive.
    """

    id: UUID
    name: str
    phone: str | None
    times_left: int
    drives: bool
    takes_wheelchair: bool
    would_rather_not: str


@dataclass(frozen=True)
class CompanyLine:
    """A day on which somebody goes along with a citizen, or drives her."""

    id: UUID
    volunteer_id: UUID
    citizen_id: UUID
    volunteer: str
    kind: str
    on_day: date
    is_cancelled: bool


def times_together(volunteer_id: UUID, citizen_id: UUID) -> int:
    """Return how often a volunteer has gone along with a citizen, or has said yes to."""
    return times_with(citizen_id)[volunteer_id]


def willing(citizen_id: UUID, today: date) -> list[Willing]:
    """Return who may be asked for company with a citizen today, by name.

    Those who pause, lack a check, or have gone along with her as often as they will, are left out.
    """
    asked = (
        select(Volunteer)
        .where(Volunteer.archived_at.is_(None))
        .order_by(alphabetical(Volunteer.name))
    )
    blocked = {task: blocked_of_all(task, today) for task in (Task.GO_ALONG, Task.DRIVE)}
    times = times_with(citizen_id)
    found = [
        Willing(
            id=row.id,
            name=row.name,
            phone=row.phone,
            times_left=(
                times_left(row.go_along_times, times[row.id])
                if row.goes_along and row.id not in blocked[Task.GO_ALONG]
                else 0
            ),
            drives=row.drives and row.id not in blocked[Task.DRIVE],
            takes_wheelchair=row.takes_wheelchair,
            would_rather_not=row.would_rather_not,
        )
        for row in db.session.scalars(asked)
        if row.paused_until is None or row.paused_until < today
    ]
    return [one for one in found if one.times_left or one.drives]


def times_with(citizen_id: UUID) -> Counter[UUID]:
    """Return how often each volunteer has gone along with a citizen or has said yes to, wherever it
    was agreed; whoever never has is not in it.
    """
    counted = (
        select(VolunteerCompany.volunteer_id, func.count(VolunteerCompany.id))
        .where(
            VolunteerCompany.citizen_id == citizen_id,
            VolunteerCompany.kind == Task.GO_ALONG.value,
            VolunteerCompany.state == "agreed",
        )
        .group_by(VolunteerCompany.volunteer_id)
    )
    elsewhere: list[UUID] = ask(WentAlong(citizen_id))
    return Counter(dict(db.session.execute(counted).all())) + Counter(elsewhere)


def company_of_citizen(citizen_id: UUID) -> list[CompanyLine]:
    """Return with whom a citizen has gone and will go, the latest first."""
    return _lines(VolunteerCompany.citizen_id == citizen_id)[::-1]


def coming_company(volunteer_id: UUID, today: date) -> list[CompanyLine]:
    """Return what a volunteer has said yes to from today on, the soonest first."""
    lines = _lines(VolunteerCompany.volunteer_id == volunteer_id)
    return [line for line in lines if line.on_day >= today and not line.is_cancelled]


def _lines(wanted: ColumnElement[bool]) -> list[CompanyLine]:
    rows = db.session.execute(
        select(VolunteerCompany, Volunteer.name)
        .join(Volunteer, Volunteer.id == VolunteerCompany.volunteer_id)
        .where(wanted)
        .order_by(VolunteerCompany.on_day, VolunteerCompany.agreed_at)
    )
    return [
        CompanyLine(
            row.id,
            row.volunteer_id,
            row.citizen_id,
            name,
            row.kind,
            row.on_day,
            row.state == "cancelled",
        )
        for row, name in rows
    ]


def lock_company(company_id: UUID) -> VolunteerCompany:
    """Return what was agreed, and nobody else can change it meanwhile. Raises NotFound."""
    found = select(VolunteerCompany).filter_by(id=company_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def agreed_that_day(volunteer_id: UUID, citizen_id: UUID, on_day: date) -> Sequence[UUID]:
    """Return what the two have agreed for a day."""
    found = select(VolunteerCompany.id).filter_by(
        volunteer_id=volunteer_id, citizen_id=citizen_id, on_day=on_day, state="agreed"
    )
    return db.session.scalars(found).all()
