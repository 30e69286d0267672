"""The tablet turned to a citizen: what she is shown, her answer, and turning it back."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.accounts.services import set_shown
from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.trips import Transport
from klippekort.platform import audit
from klippekort.trips.services.booking import BookingOrder, book_trip


@dataclass(frozen=True)
class Proposal:
    """A trip a citizen is asked about, and her answer.

    The answer is `yes`, `no`, or `refused` when it could not be booked.
    `travel_each_way` is in minutes. Without a helper one is found on the day `escort_by`, or on the
    working day before.
    """

    occurrence_id: UUID
    transport: Transport
    travel_each_way: int
    escort_id: UUID | None = None
    answer: str | None = None
    escort_by: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the proposal as a log-in keeps it."""
        return {
            "occurrence_id": str(self.occurrence_id),
            "transport": self.transport.value,
            "travel_each_way": self.travel_each_way,
            "escort_id": str(self.escort_id) if self.escort_id else None,
            "answer": self.answer,
            "escort_by": self.escort_by.isoformat() if self.escort_by else None,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return the proposal a log-in keeps."""
        return cls(
            UUID(kept["occurrence_id"]),
            Transport(kept["transport"]),
            int(kept["travel_each_way"]),
            UUID(kept["escort_id"]) if kept["escort_id"] else None,
            kept["answer"],
            date.fromisoformat(by) if (by := kept.get("escort_by")) else None,
        )

    def answered(self, answer: str) -> "Proposal":
        """Return the proposal with her answer."""
        return replace(self, answer=answer)


def turn_to_citizen(
    actor: Actor, session_hash: str, citizen_id: UUID, proposal: Proposal | None, *, now: datetime
) -> str:
    """Turn the tablet of a log-in to a citizen, with a trip to say yes or no to if one is proposed.

    Raises NotFound, Forbidden. Returns the citizen's id.
    """
    citizen = get_citizen(citizen_id)
    authorise(actor, Action.SHOW_CARD, reach(citizen, local_day(now)))
    if proposal is not None:
        get_occurrence_facts(proposal.occurrence_id)
        if proposal.escort_id is not None:
            get_care_worker(proposal.escort_id)
    set_shown(session_hash, citizen_id, proposal.as_json() if proposal else None)
    _record(actor, citizen_id, "turned", proposal)
    return str(citizen_id)


def turn_back(actor: Actor, session_hash: str, citizen_id: UUID) -> None:
    """Give the tablet back to the helper, whose PIN the caller has checked."""
    set_shown(session_hash, None)
    _record(actor, citizen_id, "turned_back", None)


def accept(
    actor: Actor, session_hash: str, citizen_id: UUID, proposal: Proposal, *, now: datetime
) -> str:
    """Book the trip the citizen said yes to on the tablet, and return its id.

    Raises what `book_trip` raises; then nothing is booked and the question still stands.
    """
    order = BookingOrder(
        citizen_id,
        proposal.occurrence_id,
        proposal.transport,
        proposal.travel_each_way,
        proposal.escort_id,
        agreed_how="shown",
        finds_later=True,
        escort_on=proposal.escort_by,
    )
    trip_id = book_trip(actor, order, now=now)
    keep_answer(actor, session_hash, citizen_id, proposal.answered("yes"))
    return trip_id


def keep_answer(actor: Actor, session_hash: str, citizen_id: UUID, proposal: Proposal) -> str:
    """Keep the answer a proposal carries, and return it. Nothing is booked by this."""
    set_shown(session_hash, citizen_id, proposal.as_json())
    _record(actor, citizen_id, "answered", proposal)
    return str(proposal.answer)


def _record(actor: Actor, citizen_id: UUID, what: str, proposal: Proposal | None) -> None:
    audit.record(
        actor,
        Action.SHOW_CARD,
        "citizen",
        citizen_id,
        citizens=[citizen_id],
        purpose="shown",
        what=what,
        occurrence=proposal.occurrence_id if proposal else None,
        answer=proposal.answer if proposal else None,
    )
