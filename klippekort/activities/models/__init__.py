"""Tables of activities, their places and dates, and the seats at them."""

from klippekort.activities.models.dates import Occurrence, SignUp
from klippekort.activities.models.offers import Activity, Picture, Timing
from klippekort.activities.models.places import Place, PlaceClosure

__all__ = [
    "Activity",
    "Occurrence",
    "Picture",
    "Place",
    "PlaceClosure",
    "SignUp",
    "Timing",
]
