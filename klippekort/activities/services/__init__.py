"""What can be done with activities: post, approve, hold dates, take seats, host."""

from klippekort.activities.services.dates import OccurrenceCancelled, cancel_occurrence
from klippekort.activities.services.hosting import log_attendance
from klippekort.activities.services.offers import (
    ActivityFacts,
    approve_activity,
    change_activity,
    decline_activity,
    post_activity,
)
from klippekort.activities.services.seats import OccurrenceOver, give_seat_back, take_seat

__all__ = [
    "ActivityFacts",
    "OccurrenceCancelled",
    "OccurrenceOver",
    "approve_activity",
    "cancel_occurrence",
    "change_activity",
    "decline_activity",
    "give_seat_back",
    "log_attendance",
    "post_activity",
    "take_seat",
]
