"""A citizen dies or moves: nobody is sent to her any more, and a mistake opens her case again."""

from datetime import date
from typing import Any
from uuid import UUID

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import CaseOutcome, next_office_day
from klippekort.domain.permissions import Action
from klippekort.outreach.models import OutreachCase
from klippekort.outreach.queries.cases import find_open_case, lock_case
from klippekort.outreach.services.opening import close_case
from klippekort.platform import audit
from klippekort.platform.db import db

CASE = "outreach_case"


def citizen_left(left: CitizenLeft) -> None:
    """Close the case a citizen has."""
    case = find_open_case(left.citizen_id)
    if case is None:
        return
    case = lock_case(case.id)
    handed_on = case.handed_on
    stopped(
        left,
        CASE,
        case.id,
        next_on=case.next_on.isoformat(),
        handed_to=str(case.handed_to) if case.handed_to else None,
        handed_on=handed_on.isoformat() if handed_on else None,
    )
    outcome = CaseOutcome.DIED if left.kind == "died" else CaseOutcome.MOVED
    close_case(case, outcome, local_day(left.now), left.actor.account_id)
    audit.record(
        left.actor,
        Action.FOLLOW_OUTREACH,
        CASE,
        case.id,
        citizens=[left.citizen_id],
        to="close",
        outcome=outcome,
    )


def citizen_returned(back: CitizenReturned) -> None:
    """Open the case again that a leaving closed, as it stood: handed over to whoever was asked.

    A date that has passed meanwhile becomes today.
    """

    def again(stop: LeavingStop) -> str | None:
        if find_open_case(back.citizen_id) is not None:
            return None  # what was noticed since has an owner already
        case = lock_case(stop.subject_id)
        case.closed_on, case.closed_by, case.outcome = None, None, None
        _stand_as_before(case, stop.details, local_day(back.now))
        db.session.flush()
        return None

    start_again(back, CASE, again)


def _stand_as_before(case: OutreachCase, said: dict[str, Any], today: date) -> None:
    next_on, handed_on = _day(said.get("next_on")), _day(said.get("handed_on"))
    case.next_on = max(next_on or today, next_office_day(today))
    if handed_on is not None:
        case.handed_to, case.handed_on = UUID(said["handed_to"]), handed_on


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
