"""What a trip does to a card: minutes are held, released, or spent. Called inside a trip's
transaction.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from klippekort.domain import accrual
from klippekort.domain import ledger as rules
from klippekort.domain.ledger import EntryKind
from klippekort.domain.permissions import Actor
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.services import ledger


def hold_minutes(
    actor: Actor,
    card_id: UUID,
    trip_id: UUID,
    minutes: int,
    *,
    on: date,
    today: date,
    now: datetime,
) -> None:
    """Set `minutes` aside for a trip on `on`; time that is still to come is pledged.

    Raises InsufficientMinutes, CardClosed.
    """
    card, state = ledger.ready(card_id, today=today, now=now)
    plan = queries.plan_of(card)
    entries, after = accrual.book(state, plan, trip_id, minutes, on=on, today=today)
    ledger.post(card, entries, actor_id=actor.account_id, now=now)
    ledger.keep_pledges(card, after.pledges)


def release_minutes(
    actor: Actor, card_id: UUID, trip_id: UUID, *, today: date, now: datetime, reason: str
) -> int:
    """Give a trip's minutes back to the lots they came from and return how many."""
    card = queries.lock_card(card_id)
    state = ledger.advance(card, through=today, now=now)
    entries = rules.release(state, trip_id, today=today, reason=reason)
    ledger.post(card, entries, actor_id=actor.account_id, now=now)
    ledger.keep_pledges(card, [p for p in state.pledges if p.trip != trip_id])
    lapsed = rules.expire(rules.apply(state, *entries), today)
    ledger.post(card, lapsed, actor_id=None, now=now)
    return sum(entry.minutes for entry in entries)


def charge_minutes(
    actor: Actor,
    card_id: UUID,
    trip_id: UUID,
    minutes: int,
    *,
    on: date,
    today: date,
    now: datetime,
    reason: str,
) -> tuple[int, int]:
    """Charge a trip held on `on` and return the minutes spent and the minutes waived.

    What was held beyond the charge goes back; what the card cannot pay is waived, visibly.
    """
    card = queries.lock_card(card_id)
    state = ledger.advance(card, through=today, now=now)
    without = replace(state, pledges=tuple(p for p in state.pledges if p.trip != trip_id))
    entries = rules.settle(without, trip_id, minutes, on=on, today=today, reason=reason)
    ledger.post(card, entries, actor_id=actor.account_id, now=now)
    ledger.keep_pledges(card, without.pledges)
    lapsed = rules.expire(rules.apply(without, *entries), today)
    ledger.post(card, lapsed, actor_id=None, now=now)
    spent = sum(e.minutes for e in entries if e.kind is EntryKind.SPEND)
    waived = sum(e.minutes for e in entries if e.kind is EntryKind.WAIVE)
    return spent, waived
