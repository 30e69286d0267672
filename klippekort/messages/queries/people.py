"""Whom messages are for: this feature knows nobody, and asks those above who do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.domain.messages.channels import Address
from klippekort.platform.events import ask

CITIZEN, VOLUNTEER = "citizen", "volunteer"


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told something: a `citizen` or a `volunteer`, and which."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class ReachFor:
    """Asks how people are reached; the answers are `Reachable`, none for whom nobody knows."""

    recipients: tuple[Recipient, ...]

    def ids(self, kind: str) -> set[UUID]:
        """Return the ids of those of one kind."""
        return {one.id for one in self.recipients if one.kind == kind}


@dataclass(frozen=True)
class Reachable:
    """A person's name, and where they are reached."""

    recipient: Recipient
    name: str
    address: Address


@dataclass(frozen=True)
class WhoWrites:
    """Asks whom messages are from; the answer is one `Home`."""


@dataclass(frozen=True)
class Home:
    """The municipality as a message names it; `phone` as it is read aloud."""

    name: str
    phone: str


@dataclass(frozen=True)
class StillHolds:
    """Asks whether what a message tells is still so; an answer of False takes it back."""

    kind: str
    subject_id: UUID | None
    facts: dict[str, str]


@dataclass(frozen=True)
class Replied:
    """Somebody has answered a question with a clear yes or no; whoever asked it answers "answered",
    or "over" when it is too late for that.
    """

    kind: str
    recipient: Recipient
    facts: dict[str, str]
    is_yes: bool
    now: datetime


def people(recipients: Iterable[Recipient]) -> dict[Recipient, Reachable]:
    """Return the people there are among these, with how they are reached."""
    wanted = tuple(dict.fromkeys(recipients))
    found: Sequence[Reachable] = ask(ReachFor(wanted)) if wanted else []
    return {one.recipient: one for one in found}


def home() -> Home:
    """Return whom messages are from."""
    found: list[Home] = ask(WhoWrites())
    return found[0] if found else Home("", "")
