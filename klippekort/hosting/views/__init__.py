"""The pages of hosting."""

from klippekort.hosting.views import (
    asking,
    attendance,
    expenses,
    log,
    offering,
    overview,
    own,
    paper,
    settings,
    staff_words,
)
from klippekort.hosting.views.blueprint import bp

__all__ = [
    "asking",
    "attendance",
    "bp",
    "expenses",
    "log",
    "offering",
    "overview",
    "own",
    "paper",
    "settings",
    "staff_words",
]
