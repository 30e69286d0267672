"""The pages of activities."""

from klippekort.activities.views import (
    changing,
    dates,
    deciding,
    handing_over,
    life,
    pictures,
    places,
    posting,
    rooms,
)
from klippekort.activities.views.blueprint import bp

__all__ = [
    "bp",
    "changing",
    "dates",
    "deciding",
    "handing_over",
    "life",
    "pictures",
    "places",
    "posting",
    "rooms",
]
