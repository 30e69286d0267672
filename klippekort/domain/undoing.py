"""What of a trip can be undone, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from klippekort.domain.incidents import Effect

UNDO_WITHIN = timedelta(minutes=30)
CHANGES_NOTHING = frozenset(
    {"tablet", "noted", "greeted", "escort_sought", "escort_proposed", "on_way"}
)
"""What the history tells of a trip that is no new version of the trip itself."""


class Undo(StrEnum):
    """What undoing something is called in the history."""

    BOOKING = "unbooked"
    CANCELLING = "uncancelled"
    STARTING = "unstarted"
    FINISHING = "unfinished"
    ASSIGNING = "unassigned"


_UNDONE_BY = {
    "booked": Undo.BOOKING,
    "cancelled": Undo.CANCELLING,
    "no_show": Undo.CANCELLING,
    "wasted_visit": Undo.CANCELLING,
    "turned_down": Undo.CANCELLING,
    "started": Undo.STARTING,
    "completed": Undo.FINISHING,
    "broken_off": Undo.FINISHING,
    "escort_changed": Undo.ASSIGNING,
}


def leaves_as_it_was(kind: str, details: Mapping[str, Any]) -> bool:
    """Say whether a line of the history, with its details, left the trip as it was.

    An incident does so unless it made the trip wait; it is a new version of the trip all the same,
    for a tablet is to show it.
    """
    if kind == "incident":
        return "left_out" in details or details.get("effect") != Effect.PAUSE
    return kind in CHANGES_NOTHING


def undo_of(kind: str, at: datetime, now: datetime, *, is_final: bool = False) -> Undo | None:
    """Return how the last thing that happened to a trip is undone, or None when it cannot be.

    Only the last thing can, and only for half an hour: by then the messages about it are sent and
    people have built upon it. What `is_final` has passed the turn on, is the citizen's own no, or
    the date is at another time.
    """
    if is_final or now - at > UNDO_WITHIN:
        return None
    return _UNDONE_BY.get(kind)
