"""Who may join a group: what it is for, whom it cannot hold, and when it is open."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from klippekort.domain.groups.life import Agreement, State


class Outcome(StrEnum):
    """What came of the talk before somebody joins."""

    FITS = "fits"
    LATER = "later"
    OTHER_HELP = "other_help"
    OTHER_GROUP = "other_group"
    SAID_NO = "said_no"


class Reason(StrEnum):
    """Why somebody cannot be offered a place in a group now."""

    ENDED = "ended"
    CLOSED = "closed"
    FULL = "full"
    AGREEMENT_OVER = "agreement_over"
    TOO_SOON = "too_soon"
    TALK_MISSING = "talk_missing"
    TALK_SAID_LATER = "talk_said_later"
    NOT_REFERRED = "not_referred"
    ASKED = "asked"


@dataclass(frozen=True)
class Room:
    """How full and how open a group is. `held` meetings have been; `open_until` counts them.

    `taken` are places that are somebody's, or offered to somebody.
    """

    state: State
    taken: int
    largest: int
    held: int
    open_until: int | None
    agreement: Agreement = Agreement.HOLDS

    @property
    def free(self) -> int:
        """Return how many places nobody has and nobody is asked about."""
        return max(self.largest - self.taken, 0)


def is_open(room: Room) -> Reason | None:
    """Return why nobody new can come into a group, or None when it is open."""
    if room.state is State.ENDED:
        return Reason.ENDED
    if room.agreement is Agreement.OVER and room.state is not State.SELF_RUN:
        return Reason.AGREEMENT_OVER
    if room.open_until is not None and room.held >= room.open_until:
        return Reason.CLOSED
    return Reason.FULL if room.free == 0 else None


def first_day(lost_on: date | None, least_months: int | None) -> date | None:
    """Return the first day somebody can join who lost someone on a day; None is any day.

    A loss nobody dated shuts nobody out.
    """
    if least_months is None or lost_on is None:
        return None
    return lost_on + relativedelta(months=least_months)
