"""Whom to ask when a host cannot come: in which order, how many at a time, and for how long.

Time is the office's: nobody is called at night. Minutes are working minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain.working_hours import (
    LEAST_NOTICE,
    LEAST_TO_ANSWER,
    OfficeHours,
    after_working,
    working_minutes_between,
)

SIZES = (2, 4)
"""How many are asked in the first waves; the one after them asks all who are left."""
LAST_WAVE = len(SIZES) + 1
_ONE_MINUTE = timedelta(minutes=1)
# How long a wave waits for its answers, by how far away it is; nearer than all of them, an hour.
_WAITS = (
    (timedelta(days=7), 420),
    (timedelta(days=3), 240),
    (timedelta(days=1), 120),
)
_SHORTEST_WAIT = 60


@dataclass(frozen=True)
class Candidate:
    """Somebody who might step in, and what speaks for and against asking them.

    `times_hosted` is how often they have hosted the same activity, `asks_lately` how often they
    were asked in the last four weeks. `is_free` is by the times they have told, and true of those
    who have told none.
    """

    volunteer_id: UUID
    same_association: bool = False
    times_hosted: int = 0
    shares_interest: bool = False
    is_free: bool = True
    asks_lately: int = 0
    is_cleared: bool = True
    is_within_limits: bool = True
    is_away: bool = False
    is_busy: bool = False
    has_answered: bool = False

    @property
    def may_be_asked(self) -> bool:
        """Say whether nothing stands against asking them."""
        return (
            self.is_cleared
            and self.is_within_limits
            and not (self.is_away or self.is_busy or self.has_answered)
        )


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return those who may be asked, those first who are likeliest to say yes gladly.

    The same association comes first, then those who have hosted it before, who like such things,
    who have time then, and of those the ones who were asked least of late.
    """
    return sorted((one for one in candidates if one.may_be_asked), key=_rank)


def _rank(one: Candidate) -> tuple[bool, bool, bool, bool, int, UUID]:
    return (
        not one.same_association,
        one.times_hosted == 0,
        not one.shares_interest,
        not one.is_free,
        one.asks_lately,
        one.volunteer_id,
    )


def opens_at(now: datetime, office: OfficeHours) -> datetime:
    """Return when somebody may be called: now, or when the office opens next."""
    return after_working(now, 1, office) - _ONE_MINUTE


def is_too_late(now: datetime, starts_at: datetime, office: OfficeHours) -> bool:
    """Say whether too little of the office's time is left for anybody to be asked and answer."""
    latest = starts_at - LEAST_NOTICE
    return working_minutes_between(now, max(now, latest), office) < LEAST_TO_ANSWER


def wave_size(number: int, now: datetime, starts_at: datetime, office: OfficeHours) -> int | None:
    """Return how many the wave of this number (from 1) asks; None is everybody who is left.

    Where a second wave could not be answered in time, the first asks everybody.
    """
    latest = starts_at - LEAST_NOTICE
    wait = wait_minutes(starts_at - now)
    is_last = working_minutes_between(now, max(now, latest), office) < wait + LEAST_TO_ANSWER
    return None if is_last or number >= LAST_WAVE else SIZES[number - 1]


def wait_minutes(left: timedelta) -> int:
    """Return how many working minutes a wave waits when it begins in so long."""
    return next((minutes for least, minutes in _WAITS if left >= least), _SHORTEST_WAIT)


def answers_by(sent_at: datetime, starts_at: datetime, office: OfficeHours) -> datetime:
    """Return until when a wave waits: two hours before it begins at the latest."""
    due = after_working(sent_at, wait_minutes(starts_at - sent_at), office)
    return max(sent_at, min(due, starts_at - LEAST_NOTICE))
