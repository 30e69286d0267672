"""Reading what somebody must be told."""

from klippekort.messages.models import MessageDelivery, MessageEvent, OutboxMessage
from klippekort.messages.queries.calls import (
    about,
    find_message,
    get_message,
    lock_message,
    open_calls,
    was_told,
)
from klippekort.messages.queries.people import (
    CITIZEN,
    RELATIVE,
    VOLUNTEER,
    AlsoTold,
    Copy,
    Home,
    Reachable,
    ReachFor,
    Recipient,
    Replied,
    StillHolds,
    WhoWrites,
)

__all__ = [
    "CITIZEN",
    "RELATIVE",
    "VOLUNTEER",
    "AlsoTold",
    "Copy",
    "Home",
    "MessageDelivery",
    "MessageEvent",
    "OutboxMessage",
    "ReachFor",
    "Reachable",
    "Recipient",
    "Replied",
    "StillHolds",
    "WhoWrites",
    "about",
    "find_message",
    "get_message",
    "lock_message",
    "open_calls",
    "was_told",
]
