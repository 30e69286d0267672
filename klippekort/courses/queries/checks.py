"""Which checks after a hand-over are due."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from klippekort.citizens.models import Citizen
from klippekort.courses.models import Course, CourseCheck
from klippekort.domain.courses import OPEN, Phase
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db

_LOOKED_AT = sorted(OPEN - {Phase.PAUSED})


@dataclass(frozen=True)
class DueCheck:
    """A check that should be made: whose course, how many weeks after, and since when."""

    check_id: UUID
    course_id: UUID
    citizen_id: UUID
    supplier_id: UUID
    district_id: UUID | None
    weeks: int
    due_on: date
    responsible_id: UUID | None
    responsible_name: str


def due_checks(today: date, supplier_id: UUID | None = None) -> list[DueCheck]:
    """Return the checks that are due today or were before, the oldest first.

    With a supplier, those of its citizens. A course that rests or has ended has none.
    """
    found = (
        select(CourseCheck, Course, Citizen.supplier_id, Citizen.district_id)
        .join(Course, Course.id == CourseCheck.course_id)
        .join(Citizen, Citizen.id == Course.citizen_id)
        .where(CourseCheck.outcome.is_(None), CourseCheck.due_on <= today)
        .where(Course.phase.in_(_LOOKED_AT))
        .order_by(CourseCheck.due_on, CourseCheck.id)
    )
    if supplier_id is not None:
        found = found.where(Citizen.supplier_id == supplier_id)
    return [
        DueCheck(
            check.id,
            course.id,
            course.citizen_id,
            supplier,
            district,
            check.weeks,
            check.due_on,
            course.responsible_id,
            course.responsible_name,
        )
        for check, course, supplier, district in db.session.execute(found)
    ]


def count_due_checks(today: date, supplier_id: UUID | None = None) -> int:
    """Return how many checks are due today or were before, as `due_checks` lists them."""
    found = (
        select(func.count(CourseCheck.id))
        .join(Course, Course.id == CourseCheck.course_id)
        .where(CourseCheck.outcome.is_(None), CourseCheck.due_on <= today)
        .where(Course.phase.in_(_LOOKED_AT))
    )
    if supplier_id is not None:
        found = found.join(Citizen, Citizen.id == Course.citizen_id)
        found = found.where(Citizen.supplier_id == supplier_id)
    return db.session.scalar(found) or 0


def checks_of(course_id: UUID) -> list[CourseCheck]:
    """Return the checks of a course, made and to come, by day."""
    found = select(CourseCheck).filter_by(course_id=course_id).order_by(CourseCheck.due_on)
    return list(db.session.scalars(found))


def get_check(check_id: UUID) -> CourseCheck:
    """Return a check. Raises NotFound."""
    row = db.session.scalars(select(CourseCheck).filter_by(id=check_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_check(check_id: UUID) -> CourseCheck:
    """Return a check nobody else can change before this transaction ends. Raises NotFound."""
    found = select(CourseCheck).filter_by(id=check_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row
