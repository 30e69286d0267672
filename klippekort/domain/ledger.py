"""The ledger of minutes: lots, entries, and what may be taken from a card.

Minutes are whole numbers above zero; the kind of an entry gives the direction. Time is held before
it is spent, so nothing is ever spent that was not first set aside. Days are Danish local days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from klippekort.domain.errors import InsufficientMinutes

FAR_AWAY = date.max
_tuple: Callable[..., Any] = tuple.__new__  # a named tuple without the detour over its own names


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
    EXTENDED = "extended"
    CHANGED = "changed"


SO_FAR = "so_far:"
"""Stands before the limit of a lot whose last day may still move."""


class _Lot(NamedTuple):
    source: Source
    period: str
    credited_on: date
    expires_on: date | None
    expiry_rule: str | None
    granted: int
    held: int
    used: int
    expired: int
    free: int
    key: str


class Lot(_Lot):
    """Minutes that came together, with one expiry; `expires_on` is the last usable day.

    Source and period name a lot on its card: a period can be credited once. `key` is that name, by
    which entries find their lot, and `free` are the minutes nobody has claimed: both are reckoned
    once, for every rule asks for them.
    """

    __slots__ = ()

    def __new__(
        cls,
        source: Source,
        period: str,
        credited_on: date,
        expires_on: date | None = None,
        expiry_rule: str | None = None,
        granted: int = 0,
        held: int = 0,
        used: int = 0,
        expired: int = 0,
    ) -> "Lot":
        """Return a lot with its name and what is free of it."""
        free, key = granted - held - used - expired, f"{source}:{period}"
        said = (source, period, credited_on, expires_on, expiry_rule)
        lot: Lot = _tuple(cls, (*said, granted, held, used, expired, free, key))
        return lot

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Return what a copy is made of: all that is not reckoned."""
        return self[:-2]

    @property
    def saved(self) -> int:
        """Return the minutes still on the card: free or held."""
        return self.granted - self.used - self.expired

    def is_usable(self, on: date) -> bool:
        """Say whether the lot may pay for something on `on`."""
        return self.credited_on <= on and (self.expires_on is None or on <= self.expires_on)


class Entry(NamedTuple):
    """One line of the ledger. `lot` is a lot's key; a credit brings its new lot along."""

    kind: EntryKind
    minutes: int
    effective_on: date
    lot: str | None
    reason: str
    trip: UUID | None = None
    new_lot: Lot | None = None
    undoes: EntryKind | None = None


class Hold(NamedTuple):
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


def _by_age(lot: Lot) -> tuple[date, date, str]:
    return lot.expires_on or FAR_AWAY, lot.credited_on, lot.key


