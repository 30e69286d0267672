"""Where a notice goes: into the citizen's open case, or into a new one with an owner and a date."""

from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import (
    Answer,
    CaseOutcome,
    Consent,
    Source,
    ask_again,
    first_date,
    next_office_day,
    opens,
)
from klippekort.domain.permissions import Actor
from klippekort.outreach.models import OutreachAnswer, OutreachCase
from klippekort.outreach.queries.cases import find_open_case, no_until
from klippekort.outreach.queries.owners import first_owner
from klippekort.outreach.queries.terms import Terms
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

_SAID = {Consent.YES: Answer.YES, Consent.NO: Answer.NO}


def case_for(
    citizen_id: UUID | None, source: Source, consent: Consent, terms: Terms, now: datetime
) -> OutreachCase:
    """Return the case a notice belongs to.

    Whoever calls has locked the citizen, so that two who notice at once open one case. A no closes
    it, unless a colleague has brought a yes: then its owner is asked to look today.
    """
    today = local_day(now)
    known = find_open_case(citizen_id) if citizen_id else None
    if known is not None:
        _hear(known, consent, today)
        return known
    said_no = no_until(citizen_id, today) if citizen_id else None
    case = OutreachCase(
        id=new_id(),
        citizen_id=citizen_id,
        owner_id=first_owner(terms.owner_id),
        opened_at=now,
        next_on=first_date(today, terms.pace),
        consent=consent,
    )
    if not opens(source, consent, said_no, today):
        case.closed_on, case.outcome = today, CaseOutcome.NO
        case.consent = Consent.NO
    db.session.add(case)
    db.session.flush()
    return case


def _hear(case: OutreachCase, consent: Consent, today: date) -> None:
    """Let an open case hear what the citizen has said now."""
    if consent is Consent.NOT_ASKED:
        return
    before, case.consent = case.consent, consent
    if consent is Consent.NO and before == Consent.YES:
        case.next_on = min(case.next_on, next_office_day(today))
    elif consent is Consent.NO:
        close_case(case, CaseOutcome.NO, today)


def close_case(
    case: OutreachCase, outcome: CaseOutcome, today: date, by: UUID | None = None
) -> None:
    """Close a case; what is handed over to somebody is theirs no more."""
    case.closed_on, case.outcome, case.closed_by = today, outcome, by
    case.handed_to, case.handed_on = None, None
    db.session.flush()


def keep_consent(
    actor: Actor, case: OutreachCase, consent: Consent, terms: Terms, now: datetime
) -> None:
    """Keep that a citizen was asked, when, what she said, and when she may be asked again."""
    if case.citizen_id is None or consent is Consent.NOT_ASKED:
        return
    until = ask_again(local_day(now), terms.pace) if consent is Consent.NO else None
    keep_answer(actor, case.citizen_id, _SAID[consent], until, now, case_id=case.id)


def keep_answer(
    actor: Actor,
    citizen_id: UUID,
    answer: Answer,
    until_on: date | None,
    now: datetime,
    *,
    case_id: UUID | None = None,
) -> OutreachAnswer:
    """Keep one answer of a citizen, or what came of a line on the list."""
    row = OutreachAnswer(
        id=new_id(),
        citizen_id=citizen_id,
        answer=answer,
        given_on=local_day(now),
        until_on=until_on,
        case_id=case_id,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def rests_until(said: Answer, today: date, terms: Terms) -> date:
    """Return until when a line rests where nobody has said a day."""
    if said is Answer.NO:
        return ask_again(today, terms.pace)
    return today + timedelta(days=terms.pace.rest_days)
