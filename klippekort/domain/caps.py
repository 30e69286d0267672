"""How full a card may be: what a cap has room for, and what it takes of what came."""

from datetime import date

from klippekort.domain import ledger
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot
from klippekort.domain.schemes import AtCap, Cap, Saving, Terms

# What refuses is asked first: no arrival that is refused may take the place of older time. Whether
# the card is full enough for a call is seen when the rest is settled.
_TURNS = (AtCap.REFUSE, AtCap.UNDECIDED, AtCap.OLDEST_LAPSE, AtCap.ALERT)


def in_turn(saving: Saving) -> list[tuple[str, Cap]]:
    """Return the caps by name in the order they are asked, whatever order they stand in."""
    named = list(saving.caps.items())
    return sorted(named, key=lambda one: _TURNS.index(one[1].at_cap)) if named[1:] else named


def room(terms: Terms, state: CardState, minutes: int) -> tuple[int, str | None]:
    """Return how much may arrive before an undecided cap is passed, and that cap's rule."""
    fits, waits_for = minutes, None
    for name, cap in terms.saving.caps.items():
        if cap.at_cap is not AtCap.UNDECIDED:
            continue
        limit = _limit(terms, cap)
        if limit is not None:
            left = max(0, limit - _saved(terms, state))
        else:
            is_full = cap.periods is not None and len(_kept(terms, state)) >= cap.periods
            left = 0 if is_full else minutes  # a cap of unknown size takes nothing yet
        if left < fits:
            fits, waits_for = left, f"saving.caps.{name}.at_cap"
    return fits, waits_for


def is_full(terms: Terms, cap: Cap, state: CardState) -> bool:
    """Say whether the card holds as much as the cap allows."""
    limit = _limit(terms, cap)
    if limit is not None:
        return _saved(terms, state) >= limit
    return cap.periods is not None and len(_kept(terms, state)) >= cap.periods


def over(state: CardState, terms: Terms, cap: Cap, arrived: Lot, day: date) -> list[Entry]:
    """Return what a cap takes: from the time that arrived, or from the oldest.

    What is lost stands in the ledger as forfeited, so it can be counted and shown.
    """
    limit = _limit(terms, cap)
    if limit is not None:
        excess = _saved(terms, state) - limit
        if excess <= 0:
            return []
        if cap.at_cap is AtCap.OLDEST_LAPSE:
            return ledger.forfeit(state, excess, on=day, reason="cap")
        return _lost([state.lot(arrived.key)], day, excess)
    if cap.periods is None:
        return []
    kept = _kept(terms, state)
    too_many = kept[: max(0, len(kept) - cap.periods)]
    if too_many and cap.at_cap is not AtCap.OLDEST_LAPSE:
        return _lost([state.lot(arrived.key)], day)
    return _lost(too_many, day)


def _lost(lots: list[Lot], day: date, most: int | None = None) -> list[Entry]:
    """Return the forfeits of the lots' free minutes, of each at most so many."""
    return [
        Entry(EntryKind.FORFEIT, minutes, day, lot.key, "cap")
        for lot in lots
        if (minutes := lot.free if most is None else min(most, lot.free))
    ]


def _limit(terms: Terms, cap: Cap) -> int | None:
    """Return a cap in minutes, or None for one in periods."""
    if cap.punches is not None:
        return cap.punches * terms.punch
    return cap.minutes if isinstance(cap.minutes, int) else None


def _saved(terms: Terms, state: CardState) -> int:
    return state.saved() if terms.saving.counts_held else state.free()


def _kept(terms: Terms, state: CardState) -> list[Lot]:
    held = terms.saving.counts_held
    kept = [lot for lot in state.lots if (lot.saved if held else lot.free)]
    return sorted(kept, key=lambda lot: (lot.credited_on, lot.key))
