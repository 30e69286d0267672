"""Opening a course, moving it on, and who it rests with."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.activities.queries import get_activity
from klippekort.courses.models import Course, CourseEvaluation
from klippekort.courses.queries import courses as queries
from klippekort.courses.services.common import (
    add_step,
    happened,
    move,
    note,
    own_citizen,
    own_course,
)
from klippekort.courses.services.errors import HasCourse, NotInFuture
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import Phase, Standing, step
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers.queries.people import get_volunteer


def open_course(
    actor: Actor,
    citizen_id: UUID,
    *,
    origin: str,
    phase: Phase = Phase.SPOTTED,
    now: datetime,
) -> str:
    """Open a course for a citizen and return its id; no score is asked for.

    It rests with whoever opens it. `origin` is a code of where it began; `phase` is spotted, or
    talk where the citizen has said yes already. Raises HasCourse, Forbidden and NotFound.
    """
    own_citizen(actor, citizen_id, now)
    if queries.find_open(citizen_id) is not None:
        raise HasCourse
    return str(begin(actor, citizen_id, origin, phase, now).id)


def begin(actor: Actor, citizen_id: UUID, origin: str, phase: Phase, now: datetime) -> Course:
    """Store a new course with its first step."""
    today = local_day(now)
    course = Course(
        id=new_id(),
        citizen_id=citizen_id,
        phase=phase.value,
        origin=origin,
        opened_on=today,
        phase_since=today,
        responsible_id=actor.account_id,
        responsible_name=actor.display_name,
    )
    db.session.add(course)
    db.session.flush()
    add_step(actor, course, None, today, now)
    note(actor, course, "opened", origin=origin, phase=phase.value)
    return course


def step_course(
    actor: Actor,
    course_id: UUID,
    to: Phase,
    *,
    on_day: date,
    reason: str = "",
    not_before_on: date | None = None,
    now: datetime,
) -> str:
    """Take a course to another phase on a day that has been, or today.

    `not_before_on` is when to ask again of one that rests or is declined. Raises WrongStep,
    DayToCome, DayBefore, NotInFuture, HasCourse where a declined one is taken up beside another.
    """
    course = own_course(actor, course_id, now)
    happened(course, on_day, local_day(now))
    if not_before_on is not None and not_before_on <= local_day(now):
        raise NotInFuture
    before = queries.standing_of(course)
    after = step(before, to)
    if before.phase is Phase.DECLINED and queries.find_open(course.citizen_id) is not None:
        raise HasCourse
    move(actor, course, after, on_day, now, reason)
    course.not_before_on = not_before_on if to in (Phase.PAUSED, Phase.DECLINED) else None
    db.session.flush()
    note(actor, course, "step", to=to.value, reason=reason, on=on_day)
    return course_id_of(course)


def course_id_of(course: Course) -> str:
    """Return a course's id as an answer that can be kept."""
    return str(course.id)


@dataclass(frozen=True)
class Around:
    """Who and what a course is about: who is responsible, the host, and what was chosen.

    The host is a volunteer, or named in words. At most one thing is chosen; which group it is,
    groups alone know.
    """

    responsible_id: UUID | None = None
    responsible_name: str = ""
    host_id: UUID | None = None
    host_name: str = ""
    activity_id: UUID | None = None
    in_a_group: bool = False


def set_around(actor: Actor, course_id: UUID, around: Around, *, now: datetime) -> str:
    """Store who is responsible for a course, the named host, and what was chosen.

    Raises NotFound for a volunteer or an activity that is none.
    """
    course = own_course(actor, course_id, now)
    course.responsible_id = around.responsible_id
    course.responsible_name = around.responsible_name
    course.host_id, course.host_name = around.host_id, around.host_name
    if around.host_id is not None:
        get_volunteer(around.host_id)
        course.host_name = ""
    _choose(course, around.activity_id, around.in_a_group)
    db.session.flush()
    note(actor, course, "around", activity=around.activity_id, in_a_group=course.in_a_group)
    return course_id_of(course)


def _choose(course: Course, activity_id: UUID | None, in_a_group: bool) -> None:
    if activity_id is not None:
        activity = get_activity(activity_id)
        if activity_id != course.activity_id and course.host_id is None and not course.host_name:
            course.host_id = activity.host_id
    course.activity_id = activity_id
    course.in_a_group = in_a_group and activity_id is None


def choose(
    actor: Actor,
    citizen_id: UUID,
    *,
    activity_id: UUID | None = None,
    in_a_group: bool = False,
    now: datetime,
) -> str:
    """Take what suits a citizen as what her course is about; without a course, one is opened.

    A course that has found out what she likes is matched with it. Raises NotFound and Forbidden.
    """
    own_citizen(actor, citizen_id, now)
    course = queries.find_open(citizen_id)
    if course is None:
        course = begin(actor, citizen_id, "suggestion", Phase.TALK, now)
    _choose(course, activity_id, in_a_group)
    for phase in (Phase.TALK, Phase.CLARIFIED, Phase.MATCHED):
        standing = queries.standing_of(course)
        if _is_before(standing, phase):
            move(actor, course, step(standing, phase), local_day(now), now)
    db.session.flush()
    note(actor, course, "chosen", activity=activity_id, in_a_group=course.in_a_group)
    return course_id_of(course)


_BEFORE = {
    Phase.TALK: Phase.SPOTTED,
    Phase.CLARIFIED: Phase.TALK,
    Phase.MATCHED: Phase.CLARIFIED,
}


def _is_before(standing: Standing, phase: Phase) -> bool:
    return standing.phase is _BEFORE[phase]


def evaluate(actor: Actor, course_id: UUID, *, heard: str, needed: str, now: datetime) -> str:
    """Store whether a citizen says she was heard, and was needed; each is yes, somewhat, no or
    not_asked.
    """
    course = own_course(actor, course_id, now)
    db.session.add(
        CourseEvaluation(
            course_id=course_id,
            heard=heard,
            needed=needed,
            asked_on=local_day(now),
            recorded_by=actor.account_id,
            recorded_at=now,
        )
    )
    db.session.flush()
    note(actor, course, "evaluated")
    return course_id_of(course)