@dataclass(frozen=True)
class CardState:
    """All that decides what a card can pay for; `advanced_through` is the last day reckoned and
    `last_period` the name of the last period that gave time.
    """

    lots: tuple[Lot, ...] = ()
    holds: tuple[Hold, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    advanced_through: date | None = None
    last_period: str | None = None

    def reckoned(self, through: date, last_period: str | None) -> "CardState":
        """Return the card with `through` as the last day reckoned and so named a last period."""
        if through == self.advanced_through and last_period == self.last_period:
            return self
        return _card(self.lots, self.holds, self.pledges, through, last_period)

    def with_pledges(self, pledges: tuple[Pledge, ...]) -> "CardState":
        """Return the card with these promises of time to come."""
        if pledges == self.pledges:
            return self
        return _card(self.lots, self.holds, pledges, self.advanced_through, self.last_period)

    def without_spent(self) -> "CardState":
        """Return the card without lots that hold nothing, so that a long life costs no more."""
        lots = self.lots
        kept = [lot for lot in lots if lot.free + lot.held > 0]
        if len(kept) == len(lots):
            return self
        through, period = self.advanced_through, self.last_period
        return _card(tuple(kept), self.holds, self.pledges, through, period)

    def usable(self, on: date) -> list[Lot]:
        """Return the lots that may pay for something on `on`."""
        return [
            lot
            for lot in self.lots
            if lot.credited_on <= on and ((last := lot.expires_on) is None or on <= last)
        ]

    def available(self, on: date) -> int:
        """Return the free minutes in lots that are usable on `on`."""
        return sum([lot.free for lot in self.usable(on)])

    def free(self) -> int:
        """Return the minutes nobody has claimed."""
        return sum([lot.free for lot in self.lots])

    def held(self) -> int:
        """Return the minutes set aside for trips."""
        return sum([lot.held for lot in self.lots])

    def saved(self) -> int:
        """Return free and held minutes together: what a cap is measured against."""
        return sum([lot.free + lot.held for lot in self.lots])

    def lot(self, key: str) -> Lot:
        """Return the lot with this key."""
        return next(lot for lot in self.lots if lot.key == key)

    def oldest_first(self, on: date) -> list[Lot]:
        """Return the usable lots with free minutes, soonest to expire first, then oldest."""
        usable = [lot for lot in self.usable(on) if lot.free > 0]
        return sorted(usable, key=_by_age) if len(usable) > 1 else usable


def _card(
    lots: tuple[Lot, ...],
    holds: tuple[Hold, ...],
    pledges: tuple[Pledge, ...],
    through: date | None,
    period: str | None,
) -> CardState:
    """Return a card of these parts. Every entry of every replayed life makes one, and setting the
    parts one by one, as frozen values do by themselves, takes five times as long.
    """
    card = object.__new__(CardState)
    parts = {
        "lots": lots,
        "holds": holds,
        "pledges": pledges,
        "advanced_through": through,
        "last_period": period,
    }
    object.__setattr__(card, "__dict__", parts)
    return card


# What an entry of a kind adds, for each minute, to a lot's granted, held, used and expired.
_MOVES: dict[str, tuple[int, int, int, int]] = {
    EntryKind.CREDIT: (1, 0, 0, 0),
    EntryKind.ADJUST_UP: (1, 0, 0, 0),
    EntryKind.ADJUST_DOWN: (-1, 0, 0, 0),
    EntryKind.HOLD: (0, 1, 0, 0),
    EntryKind.RELEASE: (0, -1, 0, 0),
    EntryKind.SPEND: (0, -1, 1, 0),
    EntryKind.EXPIRE: (0, 0, 0, 1),
    EntryKind.FORFEIT: (0, 0, 0, 1),
    EntryKind.WAIVE: (0, 0, 0, 0),
}
# A spent minute that is given back becomes free at once: the trip that held it is over.
_UNDO: dict[str, tuple[int, int, int, int]] = {
    EntryKind.SPEND: (0, 0, -1, 0),
    EntryKind.EXPIRE: (0, 0, 0, -1),
    EntryKind.FORFEIT: (0, 0, 0, -1),
    EntryKind.CREDIT: (-1, 0, 0, 0),
    EntryKind.ADJUST_UP: (-1, 0, 0, 0),
    EntryKind.ADJUST_DOWN: (1, 0, 0, 0),
    EntryKind.WAIVE: (0, 0, 0, 0),
}


def moves_of(kind: str, undoes: str | None = None) -> tuple[int, int, int, int]:
    """Return what an entry adds, for each minute, to a lot's granted, held, used and expired.

    Raises KeyError for a kind that is none, and for a reversal of nothing.
    """
    return _UNDO[undoes] if undoes and kind == EntryKind.REVERSE else _MOVES[kind]


def _moved(lot: Lot, moves: tuple[int, int, int, int], minutes: int) -> Lot:
    source, period, credited_on, expires_on, rule, granted, held, used, expired, free, key = lot
    granted += moves[0] * minutes
    held += moves[1] * minutes
    used += moves[2] * minutes
    expired += moves[3] * minutes
    left = granted - held - used - expired
    if left < 0 or held < 0 or used < 0 or expired < 0:
        raise InsufficientMinutes(available=free, wanted=minutes)
    said = (source, period, credited_on, expires_on, rule, granted, held, used, expired, left, key)
    moved: Lot = _tuple(Lot, said)
    return moved


_HOLDING = {EntryKind.HOLD: 1, EntryKind.RELEASE: -1, EntryKind.SPEND: -1}


def _with_hold(holds: tuple[Hold, ...], trip: UUID, lot: str, minutes: int) -> tuple[Hold, ...]:
    """Return the holds after so many minutes of a lot were set aside for a trip, or given back
    (below zero).
    """
    kept = []
    for hold in holds:
        if hold.lot == lot and hold.trip == trip:
            minutes += hold.minutes
        else:
            kept.append(hold)
    if minutes:
        kept.append(Hold(trip, lot, minutes))
    return tuple(kept)


def apply(state: CardState, *entries: Entry) -> CardState:
    """Return the card as it is after the entries.

    Raises InsufficientMinutes when an entry would take any total below zero.
    """
    if not entries:
        return state
    lots, holds = list(state.lots), state.holds
    for kind, minutes, _on, key, _reason, trip, new_lot, undoes in entries:
        if key is None:
            continue
        if new_lot is not None:
            lots.append(new_lot)
        for place, lot in enumerate(lots):
            if lot.key == key:
                moves = _UNDO[undoes] if undoes else _MOVES[kind]
                lots[place] = _moved(lot, moves, minutes)
                break
        if trip is not None and kind in _HOLDING:
            holds = _with_hold(holds, trip, key, _HOLDING[kind] * minutes)
    return _card(tuple(lots), holds, state.pledges, state.advanced_through, state.last_period)


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
        if minutes <= 0:
            break
        part = min(minutes, lot.free)
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
    state: CardState,
    trip: UUID,
    minutes: int,
    *,
    on: date,
    today: date,
    reason: str,
    lost: bool = False,
) -> list[Entry]:
    """Return the entries that charge a trip held on `on` with `minutes`, the card's oldest first.

    What was held beyond that is given back. What the trip cost beyond the hold is taken from free
    time; what is not there is waived, visibly, so that nobody is ever taken below zero. Time that
    is `lost`, because the trip was not made, is given back and forfeited, not spent.
    """
    entries: list[Entry] = []
    if lost:
        return _lose(state, trip, minutes, today=today, reason=reason)
    left = minutes
    for held in _held_for(state, trip):
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
            spend = extra._replace(kind=EntryKind.SPEND, reason=reason)
            entries += [extra, spend]
            left -= extra.minutes
    if left:
        entries.append(Entry(EntryKind.WAIVE, left, today, None, reason, trip))
    return entries


