"""What somebody was told, in words, for the pages of those who know the person."""

from dataclasses import dataclass
from datetime import date

from klippekort.domain.messages.channels import Channel
from klippekort.messages.forms import CHANNELS
from klippekort.messages.queries import Recipient
from klippekort.messages.queries import deliveries as queries
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _l

STATES = {
    "queued": _l("On its way"),
    "sending": _l("On its way"),
    "sent": _l("Sent"),
    "delivered": _l("Delivered"),
    "failed": _l("Could not be sent"),
    "stopped": _l("Stopped"),
}


@dataclass(frozen=True)
class Told:
    """Something that was sent; `text` is None once its words are forgotten."""

    at: str
    channel: str
    state: str
    text: str | None


def told_to(recipient: Recipient, today: date) -> list[Told]:
    """Return what a person was sent, newest first. A code is not shown to those who look."""
    return [
        Told(
            moment(row.sent_at or row.queued_at, today),
            str(CHANNELS[Channel(row.channel)]),
            str(STATES[row.state]),
            queries.words_of(row),
        )
        for row in queries.told_to(recipient)
        if not row.is_urgent
    ]
