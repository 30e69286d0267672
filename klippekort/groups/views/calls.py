"""Whom to call who missed their first meeting, and how they are reached."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import phone_of
from klippekort.domain.calendar import local_day
from klippekort.groups.queries import meetings as meeting_queries
from klippekort.groups.queries import members

CALL_DAYS = 7
"""For how many days after a first meeting missed somebody is still to be called."""
_NUMBER = re.compile(r"\+?[\d ]{8,16}", re.ASCII)


@dataclass(frozen=True)
class ToCall:
    """A member to call, and how they are reached, where it may be told: a number, or more words."""

    id: UUID
    name: str
    reached: str | None
    is_number: bool


def is_number(said: str | None) -> bool:
    """Say whether how somebody is reached is a telephone number and no more."""
    return said is not None and _NUMBER.fullmatch(said) is not None


def number_of(citizen: Any) -> str | None:
    """Return a citizen's phone number for those who lead a group she is in; none where her address
    is protected: then the coordinator calls.
    """
    return None if citizen.has_protected_address else phone_of(citizen)


def reached(group: Any, row: Any, citizen: Any) -> str | None:
    """Return how a member of a group is reached, as far as it is kept and may be told."""
    return number_of(citizen) if citizen is not None else members.contact_in(group, row)


def to_call(group: Any, today: date) -> list[ToCall]:
    """Return the members who missed their first meeting these days and whom nobody has called."""
    missed: set[Any] = set()
    for row in meeting_queries.meetings_of(group.id):
        if row.state == "held" and 1 <= (today - local_day(row.starts_at)).days <= CALL_DAYS:
            missed |= meeting_queries.missed_their_first(row.id)
    if not missed:
        return []
    wanted = [
        _to_call(group, row, citizen)
        for row, citizen in members.rows_of(group.id)
        if row.id in missed and row.state == "active" and row.called_on is None
    ]
    return sorted(wanted, key=lambda one: (one.name, one.id))


def _to_call(group: Any, row: Any, citizen: Any) -> ToCall:
    how = reached(group, row, citizen)
    name = citizen.name if citizen is not None else row.first_name or ""
    return ToCall(row.id, name, how, is_number(how))
