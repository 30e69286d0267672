"""What a citizen answers at the end of a talk is respected like what she answers to the list."""

from klippekort.courses.services.finished import TalkAnswered
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Answer, CaseOutcome, Consent, next_office_day
from klippekort.domain.permissions import Action
from klippekort.outreach.models import OutreachCase
from klippekort.outreach.queries.cases import find_open_case
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.services.opening import close_case, keep_answer, rests_until
from klippekort.platform import audit

_ANSWERS = {"yes": Answer.YES, "no": Answer.NO, "not_now": Answer.LATER}


def talk_answered(event: TalkAnswered) -> None:
    """Keep what she answered and until when it holds, and let her open case hear it.

    A yes goes on as a course and a no is respected, so that both close the case; not now lets it
    wait for the day she said. An answer nobody knows is kept nowhere.
    """
    answer = _ANSWERS.get(event.said)
    if answer is None:
        return
    today = local_day(event.now)
    until = event.until if answer is Answer.LATER else None
    until = until or rests_until(answer, today, get_terms())
    case = find_open_case(event.citizen_id)
    row = keep_answer(
        event.actor,
        event.citizen_id,
        answer,
        until,
        event.now,
        case_id=case.id if case else None,
    )
    if case is not None and answer is Answer.LATER:
        case.next_on = max(case.next_on, next_office_day(until))
    elif case is not None:
        _close(event, case, answer)
    audit.record(
        event.actor,
        Action.RUN_COURSE,
        "outreach_answer",
        row.id,
        citizens=[event.citizen_id],
        answer=answer,
        until=until,
    )


def _close(event: TalkAnswered, case: OutreachCase, answer: Answer) -> None:
    is_yes = answer is Answer.YES
    case.consent = Consent.YES if is_yes else Consent.NO
    outcome = CaseOutcome.TALKED if is_yes else CaseOutcome.NO
    close_case(case, outcome, local_day(event.now), event.actor.account_id)
