"""A card on a past day, as it is known now or as it was known then: its entries, applied in order.

Nothing is stored of the past but the entries, so every answer about it comes from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.ledger import CardState, Entry, EntryKind, apply, moves_of


@dataclass(frozen=True)
class Written:
    """An entry, and the Danish day it was written, which may lie after the day it happened."""

    entry: Entry
    recorded_on: date

    def counts(self, on: date, known_on: date | None = None) -> bool:
        """Say whether the entry had happened by `on` and, if a day is given, was written by
        then.
        """
        is_known = known_on is None or self.recorded_on <= known_on
        return is_known and self.entry.effective_on <= on


class Tally:
    """A card that grows by one entry at a time, each at the same cost however long the history."""

    def __init__(self) -> None:
        self._by_lot: dict[str, CardState] = {}

    def add(self, entry: Entry) -> None:
        """Apply the next entry.

        Raises InsufficientMinutes, and changes nothing, when it would take a total below zero or
        its lot has not come.
        """
        if entry.lot is None:
            return
        lot = self._by_lot.get(entry.lot)
        if lot is None and entry.new_lot is None:
            raise InsufficientMinutes(available=0, wanted=entry.minutes)
        self._by_lot[entry.lot] = apply(lot or CardState(), entry)

    def state(self) -> CardState:
        """Return the card so far, with every lot it ever had, in the order they came."""
        parts = self._by_lot.values()
        return CardState(
            tuple(lot for part in parts for lot in part.lots),
            tuple(hold for part in parts for hold in part.holds),
        )


class Totals:
    """What entries make of the lots they move: granted, held, used and expired minutes of each."""

    def __init__(self) -> None:
        self._by_lot: dict[str, tuple[int, int, int, int]] = {}

    def add(self, lot: str | None, kind: str, minutes: int, undoes: str | None = None) -> None:
        """Count the next entry, by the id of its lot; `undoes` is the kind of what it counters.

        Raises InsufficientMinutes, and changes nothing, when it would take a total below zero;
        ValueError or KeyError for a kind that is none, or a reversal of nothing.
        """
        if lot is None:
            EntryKind(kind)
            return
        moves = moves_of(kind, undoes)
        granted, held, used, expired = self._by_lot.get(lot, (0, 0, 0, 0))
        free = granted - held - used - expired
        granted += moves[0] * minutes
        held += moves[1] * minutes
        used += moves[2] * minutes
        expired += moves[3] * minutes
        if granted < held + used + expired or held < 0 or used < 0 or expired < 0:
            raise InsufficientMinutes(available=free, wanted=minutes)
        self._by_lot[lot] = granted, held, used, expired

    def pop(self, lot: str) -> tuple[int, int, int, int]:
        """Return what a lot has come to, and forget it; nothing for one that no entry moved."""
        return self._by_lot.pop(lot, (0, 0, 0, 0))

    def rest(self) -> list[str]:
        """Return the ids of the lots that have not been asked for, in the order they came."""
        return list(self._by_lot)


def as_of(history: Iterable[Written], on: date, known_on: date | None = None) -> CardState:
    """Return the card at the end of `on`; with `known_on`, as it was known at the end of that day.

    `history` is in the order of writing. An entry that is dated before what it moves counts from
    the day that has come: late news never takes a past day below zero.
    """
    tally, waiting = Tally(), dict[str, list[Entry]]()
    for written in history:
        entry = written.entry
        if entry.lot is None or not written.counts(on, known_on):
            continue
        queue = waiting.pop(entry.lot, [])
        if left := _add_all(tally, [entry, *queue]):
            waiting[entry.lot] = left
    return tally.state()


def _add_all(tally: Tally, entries: list[Entry]) -> list[Entry]:
    """Add the entries that fit, and return the others."""
    left = []
    for entry in entries:
        try:
            tally.add(entry)
        except InsufficientMinutes:
            left.append(entry)
    return left


_FREES = frozenset({EntryKind.CREDIT, EntryKind.ADJUST_UP, EntryKind.RELEASE})
_BINDS = frozenset({EntryKind.ADJUST_DOWN, EntryKind.HOLD, EntryKind.EXPIRE, EntryKind.FORFEIT})


def effect_on_free(kind: EntryKind, undoes: EntryKind | None = None) -> int:
    """Return 1, 0 or -1: what a minute of such an entry does to the free minutes of its card.

    A spend does nothing, for it was set aside before; a countered spend is free again.
    """
    if kind is EntryKind.REVERSE and undoes is not None:
        return 1 if undoes is EntryKind.SPEND else -effect_on_free(undoes)
    return (kind in _FREES) - (kind in _BINDS)
