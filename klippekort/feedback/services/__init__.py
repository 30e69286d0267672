"""What can be done about what people think."""

from klippekort.feedback.services.errors import (
    CannotOwn,
    InFuture,
    IsClosed,
    NobodyToAnswer,
    NotAComplaint,
    NotAnswered,
    NotChanged,
    NotPassedOn,
    TooManyWrite,
)
from klippekort.feedback.services.giving import Said, give
from klippekort.feedback.services.handling import (
    Ending,
    acknowledge,
    answer,
    close,
    forget,
    pass_on,
    set_owner,
    take_down,
)
from klippekort.feedback.services.settings import decide_rules

__all__ = [
    "CannotOwn",
    "Ending",
    "InFuture",
    "IsClosed",
    "NobodyToAnswer",
    "NotAComplaint",
    "NotAnswered",
    "NotChanged",
    "NotPassedOn",
    "Said",
    "TooManyWrite",
    "acknowledge",
    "answer",
    "close",
    "decide_rules",
    "forget",
    "give",
    "pass_on",
    "set_owner",
    "take_down",
]
