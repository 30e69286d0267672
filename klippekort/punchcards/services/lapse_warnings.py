"""Telling citizens in time of the minutes they are about to lose."""

from datetime import datetime, timedelta
from uuid import UUID

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import ONE_DAY, day_span
from klippekort.domain.messages.channels import Channel
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.queries.calls import all_told_since, told_since
from klippekort.messages.services import tell
from klippekort.punchcards.queries.cards import Lapsing

ON_A_DAY, FROM_A_DAY = "lapse_warning", "lapse_warning_first"
"""All of it lapses on one day, or the first of it does."""
AT_MOST_EVERY = timedelta(days=13)


def warned_lately(now: datetime) -> set[UUID]:
    """Return the ids of the citizens who need not be looked at: they were warned in the fortnight
    before `now`.
    """
    return all_told_since((ON_A_DAY, FROM_A_DAY), now - AT_MOST_EVERY)


def warn_of_lapse(line: Lapsing, *, by_letter: bool, now: datetime) -> Channel | None:
    """Warn a citizen that time lapses, once for each day it does and once a fortnight at most.

    Who has chosen nothing, and can be sent nothing, is not called: the overview has a list of them.
    """
    to = Recipient(CITIZEN, line.citizen_id)
    if any(told_since(to, kind, now - AT_MOST_EVERY) for kind in (ON_A_DAY, FROM_A_DAY)):
        return None
    return tell(
        f"{ON_A_DAY}:{line.card_id}:{line.on.isoformat()}",
        ON_A_DAY if line.on == line.last_on else FROM_A_DAY,
        to=to,
        supplier_id=get_citizen(line.citizen_id).supplier_id,
        facts={"minutes": line.minutes, "last_day": line.on.isoformat()},
        due_at=now,
        late_at=day_span(line.on - ONE_DAY)[1],
        only=Channel.LETTER if by_letter else None,
        is_extra=True,
        now=now,
    )
