"""What a trip does to a card: minutes are held, released, or spent. Called inside a trip's
transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select

from klippekort.domain import accrual, promises
from klippekort.domain import ledger as rules
from klippekort.domain.errors import CardClosed, DomainError, NotFound, Refused
from klippekort.domain.expiry import returned_longer
from klippekort.domain.ledger import CardState, Entry, EntryKind, Pledge
from klippekort.domain.permissions import Actor
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import Span
from klippekort.domain.spans import days_on
from klippekort.platform.tenancy import OwnRows, Question, ahead, own
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.cards import AnyCard, CardHead
from klippekort.punchcards.services import ledger

_cards = cast(Table, PunchCard.__table__)
_OPEN_CARDS = OwnRows(
    select(*(_cards.c[field.name] for field in fields(CardHead)))
    .where(own(_cards), _cards.c.citizen_id == bindparam("citizen"), _cards.c.closed_on.is_(None))
    .order_by(_cards.c.id)
    .with_for_update()
)


class SeveralCards(DomainError):
    """The citizen has several cards that are open, and nobody has said which one pays."""


@dataclass(frozen=True)
class Hold:
    """Minutes that a locked card can set aside for a trip, not stored yet."""

    card: AnyCard
    entries: Sequence[Entry]
    lot_ids: Mapping[str, UUID] | None
    pledges: Sequence[Pledge] | None
    """What trips lack afterwards, where that changes."""


def asks_for_payer(citizen_id: UUID) -> Question:
    """Return what `lock_payer` asks where no card is named, for asking it ahead; it locks."""
    return _OPEN_CARDS.asked(citizen=citizen_id)


def lock_payer(
    citizen_id: UUID, card_id: UUID | None, *, is_said: bool, today: date, now: datetime
) -> CardHead:
    """Return the card that pays, locked and reckoned through today: the one named, or the open one.

    Raises Refused without one, NotFound for somebody else's, CardClosed, and where it `is_said`
    which of several pays SeveralCards when it is not.
    """
    if card_id is None:
        found = [CardHead(*row) for row in _OPEN_CARDS.rows(citizen=citizen_id)]
        if not found:
            raise Refused("not_active")
        if is_said and len(found) > 1:
            raise SeveralCards
        card = found[0]
    else:
        card = queries.lock_head(card_id)
        if card.citizen_id != citizen_id:
            raise NotFound
    if card.closed_on is not None and card.closed_on < today:
        raise CardClosed
    if card.advanced_through is None or card.advanced_through < today:
        ledger.advance(card, through=today, now=now)
    return card


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
    card, state, lot_ids = _locked(card_id, None, today, now)
    if card.closed_on is not None and card.closed_on < today:
        raise CardClosed
    hold = weigh_hold(card, state, None, trip_id, minutes, on=on, today=today, lot_ids=lot_ids)
    keep_hold(actor, hold, now=now)


def _locked(
    card_id: UUID, trip_id: UUID | None, today: date, now: datetime
) -> tuple[CardHead, CardState, dict[str, UUID]]:
    """Return a card that is locked and reckoned through today, and what decides for a trip.

    The lots are asked for along with the lock, behind which they are read.
    """
    with ahead(*queries.asks_to_lock(card_id)):
        card = ledger.reckoned(card_id, today=today, now=now)
        return card, *queries.state_for(card, trip_id)


def hold_ready(
    actor: Actor,
    card: AnyCard,
    state: CardState,
    plan: Plan,
    trip_id: UUID,
    minutes: int,
    *,
    on: date,
    today: date,
    now: datetime,
) -> None:
    """Do what `hold_minutes` does on a card that is locked and reckoned through today already."""
    keep_hold(actor, weigh_hold(card, state, plan, trip_id, minutes, on=on, today=today), now=now)


def weigh_hold(
    card: AnyCard,
    state: CardState,
    plan: Plan | None,
    trip_id: UUID,
    minutes: int,
    *,
    on: date,
    today: date,
    lot_ids: Mapping[str, UUID] | None = None,
) -> Hold:
    """Return how a card that is locked and reckoned through today sets minutes aside for a trip.

    `lot_ids` are its open lots by their keys, where they are known. Raises InsufficientMinutes.
    """
    after = state
    if state.pledges or minutes > state.available(on):
        plan = plan or queries.plan_of(card)
        known = queries.to_be_reckoned(card.id, state, plan)
        entries, after = promises.book(known, plan, trip_id, minutes, on=on, today=today)
    else:  # It is all there and promised to nobody: what is still to come need not be reckoned.
        entries = rules.hold(state, trip_id, minutes, on=on, today=today)
    pledges = after.pledges if after.pledges != state.pledges else None
    return Hold(card, entries, lot_ids, pledges)


def keep_hold(actor: Actor, hold: Hold, *, now: datetime) -> None:
    """Store what a card sets aside."""
    ledger.post(hold.card, hold.entries, actor_id=actor.account_id, now=now, lot_ids=hold.lot_ids)
    if hold.pledges is not None:
        ledger.keep_pledges(hold.card, hold.pledges)


def release_minutes(
    actor: Actor,
    card_id: UUID,
    trip_id: UUID,
    *,
    today: date,
    now: datetime,
    reason: str,
    lives: Span | None = None,
) -> int:
    """Give a trip's minutes back to the lots they came from and return how many.

    They live for `lives` at least, where the scheme says so.
    """
    card, state, lot_ids = _locked(card_id, trip_id, today, now)
    entries = rules.release(state, trip_id, today=today, reason=reason)
    ledger.post(card, entries, actor_id=actor.account_id, now=now, lot_ids=lot_ids)
    if any(pledge.trip == trip_id for pledge in state.pledges):
        ledger.keep_pledges(card, [p for p in state.pledges if p.trip != trip_id])
    _settle_lives(card, rules.apply(state, *entries), entries, lives, today, now)
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
    lost: bool = False,
    lives: Span | None = None,
) -> tuple[int, int]:
    """Charge a trip held on `on` and return the minutes it cost and the minutes waived.

    What was held beyond the charge goes back, and lives for `lives` at least; what the card cannot
    pay is waived, visibly. `lost` time is forfeited, for a trip that was not made.
    """
    card, state, lot_ids = _locked(card_id, trip_id, today, now)
    without = replace(state, pledges=tuple(p for p in state.pledges if p.trip != trip_id))
    entries = rules.settle(without, trip_id, minutes, on=on, today=today, reason=reason, lost=lost)
    ledger.post(card, entries, actor_id=actor.account_id, now=now, lot_ids=lot_ids)
    if without.pledges != state.pledges:
        ledger.keep_pledges(card, without.pledges)
    _settle_lives(card, rules.apply(without, *entries), entries, lives, today, now)
    took = EntryKind.FORFEIT if lost else EntryKind.SPEND
    spent = sum(e.minutes for e in entries if e.kind is took)
    waived = sum(e.minutes for e in entries if e.kind is EntryKind.WAIVE)
    return spent, waived


def _settle_lives(
    card: AnyCard,
    state: CardState,
    entries: list[Entry],
    lives: Span | None,
    today: date,
    now: datetime,
) -> None:
    """Let what came back live as long as the scheme says, and what is too old lapse."""
    if lives is not None:
        moved = returned_longer(state, entries, days_on(today, lives), today)
        ledger.post(card, moved, actor_id=None, now=now)
        state = rules.apply(state, *moved)
    lapsed = rules.expire(state, today)
    if card.closed_on is not None:  # what comes back to an ended card goes the way of the rest
        plan = queries.plan_of(card)
        at_end = plan.spans[-1].at_end if plan.spans else "other"
        lapsed += accrual.close(rules.apply(state, *lapsed), plan, today, at_end).entries
    ledger.post(card, lapsed, actor_id=None, now=now)
