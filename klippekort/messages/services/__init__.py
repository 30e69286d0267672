"""Writing down what somebody must be told, sending it, and noting what came of it."""

from klippekort.messages.services.calls import CallOutcome, complete_call, queue_call, withdraw
from klippekort.messages.services.telling import (
    can_mail,
    can_text,
    mail_now,
    tell,
    tells_more,
    text_now,
)

__all__ = [
    "CallOutcome",
    "can_mail",
    "can_text",
    "complete_call",
    "mail_now",
    "queue_call",
    "tell",
    "tells_more",
    "text_now",
    "withdraw",
]
