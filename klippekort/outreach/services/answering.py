"""What came of a line on the list: the citizen's word, or what we did about it."""

from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.queries import lock_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import (
    Answer,
    CaseOutcome,
    Consent,
    Source,
    check_ahead,
)
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.outreach.queries.cases import find_open_case
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.services.opening import case_for, close_case, keep_answer, rests_until
from klippekort.platform import audit


def answer(
    actor: Actor,
    citizen_id: UUID,
    said: Answer,
    *,
    until_on: date | None = None,
    now: datetime,
) -> str:
    """Keep what came of a line, and return the id of the answer.

    A yes opens a case, owned by whoever asked; a no closes the open one. Put off takes its day,
    `until_on`; a no may have one, when she may be asked again. Raises InThePast and TooFar for it,
    CitizenGone, Forbidden and NotFound.
    """
    today, terms = local_day(now), get_terms()
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.FOLLOW_OUTREACH, reach(citizen, today))
    must_be_here(citizen_id)
    is_given = until_on is not None and said in (Answer.LATER, Answer.NO)
    until = until_on if until_on and is_given else rests_until(said, today, terms)
    check_ahead(until, today)
    known = find_open_case(citizen_id)
    case_id = known.id if known else None
    if said is Answer.YES:
        case = case_for(citizen_id, Source.STAFF, Consent.YES, terms, now)
        case_id = case.id
        if known is None:
            case.owner_id = actor.account_id
    elif said is Answer.NO and known is not None:
        known.consent = Consent.NO
        close_case(known, CaseOutcome.NO, today, actor.account_id)
    row = keep_answer(actor, citizen_id, said, until, now, case_id=case_id)
    audit.record(
        actor,
        Action.FOLLOW_OUTREACH,
        "outreach_answer",
        row.id,
        citizens=[citizen_id],
        answer=said,
        until=until,
    )
    return str(row.id)
