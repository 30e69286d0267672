"""Being asked how one is, at the start and at the end: by consent, and where names are kept."""

from datetime import datetime

from klippekort.domain.calendar import local_day
from klippekort.groups.models import GroupMember
from klippekort.groups.queries.members import citizen_of
from klippekort.groups.services.events import MeasureDue
from klippekort.platform import events

START, END = "start", "end"


def agree_to_measures(row: GroupMember, now: datetime) -> None:
    """Note a member's yes and have the first questions asked; without a citizen nobody is asked."""
    if _tell(row, START, now):
        row.wants_measures = True


def ask_at_end(row: GroupMember, now: datetime) -> None:
    """Have the last questions asked, where the member said yes to them."""
    if row.wants_measures:
        _tell(row, END, now)
        row.wants_measures = False


def _tell(row: GroupMember, moment: str, now: datetime) -> bool:
    citizen = citizen_of(row.id)
    if citizen is None:
        return False
    events.emit(MeasureDue(citizen.id, moment, local_day(now)))
    return True
