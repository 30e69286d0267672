"""Putting a card right: a mistake is countered by entries that name it, never rewritten.

Nobody is taken below zero: what cannot be taken back is waived, and stands in the ledger as waived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from klippekort.domain import ledger
from klippekort.domain.errors import DomainError
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot


class Correction(StrEnum):
    """The ways to put a card right."""

    ADD = "add"
    TAKE = "take"
    WAIVE = "waive"
    REVERSE = "reverse"


# Holds follow their trip, lapsed time is past its day, and a correction is corrected by a new one.
REVERSIBLE = frozenset(
    {
        EntryKind.CREDIT,
        EntryKind.SPEND,
        EntryKind.FORFEIT,
        EntryKind.ADJUST_UP,
        EntryKind.ADJUST_DOWN,
    }
)
_TAKES_BACK = frozenset({EntryKind.CREDIT, EntryKind.ADJUST_UP})


@dataclass
class NotReversible(DomainError):
    """A line of this kind is not countered: `kind` says why not."""

    kind: EntryKind


class AlreadyReversed(DomainError):
    """The line has been countered before."""


class AlreadyProposed(DomainError):
    """The line waits for a second person already."""


class ProposedAlike(AlreadyProposed):
    """The same person's proposal, alike in everything, waits for a second person already."""


class OwnProposal(DomainError):
    """Nobody decides about what they proposed themselves."""


class AlreadyDecided(DomainError):
    """Somebody approved or turned the correction down before."""


@dataclass(frozen=True)
class Outcome:
    """What a correction did, in minutes: moved on or off the card, waived, and lapsed at once."""

    moved: int = 0
    waived: int = 0
    lapsed: int = 0


def needs_second(minutes: int, limit: int | None, before: int = 0) -> bool:
    """Say whether a second person must agree; where no limit is set, always. `before` are the
    minutes the same person has corrected alone on the card that day: a limit is not to be split.
    """
    return limit is None or before + minutes > limit


def add(lot: Lot, minutes: int, *, reason: str) -> list[Entry]:
    """Return the entry that gives `minutes` by hand as a new lot."""
    return [Entry(EntryKind.ADJUST_UP, minutes, lot.credited_on, lot.key, reason, new_lot=lot)]


def take(state: CardState, minutes: int, *, today: date, reason: str) -> list[Entry]:
    """Return the entries that take free minutes, soonest to lapse first, and waive what is not
    there.
    """
    entries = []
    for lot in state.oldest_first(today):
        if part := min(minutes, lot.free):
            entries.append(Entry(EntryKind.ADJUST_DOWN, part, today, lot.key, reason))
            minutes -= part
    return entries + (waive(minutes, today=today, reason=reason) if minutes else [])


def waive(minutes: int, *, today: date, reason: str) -> list[Entry]:
    """Return the entry that says `minutes` could have been taken and are not."""
    return [Entry(EntryKind.WAIVE, minutes, today, None, reason)]


def check_reversible(kind: EntryKind) -> None:
    """Return quietly when a line of this kind can be countered. Raises NotReversible."""
    if kind not in REVERSIBLE:
        raise NotReversible(kind)


def reverse(state: CardState, target: Entry, *, today: date, reason: str) -> list[Entry]:
    """Return the entries that counter `target`, whose lot is in `state`.

    Minutes that come back to a lot whose last day has gone lapse at once. Raises NotReversible.
    """
    check_reversible(target.kind)
    lot = state.lot(target.lot or "")
    part = min(target.minutes, lot.free) if target.kind in _TAKES_BACK else target.minutes
    entries = []
    if part:
        entries.append(
            Entry(EntryKind.REVERSE, part, today, lot.key, reason, target.trip, undoes=target.kind)
        )
    # What a full card turned away, or what has lapsed, is gone: nobody ever had it to give back.
    gone = lot.expired if target.kind in _TAKES_BACK else 0
    rest = target.minutes - part - gone
    if rest > 0 or not entries:
        entries += waive(max(rest, 0) or target.minutes, today=today, reason=reason)
    after = ledger.apply(CardState((lot,)), *entries)
    return entries + ledger.expire(after, today)


def outcome(entries: Sequence[Entry]) -> Outcome:
    """Return what entries of a correction do, in minutes."""
    waived = sum(e.minutes for e in entries if e.kind is EntryKind.WAIVE)
    lapsed = sum(e.minutes for e in entries if e.kind is EntryKind.EXPIRE)
    return Outcome(sum(e.minutes for e in entries) - waived - lapsed, waived, lapsed)
