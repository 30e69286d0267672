"""What is done about measures."""

from klippekort.measures.services.dues import ask_at, drop_dues, set_due, set_due_by_hand
from klippekort.measures.services.duties import DONE, close_duty, may_follow_up
from klippekort.measures.services.errors import (
    IsGone,
    KnownAlready,
    MeasuredAlready,
    NoProxy,
    NotYet,
    NoWording,
    TooLongAgo,
    WordsMissing,
)
from klippekort.measures.services.measuring import (
    BECAUSE,
    MODES,
    MOMENTS,
    OUTCOMES,
    Answered,
    keep_answers,
)
from klippekort.measures.services.setting_up import (
    LONGEST_FILE,
    Words,
    add_instrument,
    set_moments,
    write_words,
)

__all__ = [
    "BECAUSE",
    "DONE",
    "LONGEST_FILE",
    "MODES",
    "MOMENTS",
    "OUTCOMES",
    "Answered",
    "IsGone",
    "KnownAlready",
    "MeasuredAlready",
    "NoProxy",
    "NoWording",
    "NotYet",
    "TooLongAgo",
    "Words",
    "WordsMissing",
    "add_instrument",
    "ask_at",
    "close_duty",
    "drop_dues",
    "keep_answers",
    "may_follow_up",
    "set_due",
    "set_due_by_hand",
    "set_moments",
    "write_words",
]
