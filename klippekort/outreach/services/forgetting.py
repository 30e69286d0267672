"""Deleting signs and words in time: what stays is that she was asked, when, and what she said."""

from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.citizens.queries import lock_citizen
from klippekort.courses.services.talks import forget_talks
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import (
    Answer,
    CaseOutcome,
    Consent,
    Pace,
    forget_on,
    forget_teller_on,
)
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.outreach.models import OutreachCase, OutreachNotice
from klippekort.outreach.queries import cases as queries
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.services.opening import close_case
from klippekort.platform import audit
from klippekort.platform.db import db


def forget(actor: Actor, case_id: UUID, *, now: datetime) -> str | None:
    """Delete the signs and words of a case whose time is up, and return its id, or None.

    Who told us and waits for an answer about a citizen we know stays some weeks longer, to be
    answered. What then holds nothing any more is closed: nobody answered, or nobody found out whom
    it was about. One whose citizen has not been asked stays with its owner, who must ask.
    """
    authorise(actor, Action.FOLLOW_OUTREACH)
    case, today, pace = queries.lock_case(case_id), local_day(now), get_terms().pace
    kept = [one for one in queries.notices_of(case_id) if one.forgotten_on is None]
    due = [notice for notice in kept if _forget(notice, case, today, pace)]
    if not due:
        return None
    db.session.flush()
    if case.closed_on is None and all(one.forgotten_on for one in queries.notices_of(case_id)):
        _let_go(case, now)
    citizens = [case.citizen_id] if case.citizen_id else []
    audit.record(
        actor,
        Action.FOLLOW_OUTREACH,
        "outreach_case",
        case.id,
        citizens=citizens,
        to="forget",
        notices=len(due),
    )
    return str(case_id)


def _forget(notice: OutreachNotice, case: OutreachCase, today: date, pace: Pace) -> bool:
    """Delete what of a notice is due, and say whether there was anything."""
    kept_since, said = local_day(notice.recorded_at), Consent(case.consent)
    day = forget_on(kept_since, said, case.closed_on, pace)
    if day is None or day > today:
        return False
    had = bool(notice.signs or notice.words_sealed or notice.about_sealed)
    notice.signs, notice.words_sealed, notice.about_sealed = [], None, None
    if today < forget_teller_on(day, is_owed=_is_owed(notice)):
        return had
    notice.teller_sealed, notice.likeness, notice.forgotten_on = None, None, today
    return True


def _is_owed(notice: OutreachNotice) -> bool:
    """Say whether somebody waits for an answer, and there is a citizen to answer about."""
    is_open = notice.answer_by is not None and notice.answered_on is None
    return is_open and notice.citizen_id is not None and notice.teller_sealed is not None


def forget_talk(actor: Actor, citizen_id: UUID, *, now: datetime) -> str | None:
    """Delete what was said in talks that ended in a no whose time is up; None where none is."""
    authorise(actor, Action.FOLLOW_OUTREACH)
    lock_citizen(citizen_id)
    through = local_day(now) - timedelta(days=get_terms().pace.forget_days)
    said = queries.find_talk_no(citizen_id, through)
    if said is None:
        return None
    talks = forget_talks(citizen_id, said.recorded_at)
    audit.record(
        actor,
        Action.FOLLOW_OUTREACH,
        "outreach_answer",
        said.id,
        citizens=[citizen_id],
        to="forget",
        talks=talks,
    )
    return str(citizen_id)


def _let_go(case: OutreachCase, now: datetime) -> None:
    """Close an open case that says nothing any more, where nobody can go on with it."""
    if case.citizen_id is None:
        close_case(case, CaseOutcome.NOT_FOUND, local_day(now))
        return
    said = [one.answer for one in queries.answers_of(case.citizen_id) if one.case_id == case.id]
    if Answer.NO_ANSWER in said:
        close_case(case, CaseOutcome.NO_ANSWER, local_day(now))
