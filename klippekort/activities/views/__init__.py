"""The pages of activities."""

from klippekort.activities.views import (
    changing,
    dates,
    deciding,
    life,
    pictures,
    places,
    posting,
)
from klippekort.activities.views.blueprint import bp

__all__ = [
    "bp",
    "changing",
    "dates",
    "deciding",
    "life",
    "pictures",
    "places",
    "posting",
]
