"""Reading the guide and the talks: what was said is opened with the citizen's own key."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.unsealing import unseal
from klippekort.courses.models import CourseGuide, CourseTalk, MatchProfile
from klippekort.domain.errors import NotFound
from klippekort.domain.matching.guide import Answers, Guide
from klippekort.platform.db import db

BUILT_IN = Guide()


def _guide(row: CourseGuide) -> Guide:
    return Guide(row.version, frozenset(row.hidden), row.chips)


def latest_guide() -> Guide:
    """Return the guide as it reads now."""
    found = select(CourseGuide).order_by(CourseGuide.version.desc()).limit(1)
    row = db.session.scalars(found).first()
    return _guide(row) if row else BUILT_IN


def get_guide(version: int) -> Guide:
    """Return the guide as it read in a version. Raises NotFound."""
    if version == BUILT_IN.version:
        return BUILT_IN
    row = db.session.scalars(select(CourseGuide).filter_by(version=version)).one_or_none()
    if row is None:
        raise NotFound
    return _guide(row)


def all_chips() -> dict[str, dict[str, str]]:
    """Return every answer of its own a municipality has ever had, by question and code."""
    found: dict[str, dict[str, str]] = {}
    for row in db.session.scalars(select(CourseGuide).order_by(CourseGuide.version)):
        for question, chips in row.chips.items():
            found.setdefault(question, {}).update(chips)
    return found


def find_open_talk(citizen_id: UUID) -> CourseTalk | None:
    """Return the talk that is under way with a citizen, or None."""
    found = select(CourseTalk).filter_by(citizen_id=citizen_id, state="open")
    return db.session.scalars(found).one_or_none()


def lock_open_talk(citizen_id: UUID) -> CourseTalk | None:
    """Return the talk under way with a citizen, locked, or None."""
    found = select(CourseTalk).filter_by(citizen_id=citizen_id, state="open").with_for_update()
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def finished_talks(citizen_id: UUID) -> Sequence[CourseTalk]:
    """Return the talks that were finished with a citizen, the latest first."""
    found = select(CourseTalk).filter_by(citizen_id=citizen_id, state="finished")
    return db.session.scalars(found.order_by(CourseTalk.finished_at.desc())).all()


def answers_of(citizen: Citizen, talk: CourseTalk | None) -> Answers:
    """Return what was said in a talk; nothing of none. Raises InvalidTag when it was moved."""
    if talk is None:
        return {}
    told = unseal(citizen, talk.id, "talk", talk.answers_sealed)
    answers: Answers = json.loads(told) if told else {}
    return answers


def find_profile(citizen_id: UUID) -> MatchProfile | None:
    """Return what a citizen is matched by, or None before any talk."""
    found = select(MatchProfile).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found).one_or_none()
