"""A hand-over from staff to somebody else or to nobody, and the looks two and eight weeks later."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.queries import lock_citizen
from klippekort.citizens.services.sealing import seal
from klippekort.courses.models import CourseCheck, CourseHandOver
from klippekort.courses.queries import checks as check_queries
from klippekort.courses.queries import courses as queries
from klippekort.courses.services.common import happened, move, note, own_course
from klippekort.courses.services.errors import DayToCome, NeedsConsent, NeedsReceiver
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import Outcome, Phase, after_check, due_days, step
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Actor
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers.queries.people import get_volunteer

TO_SOMEBODY = frozenset({"volunteer", "peer", "relative"})


@dataclass(frozen=True)
class HandOver:
    """What is told of a hand-over. `overlap_on` is when both were along, None without such a visit.

    `told` is what the receiver was told, `fallback` whom they call when it goes wrong.
    """

    form: str
    on_day: date
    receiver: str = ""
    volunteer_id: UUID | None = None
    overlap_on: date | None = None
    told: str = ""
    has_consent: bool = False
    fallback: str = ""


def hand_over(actor: Actor, course_id: UUID, told: HandOver, *, now: datetime) -> str:
    """Hand a course over, and let it be looked at two and eight weeks after.

    Checks of an earlier hand-over that nobody has made are dropped. Raises NeedsReceiver,
    NeedsConsent, WrongStep, DayToCome, DayBefore and NotFound.
    """
    course = own_course(actor, course_id, now)
    happened(course, told.on_day, local_day(now))
    if told.form in TO_SOMEBODY and not told.receiver and told.volunteer_id is None:
        raise NeedsReceiver
    if told.told and not told.has_consent:
        raise NeedsConsent
    if told.overlap_on is not None and told.overlap_on > local_day(now):
        raise DayToCome
    if told.volunteer_id is not None:
        get_volunteer(told.volunteer_id)
    after = step(queries.standing_of(course), Phase.HANDED_OVER)
    row = _kept(actor, course_id, course.citizen_id, told, now)
    drop_open_checks(course_id, local_day(now))
    for weeks, due_on in due_days(told.on_day):
        check = CourseCheck(course_id=course_id, hand_over_id=row.id, weeks=weeks, due_on=due_on)
        db.session.add(check)
    move(actor, course, after, told.on_day, now, told.form)
    note(actor, course, "handed_over", form=told.form, hand_over=row.id)
    return str(row.id)


def _kept(
    actor: Actor, course_id: UUID, citizen_id: UUID, told: HandOver, now: datetime
) -> CourseHandOver:
    citizen, row_id = lock_citizen(citizen_id), new_id()
    row = CourseHandOver(
        id=row_id,
        course_id=course_id,
        citizen_id=citizen_id,
        on_day=told.on_day,
        form=told.form,
        volunteer_id=told.volunteer_id,
        receiver_sealed=seal(citizen, row_id, "receiver", told.receiver),
        overlap_on=told.overlap_on,
        told_sealed=seal(citizen, row_id, "told", told.told),
        has_consent=told.has_consent,
        fallback_sealed=seal(citizen, row_id, "fallback", told.fallback),
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def drop_open_checks(course_id: UUID, today: date) -> None:
    """Take away the checks of a course that nobody has made: they are about what is no more."""
    for check in check_queries.checks_of(course_id):
        if check.outcome is None:
            check.outcome, check.done_on = "dropped", today
    db.session.flush()


def make_check(actor: Actor, check_id: UUID, outcome: Outcome, *, now: datetime) -> str:
    """Store how it goes some weeks after a hand-over, and let it lead the course on.

    A change and a re-assessment begin with finding out anew; an end closes the course, and checks
    to come go with it. Raises Stale for one that was made.
    """
    course = own_course(actor, check_queries.get_check(check_id).course_id, now)
    check = check_queries.lock_check(check_id)
    if check.outcome is not None:
        raise Stale
    today = local_day(now)
    check.outcome, check.done_on, check.done_by = outcome.value, today, actor.account_id
    db.session.flush()
    before = queries.standing_of(course)
    after = after_check(before, outcome)
    if after != before:
        move(actor, course, after, today, now, f"check_{outcome.value}")
    if outcome is not Outcome.CONTINUE:
        drop_open_checks(course.id, today)
    note(actor, course, "checked", outcome=outcome.value, weeks=check.weeks)
    return str(course.id)
