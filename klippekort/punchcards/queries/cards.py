"""Reading cards: their rows, the state that decides, and the lines that explain it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from klippekort.citizens.queries import absences_of
from klippekort.domain.accrual import GrantSpan, Plan
from klippekort.domain.errors import NotFound
from klippekort.domain.ledger import CardState, EntryKind, Hold, Lot, Pledge, Source
from klippekort.domain.schemes import Terms, TermsFrom, from_json, terms_on
from klippekort.platform.db import db
from klippekort.punchcards.models import (
    CardTask,
    Grant,
    PunchCard,
    PunchEntry,
    PunchLot,
    Scheme,
    SchemeTerms,
    TripPledge,
)


def get_card(card_id: UUID) -> PunchCard:
    """Return a card. Raises NotFound."""
    card = db.session.scalars(select(PunchCard).filter_by(id=card_id)).one_or_none()
    if card is None:
        raise NotFound
    return card


def lock_card(card_id: UUID) -> PunchCard:
    """Return a card that nobody else can change before this transaction ends. Raises NotFound."""
    found = select(PunchCard).filter_by(id=card_id).with_for_update()
    card = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if card is None:
        raise NotFound
    return card


def lock_cards(card_ids: Collection[UUID]) -> Sequence[PunchCard]:
    """Return cards that nobody else can change before this transaction ends, locked by id.

    Raises NotFound when one of them is missing.
    """
    found = select(PunchCard).where(PunchCard.id.in_(card_ids)).order_by(PunchCard.id)
    fresh = found.with_for_update().execution_options(populate_existing=True)
    cards = db.session.scalars(fresh).all()
    if len(cards) < len(set(card_ids)):
        raise NotFound
    return cards


def list_cards_of(citizen_id: UUID) -> Sequence[PunchCard]:
    """Return a citizen's cards, the open ones first."""
    found = select(PunchCard).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(PunchCard.closed_on.is_not(None), PunchCard.id)).all()


def find_open_card(citizen_id: UUID) -> PunchCard | None:
    """Return the card that pays unless another is named, or None."""
    return next((card for card in list_cards_of(citizen_id) if card.closed_on is None), None)


def list_due(day: date, limit: int = 100_000) -> Sequence[UUID]:
    """Return the ids of open cards that are not reckoned through `day`, in lock order."""
    behind = or_(PunchCard.advanced_through.is_(None), PunchCard.advanced_through < day)
    found = select(PunchCard.id).where(PunchCard.closed_on.is_(None), behind)
    return db.session.scalars(found.order_by(PunchCard.id).limit(limit)).all()


def scheme_of(card: PunchCard) -> Scheme:
    """Return the scheme a card is under."""
    return db.session.scalars(select(Scheme).filter_by(id=card.scheme_id)).one()


def versions_of(scheme_id: UUID) -> tuple[TermsFrom, ...]:
    """Return the dated terms of a scheme, oldest first."""
    rows = db.session.scalars(
        select(SchemeTerms).filter_by(scheme_id=scheme_id).order_by(SchemeTerms.from_on)
    )
    return tuple(TermsFrom(row.from_on, from_json(row.terms)) for row in rows)


def plan_of(card: PunchCard) -> Plan:
    """Return what governs a card over time."""
    grants = db.session.scalars(
        select(Grant).filter_by(card_id=card.id).order_by(Grant.from_on, Grant.id)
    )
    spans = tuple(GrantSpan(g.from_on, g.until_on, g.minutes) for g in grants)
    return Plan(versions_of(card.scheme_id), spans, tuple(absences_of(card.citizen_id)))


def current_terms(card: PunchCard, day: date) -> Terms:
    """Return the terms a card is under on `day`. Raises NotFound before the scheme begins."""
    return in_force(versions_of(card.scheme_id), day)


def in_force(versions: tuple[TermsFrom, ...], day: date) -> Terms:
    """Return the terms of a scheme on `day`. Raises NotFound before the scheme begins."""
    terms = terms_on(versions, day)
    if terms is None:
        raise NotFound
    return terms


