"""The phone calls of hosting: whom somebody should ask, thank, or look for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.volunteering import Task
from klippekort.hosting.models import HostOffer, HostSearch
from klippekort.hosting.queries.calls import (
    AWAY,
    BLOCKED,
    CANCELLED,
    COVERED,
    HOST_ASKED,
    MOVED,
    TAKEN_OVER,
    TAKES_OVER,
    UNANSWERED,
)
from klippekort.hosting.queries.offers import When
from klippekort.messages.queries import VOLUNTEER, Recipient, was_told
from klippekort.messages.services import queue_call, tell, withdraw

# What a volunteer is told by the channel they chose.
_TOLD = (HOST_ASKED, COVERED, CANCELLED, MOVED, TAKEN_OVER, TAKES_OVER)


def ask_by_phone(offer: HostOffer, when: When, *, due_at: datetime, now: datetime) -> None:
    """Put on the list that a volunteer is to be asked, and by when the answer is needed."""
    facts = _facts(offer.volunteer_id, when) | {
        "offer": str(offer.id),
        "role": offer.role,
        "answer_by": offer.answer_by.isoformat() if offer.answer_by else "",
    }
    _queue(_ask_key(offer), HOST_ASKED, facts, due_at, now)


def take_back(offer: HostOffer) -> None:
    """Take the question off the list, where nobody has called yet."""
    withdraw(_ask_key(offer))


def thank(offer: HostOffer, when: When, *, now: datetime) -> None:
    """Let somebody who was called hear that it is covered; who was not called hears nothing."""
    if was_told(_ask_key(offer)):
        key = f"host_covered:{offer.id}:{_at(offer)}"
        _queue(key, COVERED, _facts(offer.volunteer_id, when), now, now)
    else:
        take_back(offer)


def nobody_found(search: HostSearch, when: When, *, now: datetime) -> None:
    """Put on the coordinator's list that nobody said yes."""
    facts = _facts(None, when) | {
        "role": search.role,
        "occurrence": str(search.occurrence_id or ""),
        "trip": str(search.trip_id or ""),
    }
    _queue(_search_key(search), UNANSWERED, facts, now, now)


def somebody_found(search: HostSearch) -> None:
    """Take it off the coordinator's list that nobody said yes."""
    withdraw(_search_key(search))


def tell_cancelled(volunteer_id: UUID, what: UUID, when: When, *, now: datetime) -> None:
    """Let a volunteer hear that a date, or a trip, is cancelled."""
    key = f"host_cancelled:{what}:{volunteer_id}"
    _queue(key, CANCELLED, _facts(volunteer_id, when), now, now)


def tell_moved(volunteer_id: UUID, what: UUID, when: When, place: str, *, now: datetime) -> None:
    """Let the usual host hear of a new time or place: once, however many dates move."""
    key = f"host_moved:{what}:{volunteer_id}:{int(now.timestamp())}"
    _queue(key, MOVED, _facts(volunteer_id, when) | {"destination": place}, now, now)


def tell_taken_over(volunteer_id: UUID, what: UUID, when: When, *, now: datetime) -> None:
    """Let a usual host hear that somebody else hosts from a date on."""
    key = f"host_taken_over:{what}:{volunteer_id}:{int(now.timestamp())}"
    _queue(key, TAKEN_OVER, _facts(volunteer_id, when), now, now)


def tell_takes_over(volunteer_id: UUID, what: UUID, when: When, *, now: datetime) -> None:
    """Let a volunteer hear that they usually host from a date on."""
    key = f"host_takes_over:{what}:{volunteer_id}:{int(now.timestamp())}"
    _queue(key, TAKES_OVER, _facts(volunteer_id, when), now, now)


def note_away(volunteer_id: UUID, dates: int, *, is_over: bool, now: datetime) -> None:
    """Let the coordinator know that a volunteer has stopped, or is away, and how much that leaves
    to others.
    """
    facts = {"volunteer": str(volunteer_id), "dates": dates, "is_over": is_over}
    _queue(f"host_away:{volunteer_id}:{int(now.timestamp())}", AWAY, facts, now, now)


def note_blocked(volunteer_id: UUID, task: str, *, now: datetime) -> None:
    """Let the coordinator know that a volunteer was held back by a missing check, once a task."""
    facts = {"volunteer": str(volunteer_id), "task": Task(task).value}
    _queue(f"host_blocked:{volunteer_id}:{task}", BLOCKED, facts, now, now)


def _queue(key: str, kind: str, facts: dict[str, Any], due_at: datetime, now: datetime) -> None:
    if kind not in _TOLD:  # a note to the coordinator, not a message
        queue_call(
            key, kind, citizen_id=None, supplier_id=None, facts=facts, due_at=due_at, now=now
        )
        return
    to = Recipient(VOLUNTEER, UUID(facts["volunteer"]))
    late_at = datetime.fromisoformat(facts.get("answer_by") or facts["starts_at"])
    tell(key, kind, to=to, facts=facts, due_at=due_at, late_at=late_at, now=now)


def _facts(volunteer_id: UUID | None, when: When) -> dict[str, Any]:
    said = {"title": when.title, "starts_at": when.starts_at.isoformat()}
    return said | {"volunteer": str(volunteer_id)} if volunteer_id else said


def _ask_key(offer: HostOffer) -> str:
    """Return what a question means: one asked again later is a new one."""
    return f"host_ask:{offer.id}:{_at(offer)}"


def _at(offer: HostOffer) -> int:
    return int(offer.asked_at.timestamp())


def _search_key(search: HostSearch) -> str:
    return f"host_unanswered:{search.id}:{int(search.opened_at.timestamp())}"
