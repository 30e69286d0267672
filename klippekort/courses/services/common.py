"""What every change about a course begins and ends with: who may, the step, the line in the log."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.courses.models import Course, CourseStep
from klippekort.courses.queries.courses import get_course, lock_course
from klippekort.courses.services.errors import DayBefore, DayToCome
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import ENDED, Phase, Standing
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.measures.services import ask_at, drop_dues
from klippekort.platform import audit
from klippekort.platform.db import db

TO_ASK = timedelta(days=14)
_ASKED = {Phase.CLARIFIED: "start", Phase.SETTLED: "end"}


def own_citizen(actor: Actor, citizen_id: UUID, now: datetime) -> Citizen:
    """Return a citizen whose course an actor may lead, locked.

    Raises CitizenGone for whoever has died or moved, NotFound and Forbidden.
    """
    authorise(actor, Action.RUN_COURSE, reach(get_citizen(citizen_id), local_day(now)))
    citizen = lock_citizen(citizen_id)
    must_be_here(citizen_id)
    return citizen


def own_course(actor: Actor, course_id: UUID, now: datetime) -> Course:
    """Return a course an actor may lead, locked after its citizen. Raises NotFound, Forbidden."""
    own_citizen(actor, get_course(course_id).citizen_id, now)
    return lock_course(course_id)


def happened(course: Course, on_day: date, today: date) -> None:
    """Refuse a day that cannot be. Raises DayToCome and DayBefore."""
    if on_day > today:
        raise DayToCome
    if on_day < course.opened_on:
        raise DayBefore


def move(
    actor: Actor, course: Course, to: Standing, on_day: date, now: datetime, reason: str = ""
) -> None:
    """Store where a course stands now, and the step it took."""
    before = course.phase
    course.phase = to.phase.value
    course.held_phase = to.held.value if to.held else None
    course.phase_since = on_day
    course.ended_on = on_day if to.phase in ENDED else None
    if to.phase is not Phase.PAUSED and to.phase is not Phase.DECLINED:
        course.not_before_on = None
    add_step(actor, course, before, on_day, now, reason)
    _ask_how_she_is(course, to.phase, on_day, now)


def _ask_how_she_is(course: Course, phase: Phase, on_day: date, now: datetime) -> None:
    """Have her asked before and after, where the municipality asks; and not after a no."""
    if phase is Phase.DECLINED:
        drop_dues(course.citizen_id, cause_id=course.id, now=now)
    elif phase in _ASKED:
        due_on = on_day + TO_ASK
        ask_at(course.citizen_id, _ASKED[phase], due_on, "course", cause_id=course.id, now=now)


def add_step(
    actor: Actor, course: Course, before: str | None, on_day: date, now: datetime, reason: str = ""
) -> None:
    """Store a step of a course from a phase to the one it stands in."""
    db.session.add(
        CourseStep(
            course_id=course.id,
            from_phase=before,
            to_phase=course.phase,
            reason=reason,
            on_day=on_day,
            recorded_at=now,
            recorded_by=actor.account_id,
            recorder_name=actor.display_name,
        )
    )
    db.session.flush()


def note(actor: Actor, course: Course, what: str, **codes: Any) -> None:
    """Put a deed on record, by codes, ids and days alone."""
    audit.record(
        actor,
        Action.RUN_COURSE,
        "course",
        course.id,
        citizens=[course.citizen_id],
        what=what,
        **codes,
    )


def note_citizen(actor: Actor, citizen_id: UUID, subject: str, what: str, **codes: Any) -> None:
    """Put on record what concerns a citizen and no course."""
    audit.record(
        actor, Action.RUN_COURSE, subject, citizen_id, citizens=[citizen_id], what=what, **codes
    )
