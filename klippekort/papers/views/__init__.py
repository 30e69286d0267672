"""The pages of what goes out on paper, and of what comes back."""

from klippekort.papers.views import (
    batches,
    calls,
    cards,
    day_lists,
    deciding,
    home,
    letters,
    settings,
    slips,
    weeks,
)
from klippekort.papers.views.blueprint import bp

__all__ = [
    "batches",
    "bp",
    "calls",
    "cards",
    "day_lists",
    "deciding",
    "home",
    "letters",
    "settings",
    "slips",
    "weeks",
]
