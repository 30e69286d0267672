"""When a citizen dies or moves all stops at once, and all goes on when that was a mistake."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.courses.models import Course, MatchProfile
from klippekort.courses.queries import courses as queries
from klippekort.courses.queries.introductions import open_between
from klippekort.courses.queries.talks import find_profile
from klippekort.courses.services.common import add_step, move, note, note_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import Phase, Standing, StopReason, go_on, stop
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


@dataclass(frozen=True)
class Before:
    """Where a course stood, since when, and when to ask again of one that rested."""

    standing: Standing
    since: date
    not_before_on: date | None = None


def before_of(course: Course) -> Before:
    """Return where a course stands, to be put back there."""
    return Before(queries.standing_of(course), course.phase_since, course.not_before_on)


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


def resume_course(
    actor: Actor, citizen_id: UUID, now: datetime, before: Before | None = None
) -> str:
    """Take a stop back that was a mistake: all is as it was `before`.

    Where nobody knows how it was, the course goes on in the phase it was held in. A meeting stays
    stopped while the other of the two is. Nobody is asked anew how she is. Raises Forbidden and
    NotFound.
    """
    _citizen(actor, citizen_id, now)
    course = _stopped(citizen_id)
    if course is not None and queries.find_open(citizen_id) is None:
        _put_back(actor, course, before, now)
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


def _put_back(actor: Actor, course: Course, before: Before | None, now: datetime) -> None:
    held = go_on(queries.standing_of(course))
    before = before or Before(held, course.phase_since)
    course.phase, course.ended_on = before.standing.phase.value, None
    course.held_phase = before.standing.held.value if before.standing.held else None
    course.phase_since, course.not_before_on = before.since, before.not_before_on
    add_step(actor, course, Phase.STOPPED.value, local_day(now), now, "mistake")
    note(actor, course, "resumed")


def _citizen(actor: Actor, citizen_id: UUID, now: datetime) -> None:
    authorise(actor, Action.STOP_COURSE, reach(get_citizen(citizen_id), local_day(now)))
    lock_citizen(citizen_id)


def _stopped(citizen_id: UUID) -> Course | None:
    found = queries.list_of_citizen(citizen_id)
    return next((one for one in found if one.phase == Phase.STOPPED), None)
