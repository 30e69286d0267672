"""The words for what is stored as a code about relatives."""

from typing import Any

from klippekort.domain.proxies import Evidence, Giver, Purpose, Step
from klippekort.platform.i18n import _l

PURPOSES: dict[str, Any] = {
    Purpose.SEE: _l("See the card and the trips"),
    Purpose.PROPOSE: _l("Propose something"),
    Purpose.BOOK: _l("Book trips"),
    Purpose.CANCEL: _l("Cancel trips"),
    Purpose.MESSAGES: _l("Get messages"),
}
EVIDENCE: dict[str, Any] = {
    Evidence.DIGITAL: _l("Digital proxy"),
    Evidence.PAPER: _l("Signed on paper"),
    Evidence.SPOKEN: _l("Said aloud, heard by two of the staff"),
    Evidence.GUARDIAN: _l("Guardian, or a proxy for the future that is in force"),
}
STEPS: dict[str, Any] = {
    Step.GIVEN: _l("Given"),
    Step.WITHDRAWN: _l("Withdrawn"),
    Step.STOPPED: _l("Stopped, for the citizen has died or moved"),
    Step.RESTARTED: _l("In force again, for that was a mistake"),
}
GIVERS: dict[str, Any] = {
    Giver.CITIZEN: _l("the citizen herself"),
    Giver.STAFF: _l("staff"),
    Giver.RELATIVE: _l("the relative"),
    Giver.SYSTEM: _l("the program itself"),
}
CONFIRMATIONS = {
    "seen_id": _l("Showed a passport or the like"),
    "called_back": _l("Was called back on a number we knew"),
    "known": _l("Is known to the citizen, or to us"),
}
DAYS = {
    "dont_book": _l("I am there: do not book anything"),
    "takes_her": _l("I take her along to what is booked"),
}
STATES = {
    "waiting": _l("Waits for an answer"),
    "yes": _l("Agreed"),
    "no": _l("Not this time"),
    "withdrawn": _l("Taken back"),
    "stopped": _l("Stopped"),
}
