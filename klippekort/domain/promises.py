"""Setting time aside for trips on coming days: what a card can promise, and booking it.

What is not on the card yet is pledged, and kept as it arrives. No promise may break an earlier one.
"""

from datetime import date
from uuid import UUID

from klippekort.domain import ledger
from klippekort.domain.accrual import advance
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.ledger import CardState, Entry, EntryKind, Pledge
from klippekort.domain.plans import Plan


def set_aside(
    state: CardState, trip: UUID, minutes: int, *, on: date, today: date
) -> tuple[list[Entry], CardState]:
    """Return the holds for a trip on `on` and the card after them; what is lacking becomes a
    pledge.
    """
    entries = ledger.hold_what_there_is(state, trip, minutes, on=on, today=today)
    state = ledger.apply(state, *entries)
    lacking = minutes - sum(entry.minutes for entry in entries)
    if lacking:
        state = state.with_pledges((*state.pledges, Pledge(trip, lacking, on)))
    return entries, state


def can_afford(
    state: CardState, plan: Plan, trip: UUID, minutes: int, *, on: date, today: date
) -> bool:
    """Say whether a trip on `on` can be paid without breaking any promise already made.

    A promise that breaks anyway stands in nobody's way.
    """
    if not state.pledges and on >= today and state.available(on) >= minutes:
        return True
    _, tried = set_aside(state, trip, minutes, on=on, today=today)
    if any(pledge.trip == trip and on <= today for pledge in tried.pledges):
        return False
    last = max((pledge.on for pledge in tried.pledges), default=None)
    if last is None:
        return True
    broken = set(advance(tried, plan, last).unmet)
    return not broken or broken <= set(advance(state, plan, last).unmet)


def affordable(state: CardState, plan: Plan, trip: UUID, *, on: date, today: date) -> int:
    """Return the most minutes a new trip on `on` could have, time still to come included."""
    # Time that is set aside is not lost at a cap, so all that comes may be had.
    comes = advance(state, plan, on).entries
    low = 0
    high = state.saved() + sum(e.minutes for e in comes if e.kind is EntryKind.CREDIT)
    while low < high:
        middle = (low + high + 1) // 2
        if can_afford(state, plan, trip, middle, on=on, today=today):
            low = middle
        else:
            high = middle - 1
    return low


def book(
    state: CardState, plan: Plan, trip: UUID, minutes: int, *, on: date, today: date
) -> tuple[list[Entry], CardState]:
    """Return the entries that book `minutes` for a trip on `on`, and the card with its pledges
    after.

    The card must have been advanced through `today`. Raises InsufficientMinutes when neither the
    time on the card nor the time that will have come by then is enough.
    """
    if not can_afford(state, plan, trip, minutes, on=on, today=today):
        available = affordable(state, plan, trip, on=on, today=today)
        raise InsufficientMinutes(available=available, wanted=minutes)
    return set_aside(state, trip, minutes, on=on, today=today)