def _lot(row: PunchLot) -> Lot:
    return Lot(
        Source(row.source),
        row.period,
        row.credited_on,
        row.expires_on,
        row.expiry_rule,
        row.granted,
        row.held,
        row.used,
        row.expired,
    )


def open_lots(card_id: UUID) -> Sequence[PunchLot]:
    """Return the lots that still hold minutes, free or held."""
    left = PunchLot.granted > PunchLot.used + PunchLot.expired
    found = select(PunchLot).filter_by(card_id=card_id).where(left)
    fresh = found.order_by(PunchLot.credited_on).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def open_lots_of(card_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Lot]]:
    """Return the lots that still hold minutes by card, each by its id, oldest first."""
    left = PunchLot.granted > PunchLot.used + PunchLot.expired
    found = select(PunchLot).where(PunchLot.card_id.in_(card_ids), left)
    ordered = found.order_by(PunchLot.card_id, PunchLot.credited_on, PunchLot.id)
    lots: dict[UUID, dict[UUID, Lot]] = {}
    for row in db.session.scalars(ordered.execution_options(populate_existing=True)):
        lots.setdefault(row.card_id, {})[row.id] = _lot(row)
    return lots


def _holds(card_id: UUID, lots: dict[UUID, Lot]) -> tuple[Hold, ...]:
    """Return the minutes each trip holds in the lots that hold any."""
    holding = [lot_id for lot_id, lot in lots.items() if lot.held]
    if not holding:
        return ()
    signs = {EntryKind.HOLD: 1, EntryKind.RELEASE: -1, EntryKind.SPEND: -1}
    rows = db.session.execute(
        select(PunchEntry.trip_id, PunchEntry.lot_id, PunchEntry.kind, func.sum(PunchEntry.minutes))
        .where(PunchEntry.lot_id.in_(holding), PunchEntry.kind.in_(list(signs)))
        .group_by(PunchEntry.trip_id, PunchEntry.lot_id, PunchEntry.kind)
    )
    sums: dict[tuple[UUID, UUID], int] = {}
    for trip_id, lot_id, kind, minutes in rows:
        if trip_id is None or lot_id is None:
            continue
        key = (trip_id, lot_id)
        sums[key] = sums.get(key, 0) + signs[EntryKind(kind)] * minutes
    return tuple(
        Hold(trip_id, lots[lot_id].key, minutes)
        for (trip_id, lot_id), minutes in sorted(sums.items(), key=lambda item: str(item[0]))
        if minutes
    )


def state_of(card: PunchCard) -> CardState:
    """Return all that decides what a card can pay for; its closed lots are left out."""
    lots = {row.id: _lot(row) for row in open_lots(card.id)}
    pledges = db.session.scalars(select(TripPledge).filter_by(card_id=card.id))
    return CardState(
        tuple(lots.values()),
        _holds(card.id, lots),
        tuple(Pledge(p.trip_id, p.minutes, p.on) for p in pledges),
        card.advanced_through,
    )


@dataclass(frozen=True)
class TripNames:
    """Asks the trips, which stand above, what these are called: pairs of id and destination."""

    trip_ids: frozenset[UUID]


@dataclass(frozen=True)
class Line:
    """A line of the statement, and the minutes free on the card after it."""

    entry: PunchEntry
    free_after: int


_FREE = {
    EntryKind.CREDIT: 1,
    EntryKind.ADJUST_UP: 1,
    EntryKind.RELEASE: 1,
    EntryKind.ADJUST_DOWN: -1,
    EntryKind.HOLD: -1,
    EntryKind.EXPIRE: -1,
    EntryKind.FORFEIT: -1,
}


