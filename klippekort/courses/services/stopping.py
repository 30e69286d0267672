"""When a citizen dies or moves all stops at once, and all goes on when that was a mistake."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.courses.models import Course, MatchProfile
from klippekort.courses.queries import courses as queries
from klippekort.courses.queries.introductions import open_between
from klippekort.courses.queries.talks import find_profile
from klippekort.courses.services.common import move, note, note_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import Phase, StopReason, go_on, stop
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


def stop_course(actor: Actor, citizen_id: UUID, reason: StopReason, now: datetime) -> str:
    """Stop all about a citizen who has died or moved: course, checks, suggestions, and whom to
    meet. Done twice it changes nothing more. Raises Forbidden and NotFound.
    """
    _citizen(actor, citizen_id, now)
    course = queries.find_open(citizen_id)
    if course is not None:
        move(actor, course, stop(queries.standing_of(course)), local_day(now), now, reason.value)
        note(actor, course, "stopped", reason=reason.value)
    profile = find_profile(citizen_id)
    if profile is None:  # whoever had no talk must not be suggested anything either
        profile = MatchProfile(id=new_id(), citizen_id=citizen_id, updated_at=now)
        db.session.add(profile)
    profile.stopped_at = profile.stopped_at or now
    for row in open_between(citizen_id):
        row.state = "stopped"
    db.session.flush()
    note_citizen(actor, citizen_id, "matching", "stopped", reason=reason.value)
    return str(citizen_id)


def resume_course(actor: Actor, citizen_id: UUID, now: datetime) -> str:
    """Take a stop back that was a mistake: all is as it was. Raises Forbidden and NotFound.

    A meeting stays stopped while the other of the two is.
    """
    _citizen(actor, citizen_id, now)
    course = _stopped(citizen_id)
    if course is not None and queries.find_open(citizen_id) is None:
        before = course.phase_since
        move(actor, course, go_on(queries.standing_of(course)), local_day(now), now, "mistake")
        course.phase_since = min(before, course.phase_since)
        note(actor, course, "resumed")
    profile = find_profile(citizen_id)
    if profile is not None:
        profile.stopped_at = None
    for row in open_between(citizen_id):
        other = row.second_id if row.first_id == citizen_id else row.first_id
        partner = find_profile(other)
        if row.state == "stopped" and (partner is None or partner.stopped_at is None):
            row.state = "agreed" if row.first_says and row.second_says else "asking"
    db.session.flush()
    note_citizen(actor, citizen_id, "matching", "resumed")
    return str(citizen_id)


def _citizen(actor: Actor, citizen_id: UUID, now: datetime) -> None:
    authorise(actor, Action.STOP_COURSE, reach(get_citizen(citizen_id), local_day(now)))
    lock_citizen(citizen_id)


def _stopped(citizen_id: UUID) -> Course | None:
    found = queries.list_of_citizen(citizen_id)
    return next((one for one in found if one.phase == Phase.STOPPED), None)
