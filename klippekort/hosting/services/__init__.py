"""What hosts, volunteers and those who ask them do."""

from klippekort.hosting.services.calls import note_blocked
from klippekort.hosting.services.errors import (
    AddressTold,
    ChecksMissing,
    Covered,
    Elsewhere,
    HostingTimesMakeNoSense,
    LoggedBefore,
    NoRate,
    NotBegun,
    NotOffered,
    NotThen,
    OnPause,
    OverLimit,
    TimesUsedUp,
    TooLate,
)
from klippekort.hosting.services.expenses import (
    MILEAGE,
    PURPOSES,
    Outlay,
    claim,
    decide_claim,
    take_claim_back,
)
from klippekort.hosting.services.logging import (
    confirm_as_planned,
    log_attendance,
    logged_by,
    may_be_corrected,
)
from klippekort.hosting.services.offering import (
    answer,
    ask,
    cannot_after_all,
    look_for_host,
    offer_dates,
)
from klippekort.hosting.services.searching import send_wave
from klippekort.hosting.services.settings import set_hosting
from klippekort.hosting.services.trip_hours import log_trip_hours, may_correct_hours
from klippekort.hosting.services.words import handle_word, say_from_host, say_to_host

__all__ = [
    "MILEAGE",
    "PURPOSES",
    "AddressTold",
    "ChecksMissing",
    "Covered",
    "Elsewhere",
    "HostingTimesMakeNoSense",
    "LoggedBefore",
    "NoRate",
    "NotBegun",
    "NotOffered",
    "NotThen",
    "OnPause",
    "Outlay",
    "OverLimit",
    "TimesUsedUp",
    "TooLate",
    "answer",
    "ask",
    "cannot_after_all",
    "claim",
    "confirm_as_planned",
    "decide_claim",
    "handle_word",
    "log_attendance",
    "log_trip_hours",
    "logged_by",
    "look_for_host",
    "may_be_corrected",
    "may_correct_hours",
    "note_blocked",
    "offer_dates",
    "say_from_host",
    "say_to_host",
    "send_wave",
    "set_hosting",
    "take_claim_back",
]
