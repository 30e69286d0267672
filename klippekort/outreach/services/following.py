"""Following a case up: its next date, whose it is, whom it is about, and how it ends."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.outreach.cases import (
    Answer,
    CaseOutcome,
    Consent,
    Reply,
    check_ahead,
    next_office_day,
)
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.outreach.models import OutreachCase
from klippekort.outreach.queries import cases as queries
from klippekort.outreach.queries.owners import list_owners
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.services.errors import KnownAlready, NotTheirs
from klippekort.outreach.services.opening import (
    close_case,
    keep_answer,
    keep_consent,
    rests_until,
)
from klippekort.platform import audit
from klippekort.platform.db import db

ASKED_BY = {
    CaseOutcome.TALKED: Answer.YES,
    CaseOutcome.GOES_ALONG: Answer.YES,
    CaseOutcome.NO: Answer.NO,
    CaseOutcome.NO_ANSWER: Answer.NO_ANSWER,
}
"""What the citizen has said, where a case was closed so."""


def check_reach(actor: Actor, case: OutreachCase, now: datetime) -> Citizen | None:
    """Return the citizen a case is about, for one who may follow it up.

    A case about nobody known yet is the coordinators'. Raises Forbidden.
    """
    citizen = get_citizen(case.citizen_id) if case.citizen_id else None
    if citizen is None and actor.role is Role.PLANNER:
        raise Forbidden(Action.FOLLOW_OUTREACH)
    near = reach(citizen, local_day(now)) if citizen else None
    authorise(actor, Action.FOLLOW_OUTREACH, near)
    return citizen


def _open(actor: Actor, case_id: UUID, now: datetime) -> tuple[OutreachCase, Citizen | None]:
    case = queries.lock_case(case_id)
    citizen = check_reach(actor, case, now)
    if case.closed_on is not None:
        raise Stale
    return case, citizen


def _record(actor: Actor, case: OutreachCase, what: str, **codes: Any) -> str:
    citizens = [case.citizen_id] if case.citizen_id else []
    db.session.flush()
    audit.record(
        actor, Action.FOLLOW_OUTREACH, "outreach_case", case.id, citizens=citizens, to=what, **codes
    )
    return str(case.id)


def set_next(actor: Actor, case_id: UUID, next_on: date, *, now: datetime) -> str:
    """Say when a case is looked at next. Raises InThePast, TooFar, Stale, Forbidden, NotFound."""
    case, _citizen = _open(actor, case_id, now)
    check_ahead(next_on, local_day(now))
    case.next_on = next_on
    return _record(actor, case, "next", on=next_on)


def hand_over(actor: Actor, case_id: UUID, to_id: UUID, *, now: datetime) -> str:
    """Ask a colleague to take a case over; until they say yes it stays where it is.

    Raises NotTheirs for somebody who cannot own it, Stale, Forbidden, NotFound.
    """
    case, citizen = _open(actor, case_id, now)
    able = {one.account_id for one in list_owners(citizen.supplier_id if citizen else None)}
    if to_id not in able or to_id == case.owner_id:
        raise NotTheirs
    case.handed_to, case.handed_on, case.came_back_on = to_id, local_day(now), None
    return _record(actor, case, "hand_over", account=to_id)


def take_over(actor: Actor, case_id: UUID, *, now: datetime) -> str:
    """Become the owner of a case: because one was asked to, or because nobody else has it.

    Raises NotTheirs for one who cannot own it, Stale, Forbidden, NotFound.
    """
    case, citizen = _open(actor, case_id, now)
    able = {one.account_id for one in list_owners(citizen.supplier_id if citizen else None)}
    if actor.account_id not in able:
        raise NotTheirs
    case.owner_id, case.came_back_on = actor.account_id, None
    case.handed_to, case.handed_on = None, None
    return _record(actor, case, "take_over")


def turn_back(actor: Actor, case_id: UUID, *, now: datetime) -> str:
    """Say no to a case one was asked to take over: it goes back to its owner, to be looked at.

    Raises Stale when one is not asked any more, Forbidden, NotFound.
    """
    case, _citizen = _open(actor, case_id, now)
    if case.handed_to is None or case.handed_to != actor.account_id:
        raise Stale
    _back(case, local_day(now))
    return _record(actor, case, "turn_back")


def bring_back(actor: Actor, case_id: UUID, *, now: datetime) -> str | None:
    """Bring a case back to its owner that nobody has taken over in time, and return its id."""
    case, _citizen = _open(actor, case_id, now)
    if case.handed_to is None:
        return None
    _back(case, local_day(now))
    return _record(actor, case, "came_back")


def _back(case: OutreachCase, today: date) -> None:
    case.handed_to, case.handed_on, case.came_back_on = None, None, today
    case.next_on = min(case.next_on, next_office_day(today))


def close(actor: Actor, case_id: UUID, outcome: CaseOutcome, *, now: datetime) -> str:
    """Close a case with what came of it, and keep what the citizen has said.

    Raises Stale, Forbidden, NotFound.
    """
    case, _citizen = _open(actor, case_id, now)
    today, terms = local_day(now), get_terms()
    said = ASKED_BY.get(outcome)
    if said is not None and case.citizen_id is not None:
        until = rests_until(said, today, terms)
        keep_answer(actor, case.citizen_id, said, until, now, case_id=case.id)
    if said is Answer.NO:
        case.consent = Consent.NO
    close_case(case, outcome, today, actor.account_id)
    return _record(actor, case, "close", outcome=outcome)


def reply(actor: Actor, notice_id: UUID, said: Reply, *, now: datetime) -> str:
    """Note that whoever told us was answered, and return the id of the case.

    That we have been in touch is told only after the citizen's yes. Raises Stale when nobody waits
    for an answer, Forbidden, NotFound.
    """
    notice = queries.lock_notice(notice_id)
    case = queries.lock_case(notice.case_id)
    check_reach(actor, case, now)
    if notice.answer_by is None or notice.answered_on is not None:
        raise Stale
    if said is Reply.IN_TOUCH and case.consent != Consent.YES:
        raise Forbidden(Action.FOLLOW_OUTREACH)
    notice.answered_on, notice.answered_by, notice.reply = local_day(now), actor.account_id, said
    return _record(actor, case, "reply", said=said)


def link(actor: Actor, case_id: UUID, citizen_id: UUID, *, now: datetime) -> str:
    """Say which citizen a case is about, and return the case it is in from now on.

    Where the citizen has an open case, what was told goes there. Words are sealed anew under her
    key. Raises KnownAlready, Stale, CitizenGone, Forbidden, NotFound.
    """
    citizen = lock_citizen(citizen_id)
    case, known = _open(actor, case_id, now)
    if known is not None:
        raise KnownAlready
    authorise(actor, Action.FOLLOW_OUTREACH, reach(citizen, local_day(now)))
    must_be_here(citizen_id)
    other = queries.find_open_case(citizen_id)
    home = other or case
    for notice in queries.notices_of(case_id):
        words = queries.words_of(notice, None)
        notice.citizen_id, notice.case_id = citizen_id, home.id
        notice.words_sealed = seal(citizen, notice.id, "outreach_words", words or "")
        notice.about_sealed = None
    db.session.flush()
    if other is None:
        case.citizen_id = citizen_id
    else:
        if other.consent == Consent.NOT_ASKED:
            other.consent = case.consent
        other.next_on = min(other.next_on, case.next_on)
        db.session.delete(case)
    db.session.flush()
    keep_consent(actor, home, Consent(case.consent), get_terms(), now)
    return _record(actor, home, "link", was=case_id)
