"""The pages of hosting."""

from klippekort.hosting.views import (
    asking,
    attendance,
    expenses,
    log,
    offering,
    other_dates,
    overview,
    own,
    paper,
    settings,
    staff_words,
    trip_hours,
)
from klippekort.hosting.views.blueprint import bp

__all__ = [
    "asking",
    "attendance",
    "bp",
    "expenses",
    "log",
    "offering",
    "other_dates",
    "overview",
    "own",
    "paper",
    "settings",
    "staff_words",
    "trip_hours",
]
