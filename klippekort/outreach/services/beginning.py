"""From a case to a course: the citizen says yes, and nobody types anything twice."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import lock_citizen
from klippekort.courses.queries.courses import find_open
from klippekort.courses.services import open_course, step_course
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import Phase
from klippekort.domain.errors import Stale
from klippekort.domain.outreach.cases import CaseOutcome, Consent
from klippekort.domain.permissions import Actor
from klippekort.outreach.queries.cases import get_case, lock_case
from klippekort.outreach.services.following import close


def begin_course(actor: Actor, case_id: UUID, *, now: datetime) -> str:
    """Keep a citizen's yes, close her case, and let a course go on from there; return its id.

    A course she has already goes on; one that was only spotted comes to the talk. Raises Stale for
    a case that is closed or about nobody known yet, Forbidden and NotFound.
    """
    citizen_id = get_case(case_id).citizen_id
    if citizen_id is None:
        raise Stale
    lock_citizen(citizen_id)  # before the case, as whoever notes something does
    lock_case(case_id).consent = Consent.YES
    close(actor, case_id, CaseOutcome.TALKED, now=now)
    course = find_open(citizen_id)
    if course is None:
        return open_course(actor, citizen_id, origin="outreach", phase=Phase.TALK, now=now)
    if course.phase == Phase.SPOTTED:
        return step_course(actor, course.id, Phase.TALK, on_day=local_day(now), now=now)
    return str(course.id)