def _held_for(state: CardState, trip: UUID) -> list[Hold]:
    """Return what is held for a trip, from the lot that is soonest to expire first."""
    held = [hold for hold in state.holds if hold.trip == trip]
    if len(held) > 1:
        order = {lot.key: _by_age(lot) for lot in state.lots}
        held.sort(key=lambda hold: order[hold.lot])
    return held


def _lose(state: CardState, trip: UUID, minutes: int, *, today: date, reason: str) -> list[Entry]:
    """Return the entries that give a trip's hold back and forfeit `minutes` of it."""
    entries: list[Entry] = []
    for held in _held_for(state, trip):
        entries.append(Entry(EntryKind.RELEASE, held.minutes, today, held.lot, reason, trip))
        if part := min(minutes, held.minutes):
            entries.append(Entry(EntryKind.FORFEIT, part, today, held.lot, reason, trip))
            minutes -= part
    if minutes:
        entries.append(Entry(EntryKind.WAIVE, minutes, today, None, reason, trip))
    return entries


def expire(state: CardState, day: date) -> list[Entry]:
    """Return the entries for free minutes whose last usable day lies before `day`.

    Held minutes stay: a promise of a trip cannot lapse under it.
    """
    return [
        Entry(EntryKind.EXPIRE, lot.free, day, lot.key, _limit_of(lot))
        for lot in state.lots
        if lot.expires_on is not None and lot.expires_on < day and lot.free > 0
    ]


def _limit_of(lot: Lot) -> str:
    return (lot.expiry_rule or "expiry").removeprefix(SO_FAR)


def forfeit(state: CardState, minutes: int, *, on: date, reason: str) -> list[Entry]:
    """Return the entries by which `minutes` of free time are lost, soonest to expire first."""
    entries = []
    for lot in state.oldest_first(on):
        part = min(minutes, lot.free)
        if part > 0:
            entries.append(Entry(EntryKind.FORFEIT, part, on, lot.key, reason))
            minutes -= part
    return entries


def adjust_down(state: CardState, minutes: int, *, on: date, reason: str = "adjust") -> list[Entry]:
    """Return the entries that take `minutes` off the card, soonest to expire first.

    What is not free cannot be taken back: it is waived, visibly.
    """
    entries = []
    for lot in state.oldest_first(on):
        part = min(minutes, lot.free)
        if part > 0:
            entries.append(Entry(EntryKind.ADJUST_DOWN, part, on, lot.key, reason))
            minutes -= part
    if minutes:
        entries.append(Entry(EntryKind.WAIVE, minutes, on, None, reason))
    return entries
