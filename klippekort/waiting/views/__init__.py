"""The screens of waiting; importing one of them hangs it on the blueprint."""

from klippekort.waiting.views import (
    answers,
    fair_turn,
    line,
    own_offer,
    settings,
    standing,
    unmet,
    wishes,
    within,
)
from klippekort.waiting.views.blueprint import bp

__all__ = [
    "answers",
    "bp",
    "fair_turn",
    "line",
    "own_offer",
    "settings",
    "standing",
    "unmet",
    "wishes",
    "within",
]
