"""Reading courses: one, a citizen's, all that are under way, and how each got where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.courses.models import (
    Course,
    CourseEvaluation,
    CourseHandOver,
    CourseSettings,
    CourseStep,
)
from klippekort.domain.courses import OPEN, Phase, Standing
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical

MOST_LISTED = 500


@dataclass(frozen=True)
class CourseLine:
    """A course with whose it is."""

    course: Course
    citizen: Citizen


@dataclass(frozen=True)
class Wanted:
    """Which courses a list holds; what is None narrows nothing. `min_days` is in their phase."""

    phase: str | None = None
    responsible_id: UUID | None = None
    min_days: int | None = None
    supplier_id: UUID | None = None
    citizens: frozenset[UUID] | None = None


def get_course(course_id: UUID) -> Course:
    """Return a course. Raises NotFound."""
    row = db.session.scalars(select(Course).filter_by(id=course_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_course(course_id: UUID) -> Course:
    """Return a course nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Course).filter_by(id=course_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_open(citizen_id: UUID) -> Course | None:
    """Return the course a citizen has under way, or None."""
    found = select(Course).where(Course.citizen_id == citizen_id, Course.phase.in_(sorted(OPEN)))
    return db.session.scalars(found).one_or_none()


def list_of_citizen(citizen_id: UUID) -> Sequence[Course]:
    """Return a citizen's courses, the latest first."""
    found = select(Course).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(Course.opened_on.desc(), Course.id.desc())).all()


def list_courses(wanted: Wanted, today: date) -> list[CourseLine]:
    """Return the courses under way, those longest in their phase first; at most 500."""
    found = select(Course, Citizen).join(Citizen, Citizen.id == Course.citizen_id)
    if wanted.phase is not None:
        found = found.where(Course.phase == wanted.phase)
    else:
        found = found.where(Course.phase.in_(sorted(OPEN)))
    if wanted.responsible_id is not None:
        found = found.where(Course.responsible_id == wanted.responsible_id)
    if wanted.supplier_id is not None:
        found = found.where(Citizen.supplier_id == wanted.supplier_id)
    if wanted.min_days is not None:
        until = date.fromordinal(today.toordinal() - wanted.min_days)
        found = found.where(Course.phase_since <= until)
    if wanted.citizens is not None:
        found = found.where(Course.citizen_id.in_(wanted.citizens))
    found = found.order_by(Course.phase_since, Course.id).limit(MOST_LISTED)
    return [CourseLine(course, citizen) for course, citizen in db.session.execute(found)]


def list_responsible() -> list[tuple[UUID, str]]:
    """Return who is responsible for a course under way, by name."""
    found = (
        select(Course.responsible_id, Course.responsible_name)
        .where(Course.responsible_id.is_not(None), Course.phase.in_(sorted(OPEN)))
        .group_by(Course.responsible_id, Course.responsible_name)
        .order_by(alphabetical(Course.responsible_name))
    )
    return [(one, name) for one, name in db.session.execute(found) if one is not None]


def standing_of(course: Course) -> Standing:
    """Return where a course stands, as the rules read it."""
    held = Phase(course.held_phase) if course.held_phase else None
    return Standing(Phase(course.phase), held)


def steps_of(course_id: UUID) -> Sequence[CourseStep]:
    """Return the steps of a course, the latest first."""
    found = select(CourseStep).filter_by(course_id=course_id)
    found = found.order_by(CourseStep.recorded_at.desc(), CourseStep.id.desc())
    return db.session.scalars(found).all()


def hand_overs_of(course_id: UUID) -> Sequence[CourseHandOver]:
    """Return the hand-overs of a course, the latest first."""
    found = select(CourseHandOver).filter_by(course_id=course_id)
    return db.session.scalars(found.order_by(CourseHandOver.recorded_at.desc())).all()


def evaluations_of(course_id: UUID) -> Sequence[CourseEvaluation]:
    """Return what a citizen said of being heard and needed, the latest first."""
    found = select(CourseEvaluation).filter_by(course_id=course_id)
    return db.session.scalars(found.order_by(CourseEvaluation.recorded_at.desc())).all()


def find_settings() -> CourseSettings | None:
    """Return what the municipality calls its phases, or None while nobody has said."""
    return db.session.scalars(select(CourseSettings)).one_or_none()


def own_labels() -> dict[str, str]:
    """Return the municipality's own words for phases, by code."""
    row = find_settings()
    return dict(row.labels) if row else {}