def statement(card_id: UUID, limit: int = 200) -> list[Line]:
    """Return the newest lines of a card, newest first, each with the free minutes after it."""
    rows = db.session.scalars(
        select(PunchEntry).filter_by(card_id=card_id).order_by(PunchEntry.seq.desc()).limit(limit)
    ).all()
    free = sum(_lot(row).free for row in open_lots(card_id))
    kinds = {row.id: row.kind for row in rows}
    lines = []
    for row in rows:
        lines.append(Line(row, free))
        free -= row.minutes * _effect(row, kinds)
    return lines


def _effect(row: PunchEntry, kinds: dict[UUID, str]) -> int:
    """Return how an entry changes the free minutes: a spend was set aside before."""
    if row.kind != EntryKind.REVERSE:
        return _FREE.get(EntryKind(row.kind), 0)
    undone = kinds.get(row.reverses_id) if row.reverses_id else None
    if undone == EntryKind.SPEND:
        return 1
    return -_FREE.get(EntryKind(undone), 0) if undone else 0


@dataclass(frozen=True)
class Lapsing:
    """Free minutes of a card that are about to be lost."""

    card_id: UUID
    citizen_id: UUID
    minutes: int
    on: date


def lapsing(from_on: date, through: date) -> list[Lapsing]:
    """Return the free minutes whose last usable day lies in these days, soonest first."""
    free = PunchLot.granted - PunchLot.held - PunchLot.used - PunchLot.expired
    rows = db.session.execute(
        select(PunchCard.id, PunchCard.citizen_id, func.sum(free), func.min(PunchLot.expires_on))
        .join(PunchLot, PunchLot.card_id == PunchCard.id)
        .where(PunchCard.closed_on.is_(None), free > 0)
        .where(PunchLot.expires_on.between(from_on, through))
        .group_by(PunchCard.id, PunchCard.citizen_id)
        .order_by(func.min(PunchLot.expires_on), func.sum(free).desc())
    )
    return [
        Lapsing(card_id, citizen_id, minutes, on)
        for card_id, citizen_id, minutes, on in rows
        if on is not None
    ]


def open_tasks() -> Sequence[CardTask]:
    """Return what somebody must decide or do about cards, oldest first."""
    found = select(CardTask).where(CardTask.closed_at.is_(None))
    return db.session.scalars(found.order_by(CardTask.opened_on, CardTask.id)).all()


def spent_since(card_id: UUID, day: date) -> int:
    """Return the minutes a card has spent since a day, less what was given back of them."""
    undone = aliased(PunchEntry)
    spent = select(func.coalesce(func.sum(PunchEntry.minutes), 0)).where(
        PunchEntry.card_id == card_id, PunchEntry.kind == EntryKind.SPEND
    )
    back = (
        select(func.coalesce(func.sum(PunchEntry.minutes), 0))
        .join(undone, undone.id == PunchEntry.reverses_id)
        .where(PunchEntry.card_id == card_id, undone.kind == EntryKind.SPEND)
        .where(undone.effective_on >= day)
    )
    taken = db.session.scalars(spent.where(PunchEntry.effective_on >= day)).one()
    return taken - db.session.scalars(back).one()


def lock_task(task_id: UUID) -> CardTask:
    """Return a task nobody else can change before this transaction ends. Raises NotFound."""
    found = select(CardTask).filter_by(id=task_id).with_for_update()
    task = db.session.scalars(found).one_or_none()
    if task is None:
        raise NotFound
    return task


def periods_of(card_ids: Collection[UUID], source: Source) -> dict[UUID, set[str]]:
    """Return by card the periods for which it has a lot from this source, open or closed."""
    found = select(PunchLot.card_id, PunchLot.period).where(
        PunchLot.card_id.in_(card_ids), PunchLot.source == source
    )
    periods: dict[UUID, set[str]] = {card_id: set() for card_id in card_ids}
    for card_id, period in db.session.execute(found):
        periods[card_id].add(period)
    return periods


def holders_of(card_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return whose card each of these is."""
    found = select(PunchCard.id, PunchCard.citizen_id).where(PunchCard.id.in_(list(card_ids)))
    return {row.id: row.citizen_id for row in db.session.execute(found)}
