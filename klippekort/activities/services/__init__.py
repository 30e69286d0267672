"""What can be done with activities: post, approve, hold dates, take seats, host."""

from klippekort.activities.services.dates import (
    OccurrenceCancelled,
    cancel_occurrence,
    reach_of,
)
from klippekort.activities.services.hosting import (
    HostingTimesMakeNoSense,
    LoggedBefore,
    NotBegun,
    log_attendance,
    may_be_corrected,
)
from klippekort.activities.services.offers import (
    ActivityFacts,
    DatesOver,
    approve_activity,
    change_activity,
    decline_activity,
    post_activity,
    post_associations_activities,
)
from klippekort.activities.services.seats import OccurrenceOver, give_seat_back, take_seat

__all__ = [
    "ActivityFacts",
    "DatesOver",
    "HostingTimesMakeNoSense",
    "LoggedBefore",
    "NotBegun",
    "OccurrenceCancelled",
    "OccurrenceOver",
    "approve_activity",
    "cancel_occurrence",
    "change_activity",
    "decline_activity",
    "give_seat_back",
    "log_attendance",
    "may_be_corrected",
    "post_activity",
    "post_associations_activities",
    "reach_of",
    "take_seat",
]
