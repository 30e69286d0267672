"""The talk: kept as far as it has come, gone on with later, and finished; and the guide itself."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import lock_citizen
from klippekort.citizens.services.sealing import seal
from klippekort.courses.models import Course, CourseGuide, CourseSettings, CourseTalk
from klippekort.courses.queries import courses as course_queries
from klippekort.courses.queries import talks as queries
from klippekort.courses.services.common import move, note_citizen, own_citizen
from klippekort.courses.services.courses import begin
from klippekort.courses.services.errors import NotInFuture, TooManyChips
from klippekort.courses.services.finished import TalkAnswered, told_of
from klippekort.courses.services.profiles import keep_gifts, keep_profile
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import PauseReason, Phase, next_phases, step
from klippekort.domain.errors import Stale
from klippekort.domain.matching.guide import (
    BY_CODE,
    MOST_CHIPS,
    Answers,
    chips_from,
    merged,
    said,
)
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.events import emit
from klippekort.platform.ids import new_id


def save_talk(actor: Actor, citizen_id: UUID, told: Answers, *, now: datetime) -> str:
    """Keep what was said in a step of the talk, and return the talk's id.

    The first step begins a talk by the guide as it reads now; what she said in the last talk is
    taken along. A talk under way goes on by the guide it began with. Raises Forbidden and NotFound.
    """
    citizen = own_citizen(actor, citizen_id, now)
    talk = queries.lock_open_talk(citizen_id) or _begin(actor, citizen, now)
    _keep(citizen, talk, told, now)
    note_citizen(actor, citizen_id, "talk", "saved")
    return str(talk.id)


def _begin(actor: Actor, citizen: Citizen, now: datetime) -> CourseTalk:
    talk = CourseTalk(
        id=new_id(),
        citizen_id=citizen.id,
        guide_version=queries.latest_guide().version,
        state="open",
        begun_at=now,
        saved_at=now,
        talked_by=actor.account_id,
        talker_name=actor.display_name,
    )
    db.session.add(talk)
    _keep(citizen, talk, _from_before(citizen), now)
    return talk


def _from_before(citizen: Citizen) -> Answers:
    """Return what the last talk tells, but for the answer to whether she wants to go on."""
    last = next(iter(queries.finished_talks(citizen.id)), None)
    before = queries.answers_of(citizen, last)
    return {code: answer for code, answer in before.items() if not BY_CODE[code].fixed}


def _keep(citizen: Citizen, talk: CourseTalk, told: Answers, now: datetime) -> None:
    answers = merged(queries.answers_of(citizen, talk), told)
    words = json.dumps(answers, ensure_ascii=False)
    talk.answers_sealed, talk.saved_at = seal(citizen, talk.id, "talk", words), now
    db.session.flush()


def finish_talk(
    actor: Actor,
    citizen_id: UUID,
    told: Answers,
    *,
    not_now_until: date | None = None,
    now: datetime,
) -> str:
    """Keep the last step and finish the talk, and let the course follow what she answered.

    Yes finds out what suits her; without a course, one is opened. Not now rests until a day; no
    declines. Raises NotInFuture, Forbidden and NotFound.
    """
    citizen = own_citizen(actor, citizen_id, now)
    talk = queries.lock_open_talk(citizen_id) or _begin(actor, citizen, now)
    if not_now_until is not None and not_now_until <= local_day(now):
        raise NotInFuture
    _keep(citizen, talk, told, now)
    talk.state, talk.finished_at, talk.not_now_until = "finished", now, not_now_until
    answers = queries.answers_of(citizen, talk)
    keep_profile(citizen, answers, now)
    keep_gifts(citizen, answers, local_day(now))
    agrees = said(answers, "agrees")
    _lead_on(actor, citizen_id, agrees, not_now_until, now)
    note_citizen(actor, citizen_id, "talk", "finished")
    emit(told_of(citizen, answers, now))
    emit(TalkAnswered(actor, citizen_id, agrees, not_now_until, now))
    return str(talk.id)


def _lead_on(
    actor: Actor, citizen_id: UUID, agrees: str, until: date | None, now: datetime
) -> None:
    course = course_queries.find_open(citizen_id)
    if course is None and agrees == "no":
        return
    course = course or begin(actor, citizen_id, "talk", Phase.TALK, now)
    way = {"no": Phase.DECLINED, "not_now": Phase.PAUSED}.get(agrees, Phase.CLARIFIED)
    if way is Phase.CLARIFIED and course.phase in (Phase.SPOTTED, Phase.PAUSED, Phase.DECLINED):
        _wake(actor, course, now)
    standing = course_queries.standing_of(course)
    may_go = way in next_phases(standing) and (
        way is not Phase.CLARIFIED or standing.phase is Phase.TALK
    )
    if may_go:
        reason = PauseReason.NOT_NOW.value if way is Phase.PAUSED else ""
        move(actor, course, step(standing, way), local_day(now), now, reason)
    if way is not Phase.CLARIFIED:
        course.not_before_on = until
    db.session.flush()


def _wake(actor: Actor, course: Course, now: datetime) -> None:
    """Take a course that was only spotted, or rests, to where it goes on."""
    standing = course_queries.standing_of(course)
    held = standing.held or Phase.TALK
    move(actor, course, step(standing, held), local_day(now), now)
    if course.phase == Phase.SPOTTED:
        at = course_queries.standing_of(course)
        move(actor, course, step(at, Phase.TALK), local_day(now), now)


def forget_talks(citizen_id: UUID, through: datetime) -> int:
    """Delete what was said in a citizen's talks finished through an instant; return how many."""
    kept = [
        talk
        for talk in queries.finished_talks(citizen_id)
        if talk.answers_sealed is not None and talk.finished_at and talk.finished_at <= through
    ]
    for talk in kept:
        talk.answers_sealed = None
    db.session.flush()
    return len(kept)


