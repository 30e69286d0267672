"""Tables of trips."""

from klippekort.trips.models.agreements import AgreementException, StandingAgreement, StandingTrip
from klippekort.trips.models.blocks import Trip, TripEscort, TripEvent, TripRider
from klippekort.trips.models.happenings import Greeting, Incident, TripNote

__all__ = [
    "AgreementException",
    "Greeting",
    "Incident",
    "StandingAgreement",
    "StandingTrip",
    "Trip",
    "TripEscort",
    "TripEvent",
    "TripNote",
    "TripRider",
]
