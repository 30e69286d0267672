"""What is done so that nobody is overlooked."""

from klippekort.outreach.services.answering import answer
from klippekort.outreach.services.beginning import begin_course
from klippekort.outreach.services.errors import (
    AlmostEverybody,
    KnownAlready,
    NothingNoted,
    NotPublic,
    NotTheirs,
)
from klippekort.outreach.services.following import (
    bring_back,
    close,
    hand_over,
    link,
    reply,
    set_next,
    take_over,
    turn_back,
)
from klippekort.outreach.services.forgetting import forget, forget_talk
from klippekort.outreach.services.noting import Noted, note
from klippekort.outreach.services.referring import Told, refer
from klippekort.outreach.services.setting import Settings, set_rules, set_terms

__all__ = [
    "AlmostEverybody",
    "KnownAlready",
    "NotPublic",
    "NotTheirs",
    "Noted",
    "NothingNoted",
    "Settings",
    "Told",
    "answer",
    "begin_course",
    "bring_back",
    "close",
    "forget",
    "forget_talk",
    "hand_over",
    "link",
    "note",
    "refer",
    "reply",
    "set_next",
    "set_rules",
    "set_terms",
    "take_over",
    "turn_back",
]