def change_guide(
    actor: Actor, *, hidden: frozenset[str], chips: Mapping[str, list[str]], now: datetime
) -> int:
    """Write the guide anew and return its version; talks under way keep the one they began with.

    `chips` are the municipality's own answers, in words, by question. Raises TooManyChips,
    Stale when somebody else changes it at the same moment, and Forbidden.
    """
    authorise(actor, Action.SET_UP_COURSES)
    if any(len(words) > MOST_CHIPS for words in chips.values()):
        raise TooManyChips
    before, known = queries.latest_guide(), queries.all_chips()
    fixed = {code for code, question in BY_CODE.items() if question.fixed}
    row = CourseGuide(
        version=before.version + 1,
        hidden=sorted(hidden - fixed),
        chips={
            question: chips_from(dict.fromkeys(words), known.get(question, {}))
            for question, words in chips.items()
            if BY_CODE[question].takes_chips
        },
        written_at=now,
        written_by=actor.account_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:  # a colleague wrote the same version a moment ago
        raise Stale from error
    audit.record(actor, Action.SET_UP_COURSES, "course_guide", row.id, version=row.version)
    return row.version


def name_phases(actor: Actor, labels: Mapping[str, str], *, now: datetime) -> str:
    """Store what the municipality calls the phases; an empty word is the usual one."""
    del now
    authorise(actor, Action.SET_UP_COURSES)
    row = course_queries.find_settings()
    if row is None:
        row = CourseSettings(id=new_id())
        db.session.add(row)
    known = {phase.value for phase in Phase}
    row.labels = {code: word for code, word in labels.items() if word and code in known}
    db.session.flush()
    audit.record(actor, Action.SET_UP_COURSES, "course_settings", row.id)
    return str(row.id)


def drop_talk(actor: Actor, citizen_id: UUID, *, now: datetime) -> str:
    """Delete a talk under way that she does not want to go on with. Raises Stale without one."""
    own_citizen(actor, citizen_id, now)
    talk = queries.lock_open_talk(citizen_id)
    if talk is None:
        raise Stale
    db.session.delete(talk)
    db.session.flush()
    note_citizen(actor, citizen_id, "talk", "dropped")
    return str(lock_citizen(citizen_id).id)
