"""Tables of hosting."""

from klippekort.hosting.models.log import (
    HostExpense,
    Hosting,
    HostingTerms,
    HostSettings,
    HostWord,
    TripHours,
)
from klippekort.hosting.models.offers import HostOffer, HostSearch

__all__ = [
    "HostExpense",
    "HostOffer",
    "HostSearch",
    "HostSettings",
    "HostWord",
    "Hosting",
    "HostingTerms",
    "TripHours",
]
