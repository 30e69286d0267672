"""Why something was refused, as facts that can be stored and put in words later."""

from datetime import datetime
from typing import Any

from klippekort.activities.services import OccurrenceOver
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    CitizenGone,
    ConsentMissing,
    DomainError,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    Forbidden,
    InsufficientMinutes,
    NoSeat,
    NotFound,
    NoWheelchairPlace,
    Refused,
    Stale,
    TimesMakeNoSense,
    Undecided,
)
from klippekort.domain.incidents import NobodyChosen
from klippekort.domain.intents import AheadOfUs, NobodyHome
from klippekort.domain.outreach.cases import InTheFuture, TooFar
from klippekort.outreach.services import NothingNoted
from klippekort.trips.services.booking import NoSuchDay

_PLAIN: tuple[type[DomainError], ...] = (
    AheadOfUs,
    CardClosed,
    CitizenBusy,
    CitizenGone,
    ConsentMissing,
    EscortBusy,
    EscortOffDuty,
    Forbidden,
    InTheFuture,
    NobodyChosen,
    NobodyHome,
    NoSeat,
    NoSuchDay,
    NotFound,
    NothingNoted,
    NoWheelchairPlace,
    OccurrenceOver,
    Stale,
    TimesMakeNoSense,
    TooFar,
)
_BY_NAME = {one.__name__: one for one in _PLAIN}


def facts_of(error: DomainError) -> dict[str, Any]:
    """Return a refusal's name and numbers."""
    facts: dict[str, Any] = {"error": type(error).__name__}
    match error:
        case Refused():
            facts["rule"] = error.rule
            facts["earliest"] = error.earliest.isoformat() if error.earliest else None
        case Undecided():
            facts |= {"rule": error.rule, "choices": list(error.choices)}
            facts["others"] = list(error.others)
        case InsufficientMinutes():
            facts |= {"available": error.available, "wanted": error.wanted}
        case EscortUnable():
            facts["lacks"] = list(error.lacks)
    return facts


def error_of(facts: dict[str, Any]) -> DomainError:
    """Return the refusal these facts were made of; a nameless one when it is unknown by now."""
    name, earliest = facts.get("error"), facts.get("earliest")
    if name == "Refused":
        when = datetime.fromisoformat(earliest) if earliest else None
        return Refused(facts["rule"], when)
    if name == "Undecided":
        return Undecided(facts["rule"], tuple(facts["choices"]), tuple(facts.get("others", ())))
    if name == "InsufficientMinutes":
        return InsufficientMinutes(facts["available"], facts["wanted"])
    if name == "EscortUnable":
        return EscortUnable(tuple(facts["lacks"]))
    return _BY_NAME.get(str(name), DomainError)()
