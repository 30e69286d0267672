"""Deleting signs and words in time: what stays is that she was asked, when, and what she said."""

from datetime import date, datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Answer, CaseOutcome, Consent, Pace, forget_on
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.outreach.models import OutreachCase, OutreachNotice
from klippekort.outreach.queries import cases as queries
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.services.opening import close_case
from klippekort.platform import audit
from klippekort.platform.db import db


def forget(actor: Actor, case_id: UUID, *, now: datetime) -> str | None:
    """Delete the signs and words of a case whose time is up, and return its id, or None.

    What then holds nothing any more is closed: nobody answered, or nobody found out whom it was
    about. One whose citizen has not been asked stays with its owner, who must ask.
    """
    authorise(actor, Action.FOLLOW_OUTREACH)
    case, today, pace = queries.lock_case(case_id), local_day(now), get_terms().pace
    due = [
        notice
        for notice in queries.notices_of(case_id)
        if notice.forgotten_on is None and _is_due(notice, case, today, pace)
    ]
    if not due:
        return None
    for notice in due:
        notice.signs, notice.words_sealed, notice.about_sealed = [], None, None
        notice.teller_sealed, notice.likeness, notice.forgotten_on = None, None, today
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


def _is_due(notice: OutreachNotice, case: OutreachCase, today: date, pace: Pace) -> bool:
    kept_since, said = local_day(notice.recorded_at), Consent(case.consent)
    day = forget_on(kept_since, said, case.closed_on, pace)
    return day is not None and day <= today


def _let_go(case: OutreachCase, now: datetime) -> None:
    """Close an open case that says nothing any more, where nobody can go on with it."""
    if case.citizen_id is None:
        close_case(case, CaseOutcome.NOT_FOUND, local_day(now))
        return
    said = [one.answer for one in queries.answers_of(case.citizen_id) if one.case_id == case.id]
    if Answer.NO_ANSWER in said:
        close_case(case, CaseOutcome.NO_ANSWER, local_day(now))
