"""The ledger of minutes: lots, entries, and what may be taken from a card.

Minutes are whole numbers above zero; the kind of an entry gives the direction. Time is held before
it is spent, so nothing is ever spent that was not first set aside. Days are Danish local days.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from klippekort.domain.errors import InsufficientMinutes

FAR_AWAY = date.max


class EntryKind(StrEnum):
    """What an entry does to its lot."""

    CREDIT = "credit"
    HOLD = "hold"
    RELEASE = "release"
    SPEND = "spend"
    EXPIRE = "expire"
    FORFEIT = "forfeit"
    WAIVE = "waive"
    ADJUST_UP = "adjust_up"
    ADJUST_DOWN = "adjust_down"
    REVERSE = "reverse"


class Source(StrEnum):
    """Where a lot's minutes came from."""

    ACCRUAL = "accrual"
    CARRIED_OVER = "carried_over"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True)
class Lot:
    """Minutes that came together, with one expiry; `expires_on` is the last usable day.

    Source and period name a lot on its card: a period can be credited once.
    """

    source: Source
    period: str
    credited_on: date
    expires_on: date | None = None
    expiry_rule: str | None = None
    granted: int = 0
    held: int = 0
    used: int = 0
    expired: int = 0

    @property
    def key(self) -> str:
        """Return what names the lot on its card."""
        return f"{self.source}:{self.period}"

    @property
    def free(self) -> int:
        """Return the minutes nobody has claimed."""
        return self.granted - self.held - self.used - self.expired

    @property
    def saved(self) -> int:
        """Return the minutes still on the card: free or held."""
        return self.granted - self.used - self.expired

    def is_usable(self, on: date) -> bool:
        """Say whether the lot may pay for something on `on`."""
        return self.credited_on <= on and (self.expires_on is None or on <= self.expires_on)


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `lot` is a lot's key; a credit brings its new lot along."""

    kind: EntryKind
    minutes: int
    effective_on: date
    lot: str | None
    reason: str
    trip: UUID | None = None
    new_lot: Lot | None = None
    undoes: EntryKind | None = None


@dataclass(frozen=True)
class Hold:
    """Minutes of one lot that are set aside for a trip."""

    trip: UUID
    lot: str
    minutes: int


@dataclass(frozen=True)
class Pledge:
    """Minutes a trip on `on` still lacks, to be held as they accrue."""

    trip: UUID
    minutes: int
    on: date


