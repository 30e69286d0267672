"""Whom messages are for: this feature knows nobody, and asks those above who do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.messages.channels import Address
from klippekort.messages.queries import devices
from klippekort.messages.queries.settings import languages_of
from klippekort.platform.events import ask
from klippekort.platform.i18n import _

CITIZEN, VOLUNTEER, RELATIVE = "citizen", "volunteer", "relative"
# Staff are told only on devices of theirs; by the person they are on the rosters, or their account.
STAFF = "staff"
# Whoever has one log-in for several people: a relative of two parents.
ACCOUNT = "account"


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told something: a `citizen`, a `volunteer` or a `relative`, and which."""

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
    """A person's name, and where they are reached. `account_id` is the log-in whose devices are
    theirs too. `language` is the one they have chosen, by its code, or None: then it is Danish.
    """

    recipient: Recipient
    name: str
    address: Address
    account_id: UUID | None = None
    language: str | None = None


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
    """Asks whether what a message tells is still so; an answer of False takes it back.

    `citizen_id` is the one it is told to, or of whom it is told.
    """

    kind: str
    subject_id: UUID | None
    facts: dict[str, str]
    citizen_id: UUID | None = None


@dataclass(frozen=True)
class PersonNumberOf:
    """Asks for a citizen's person number, for Digital Post alone; the answer is one `str`, or none.
    It is neither kept nor shown nor logged.
    """

    citizen_id: UUID


@dataclass(frozen=True)
class PostReceipt:
    """Digital Post tells what became of something that is no delivery of ours; whoever sent it
    answers whether that was news.
    """

    message_id: UUID
    is_delivered: bool
    now: datetime


@dataclass(frozen=True)
class AlsoTold:
    """Asks who else is told what a citizen is told; the answers are `Copy`."""

    citizen_id: UUID
    dedupe_key: str
    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Copy:
    """What somebody else is told of it: under a key of its own, in words of its own."""

    dedupe_key: str
    kind: str
    to: Recipient
    facts: dict[str, Any]


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
    if not wanted:
        return {}
    answers: Sequence[Reachable] = ask(ReachFor(wanted))
    found = {one.recipient: one for one in answers}
    for one in wanted:
        if one.kind == STAFF:
            found.setdefault(one, Reachable(one, str(_("A colleague's device")), Address()))
    chosen = languages_of({one.id for one in found if one.kind in (CITIZEN, VOLUNTEER)})
    for one, person in found.items():
        if one.id in chosen:
            found[one] = replace(person, language=chosen[one.id])
    owners = devices.who_have({owner for one in found.values() for owner in owners_of(one)})
    return {
        key: replace(one, address=replace(one.address, has_device=True))
        if owners & owners_of(one)
        else one
        for key, one in found.items()
    }


def owners_of(person: Reachable) -> set[tuple[str, UUID]]:
    """Return whose devices are this person's: their own, and those of their log-in."""
    own = {(person.recipient.kind, person.recipient.id)}
    return own | ({(ACCOUNT, person.account_id)} if person.account_id else set())


def home() -> Home:
    """Return whom messages are from."""
    found: list[Home] = ask(WhoWrites())
    return found[0] if found else Home("", "")
