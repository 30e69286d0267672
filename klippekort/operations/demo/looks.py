"""Who looked at whom lately: openings by the half hour, and the lines of the citizens' own logs."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from klippekort.citizens.models import AccessOpening
from klippekort.domain.calendar import instant
from klippekort.domain.permissions import Action
from klippekort.operations.demo.world import Frame, Helper, Journey, Person, Resident
from klippekort.platform.audit import AuditCitizen, AuditLine

_DAYS = 14
_REASONS = ("covering", "she_called", "emergency")


def leave_traces(
    frame: Frame,
    residents: Sequence[Resident],
    helpers: Sequence[Helper],
    office: Sequence[Person],
    journeys: Sequence[Journey],
) -> None:
    """Add openings and looks of the last days, and a line for each trip that is to come."""
    for number in range(6):
        _opening(frame, frame.dice.choice(residents), helpers[number % len(helpers)])
    people = [helper.person for helper in helpers[:6]] + list(office)
    for resident in [*residents[:4], *frame.dice.some(residents, 20)]:
        person = frame.dice.choice(people)
        at = _lately(frame)
        _line(frame, person, Action.SEE_CITIZEN, "page", None, resident.id, at, "see_citizen", {})
    for journey in journeys:
        if journey.starts_at > frame.now:
            _line(
                frame,
                journey.booked_by,
                Action.BOOK_TRIP,
                "trip",
                journey.id,
                journey.resident.id,
                journey.booked_at,
                None,
                {"minutes": journey.minutes, "agreed_how": journey.agreed_how},
            )


def _lately(frame: Frame) -> datetime:
    dice = frame.dice
    day = frame.today - timedelta(days=dice.randint(1, _DAYS))
    return instant(day, time(dice.randint(8, 15), dice.randrange(60)))


def _opening(frame: Frame, resident: Resident, helper: Helper) -> None:
    opened_at = _lately(frame)
    reason = frame.dice.choice(_REASONS)
    frame.rows.add(
        AccessOpening,
        id=frame.dice.new_id(opened_at),
        account_id=helper.person.account_id,
        citizen_id=resident.id,
        reason=reason,
        opened_at=opened_at,
        ends_at=opened_at + timedelta(minutes=30),
    )
    _line(
        frame,
        helper.person,
        Action.OPEN_ACCESS,
        "citizen",
        resident.id,
        resident.id,
        opened_at,
        reason,
        {},
    )


def _line(
    frame: Frame,
    who: Person,
    action: Action,
    kind: str,
    subject: UUID | None,
    citizen: UUID,
    at: datetime,
    purpose: str | None,
    details: dict[str, Any],
) -> None:
    line_id = frame.dice.new_id(at)
    frame.rows.add(
        AuditLine,
        id=line_id,
        at=at,
        account_id=who.account_id,
        role=who.role,
        action=action.value,
        purpose=purpose,
        subject_kind=kind,
        subject_id=subject,
        details=details,
    )
    frame.rows.add(AuditCitizen, id=frame.dice.new_id(at), line_id=line_id, citizen_id=citizen)
