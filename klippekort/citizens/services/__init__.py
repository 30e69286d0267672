"""What can be done to a citizen's record."""

from klippekort.citizens.queries import CitizenFacts, identity
from klippekort.citizens.services.absences import (
    KINDS,
    AbsenceNoted,
    EndsBeforeStart,
    NewsOf,
    NewsTold,
    OverlapsAnother,
    UnknownKind,
    drop_absence,
    end_absence,
    record_absence,
)
from klippekort.citizens.services.openings import OPEN_FOR, REASONS, UnknownReason, open_access
from klippekort.citizens.services.records import (
    PersonNumberMissing,
    PersonNumberTaken,
    RecordRefTaken,
    RecordRefUnfit,
    add_citizen,
    change_citizen,
    choose_call_name,
    content_of,
    needs_wheelchair,
    open_address,
)

__all__ = [
    "KINDS",
    "OPEN_FOR",
    "REASONS",
    "AbsenceNoted",
    "CitizenFacts",
    "EndsBeforeStart",
    "NewsOf",
    "NewsTold",
    "OverlapsAnother",
    "PersonNumberMissing",
    "PersonNumberTaken",
    "RecordRefTaken",
    "RecordRefUnfit",
    "UnknownKind",
    "UnknownReason",
    "add_citizen",
    "change_citizen",
    "choose_call_name",
    "content_of",
    "drop_absence",
    "end_absence",
    "identity",
    "needs_wheelchair",
    "open_access",
    "open_address",
    "record_absence",
]