@dataclass(frozen=True)
class CardState:
    """All that decides what a card can pay for; `advanced_through` is the last day reckoned."""

    lots: tuple[Lot, ...] = ()
    holds: tuple[Hold, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    advanced_through: date | None = None

    def available(self, on: date) -> int:
        """Return the free minutes in lots that are usable on `on`."""
        return sum(lot.free for lot in self.lots if lot.is_usable(on))

    def held(self) -> int:
        """Return the minutes set aside for trips."""
        return sum(lot.held for lot in self.lots)

    def saved(self) -> int:
        """Return free and held minutes together: what a cap is measured against."""
        return sum(lot.saved for lot in self.lots)

    def lot(self, key: str) -> Lot:
        """Return the lot with this key."""
        return next(lot for lot in self.lots if lot.key == key)

    def oldest_first(self, on: date) -> list[Lot]:
        """Return the usable lots with free minutes, soonest to expire first, then oldest."""
        usable = [lot for lot in self.lots if lot.free > 0 and lot.is_usable(on)]
        return sorted(
            usable, key=lambda lot: (lot.expires_on or FAR_AWAY, lot.credited_on, lot.key)
        )


_MOVES: dict[EntryKind, dict[str, int]] = {
    EntryKind.CREDIT: {"granted": 1},
    EntryKind.ADJUST_UP: {"granted": 1},
    EntryKind.ADJUST_DOWN: {"granted": -1},
    EntryKind.HOLD: {"held": 1},
    EntryKind.RELEASE: {"held": -1},
    EntryKind.SPEND: {"held": -1, "used": 1},
    EntryKind.EXPIRE: {"expired": 1},
    EntryKind.FORFEIT: {"expired": 1},
    EntryKind.WAIVE: {},
}
# A spent minute that is given back becomes free at once: the trip that held it is over.
_UNDO: dict[EntryKind, dict[str, int]] = {
    EntryKind.SPEND: {"used": -1},
    EntryKind.EXPIRE: {"expired": -1},
    EntryKind.FORFEIT: {"expired": -1},
    EntryKind.CREDIT: {"granted": -1},
    EntryKind.ADJUST_UP: {"granted": -1},
    EntryKind.ADJUST_DOWN: {"granted": 1},
}


def _moved(lot: Lot, entry: Entry) -> Lot:
    moves = _UNDO[entry.undoes] if entry.undoes else _MOVES[entry.kind]
    totals = {name: getattr(lot, name) + sign * entry.minutes for name, sign in moves.items()}
    after = replace(lot, **totals)
    if min(after.granted, after.held, after.used, after.expired, after.free) < 0:
        raise InsufficientMinutes(available=lot.free, wanted=entry.minutes)
    return after


def _with_hold(holds: tuple[Hold, ...], entry: Entry) -> tuple[Hold, ...]:
    if entry.trip is None or entry.lot is None:
        return holds
    sign = {EntryKind.HOLD: 1, EntryKind.RELEASE: -1, EntryKind.SPEND: -1}.get(entry.kind, 0)
    if not sign:
        return holds
    kept = [h for h in holds if (h.trip, h.lot) != (entry.trip, entry.lot)]
    minutes = sum(h.minutes for h in holds if (h.trip, h.lot) == (entry.trip, entry.lot))
    minutes += sign * entry.minutes
    return (*kept, Hold(entry.trip, entry.lot, minutes)) if minutes else tuple(kept)


def apply(state: CardState, *entries: Entry) -> CardState:
    """Return the card as it is after the entries.

    Raises InsufficientMinutes when an entry would take any total below zero.
    """
    for entry in entries:
        lots = state.lots
        if entry.new_lot is not None:
            lots = (*lots, entry.new_lot)
        lots = tuple(_moved(lot, entry) if lot.key == entry.lot else lot for lot in lots)
        state = replace(state, lots=lots, holds=_with_hold(state.holds, entry))
    return state


def replay(entries: list[Entry]) -> CardState:
    """Return the card that a whole history of entries makes: the proof of the stored totals."""
    return apply(CardState(), *entries)


def credit(lot: Lot, minutes: int, *, reason: str) -> Entry:
    """Return the entry by which time arrives as a new lot."""
    return Entry(EntryKind.CREDIT, minutes, lot.credited_on, lot.key, reason, new_lot=lot)


def hold(state: CardState, trip: UUID, minutes: int, *, on: date, today: date) -> list[Entry]:
    """Return the entries that set `minutes` aside for a trip on `on`, soonest to expire first.

    Raises InsufficientMinutes when the lots usable on that day hold less.
    """
    available = state.available(on)
    if minutes > available:
        raise InsufficientMinutes(available=available, wanted=minutes)
    return hold_what_there_is(state, trip, minutes, on=on, today=today)


def hold_what_there_is(
    state: CardState, trip: UUID, minutes: int, *, on: date, today: date
) -> list[Entry]:
    """Return the entries that set aside at most `minutes` for a trip on `on`."""
    entries = []
    for lot in state.oldest_first(on):
        part = min(minutes, lot.free)
        if part > 0:
            entries.append(Entry(EntryKind.HOLD, part, today, lot.key, "trip", trip))
            minutes -= part
    return entries


def release(state: CardState, trip: UUID, *, today: date, reason: str) -> list[Entry]:
    """Return the entries that give a trip's held minutes back to the lots they came from."""
    return [
        Entry(EntryKind.RELEASE, h.minutes, today, h.lot, reason, trip)
        for h in state.holds
        if h.trip == trip
    ]


def settle(
    state: CardState, trip: UUID, minutes: int, *, on: date, today: date, reason: str
) -> list[Entry]:
    """Return the entries that charge a trip held on `on` with `minutes`, the card's oldest first.

    What was held beyond that is given back. What the trip cost beyond the hold is taken from free
    time;
    what is not there is waived, visibly, so that nobody is ever taken below zero.
    """
    entries: list[Entry] = []
    left = minutes
    order = {lot.key: (lot.expires_on or FAR_AWAY, lot.credited_on) for lot in state.lots}
    for held in sorted((h for h in state.holds if h.trip == trip), key=lambda h: order[h.lot]):
        spent = min(left, held.minutes)
        if spent:
            entries.append(Entry(EntryKind.SPEND, spent, today, held.lot, reason, trip))
        if held.minutes > spent:
            rest = held.minutes - spent
            entries.append(Entry(EntryKind.RELEASE, rest, today, held.lot, reason, trip))
        left -= spent
    if left:
        more = hold_what_there_is(apply(state, *entries), trip, left, on=on, today=today)
        for extra in more:
            spend = replace(extra, kind=EntryKind.SPEND, reason=reason)
            entries += [extra, spend]
            left -= extra.minutes
    if left:
        entries.append(Entry(EntryKind.WAIVE, left, today, None, reason, trip))
    return entries


def expire(state: CardState, day: date) -> list[Entry]:
    """Return the entries for free minutes whose last usable day lies before `day`.

    Held minutes stay: a promise of a trip cannot lapse under it.
    """
    return [
        Entry(EntryKind.EXPIRE, lot.free, day, lot.key, lot.expiry_rule or "expiry")
        for lot in state.lots
        if lot.free > 0 and lot.expires_on is not None and lot.expires_on < day
    ]


def forfeit(state: CardState, minutes: int, *, on: date, reason: str) -> list[Entry]:
    """Return the entries by which `minutes` of free time are lost, soonest to expire first."""
    entries = []
    for lot in state.oldest_first(on):
        part = min(minutes, lot.free)
        if part > 0:
            entries.append(Entry(EntryKind.FORFEIT, part, on, lot.key, reason))
            minutes -= part
    return entries
