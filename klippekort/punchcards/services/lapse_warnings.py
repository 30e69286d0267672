"""Telling citizens in time of the minutes they are about to lose."""

from datetime import datetime, timedelta

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import ONE_DAY, day_span
from klippekort.domain.messages.channels import Channel
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.queries.calls import told_since
from klippekort.messages.services import tell
from klippekort.punchcards.queries.cards import Lapsing

KIND = "lapse_warning"
AT_MOST_EVERY = timedelta(days=13)


def warn_of_lapse(line: Lapsing, *, by_letter: bool, now: datetime) -> Channel | None:
    """Warn a citizen that time lapses, once for each day it does and once a fortnight at most.

    Who has chosen nothing, and can be sent nothing, is not called: the overview has a list of them.
    """
    to = Recipient(CITIZEN, line.citizen_id)
    if told_since(to, KIND, now - AT_MOST_EVERY):
        return None
    return tell(
        f"{KIND}:{line.card_id}:{line.on.isoformat()}",
        KIND,
        to=to,
        supplier_id=get_citizen(line.citizen_id).supplier_id,
        facts={"minutes": line.minutes, "last_day": line.on.isoformat()},
        due_at=now,
        late_at=day_span(line.on - ONE_DAY)[1],
        only=Channel.LETTER if by_letter else None,
        is_extra=True,
        now=now,
    )
