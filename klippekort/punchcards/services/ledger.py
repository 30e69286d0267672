"""Writing to a card: the one place where entries are stored, chained and turned into totals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update

from klippekort.domain import accrual
from klippekort.domain.accrual import Advance
from klippekort.domain.calendar import stamp
from klippekort.domain.chains import link_hash, sealed
from klippekort.domain.errors import CardClosed
from klippekort.domain.ledger import CardState, Entry, Lot, Pledge, Source
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import OwnRows, adding, as_new, own
from klippekort.punchcards.models import CardTask, PunchCard, PunchEntry, PunchLot, TripPledge
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.cards import AnyCard, CardHead
from klippekort.punchcards.queries.many import standing_of

_cards = cast(Table, PunchCard.__table__)
_lots = cast(Table, PunchLot.__table__)
_entries = cast(Table, PunchEntry.__table__)
_new_entry = adding(_entries)
_moved_head = (
    update(_cards)
    .where(own(_cards), _cards.c.id == bindparam("card"))
    .values(seq=bindparam("new_seq"), head=bindparam("new_head"))
)
_NEW_LOTS, _NEW_ENTRIES, _MOVE_HEAD = (
    OwnRows(adding(_lots)),
    OwnRows(_new_entry),
    OwnRows(_moved_head),
)
# Apart from the head: SQLite writes an index of each column that is named, changed or not.
_RECKONED = OwnRows(
    update(_cards)
    .where(own(_cards), _cards.c.id == bindparam("card"))
    .values(advanced_through=bindparam("through"))
)


@dataclass(slots=True)
class NewEntry:
    """The row of an entry to be stored, without a session that watches each of its values."""

    id: UUID
    municipality_id: int
    card_id: UUID
    seq: int
    lot_id: UUID | None
    kind: str
    minutes: int
    trip_id: UUID | None
    reverses_id: UUID | None
    effective_on: date
    recorded_at: datetime
    reason_code: str
    actor_id: UUID | None
    previous: str
    hash: str = ""


def chain_hash(entry: PunchEntry | NewEntry) -> str:
    """Return the hash of an entry after the one before it.

    Only pseudonymous ids, codes, numbers and days go in, so erasing a person never breaks the
    chain.
    """
    return link_hash(
        entry.previous,
        entry.municipality_id,
        str(entry.card_id),
        entry.seq,
        str(entry.lot_id),
        str(entry.kind),
        entry.minutes,
        str(entry.trip_id),
        str(entry.reverses_id),
        entry.effective_on.isoformat(),
        stamp(entry.recorded_at),
        entry.reason_code,
        str(entry.actor_id),
    )


def sealed_lot_id(made: UUID, card_id: UUID, lot: Lot) -> UUID:
    """Return the id of a new lot, telling its days and its rule, from one that was just made."""
    said = lot.source.value, lot.period, lot.credited_on, lot.expires_on, lot.expiry_rule
    return sealed(made, str(card_id), *map(str, said))


def chained(
    card: AnyCard,
    entries: Sequence[Entry],
    lot_ids: Mapping[str, UUID],
    *,
    actor_id: UUID | None,
    now: datetime,
    reverses: UUID | None = None,
) -> tuple[list[PunchLot], list[PunchEntry]]:
    """Return the rows of entries: their new lots, empty, and the entries, each chained to the last.

    `lot_ids` names the lots that are stored already, by their keys. The card's head moves along.
    """
    lots, rows = _chained(card, entries, lot_ids, actor_id, now, reverses)
    return lots, [PunchEntry(**asdict(row)) for row in rows]


def _chained(
    card: AnyCard,
    entries: Sequence[Entry],
    lot_ids: Mapping[str, UUID],
    actor_id: UUID | None,
    now: datetime,
    reverses: UUID | None,
) -> tuple[list[PunchLot], list[NewEntry]]:
    ids, lots, rows = dict(lot_ids), [], []
    for entry in entries:
        if entry.new_lot is not None and entry.new_lot.key not in ids:
            lots.append(_empty_lot(card, entry.new_lot))
            ids[entry.new_lot.key] = lots[-1].id
        card.seq += 1
        row = NewEntry(
            id=new_id(),
            municipality_id=card.municipality_id,
            card_id=card.id,
            seq=card.seq,
            lot_id=ids[entry.lot] if entry.lot else None,
            kind=entry.kind,
            minutes=entry.minutes,
            trip_id=entry.trip,
            reverses_id=reverses,
            effective_on=entry.effective_on,
            recorded_at=now,
            reason_code=entry.reason,
            actor_id=actor_id,
            previous=card.head,
        )
        row.hash = card.head = chain_hash(row)
        rows.append(row)
    return lots, rows


def _empty_lot(card: AnyCard, lot: Lot) -> PunchLot:
    """Return the row of a new lot; its totals are moved by the entries, in the database."""
    return PunchLot(
        id=sealed_lot_id(new_id(), card.id, lot),
        municipality_id=card.municipality_id,
        card_id=card.id,
        source=lot.source,
        period=lot.period,
        credited_on=lot.credited_on,
        expires_on=lot.expires_on,
        expiry_rule=lot.expiry_rule,
    )


def post(
    card: AnyCard,
    entries: Sequence[Entry],
    *,
    actor_id: UUID | None,
    now: datetime,
    reverses: UUID | None = None,
    lot_ids: Mapping[str, UUID] | None = None,
) -> None:
    """Store entries on a locked card.

    `lot_ids` are the open lots by their keys, where the caller has read them. The database moves
    the lots' totals and refuses what would go below zero.
    """
    if not entries:
        return
    if lot_ids is None:
        lot_ids = {lot.key: lot_id for lot_id, lot in queries.lots_by_id(card.id).items()}
    known = {**lot_ids, **_used_up(card, entries)}
    lots, rows = _chained(card, entries, known, actor_id, now, reverses)
    if lots:
        _NEW_LOTS.run_many([_said_of(lot) for lot in lots])
    said = [_said(row) for row in rows]
    if len(said) <= FEW and isinstance(card, CardHead):
        for row in said:
            _NEW_ENTRIES.run_late(**row)
        _MOVE_HEAD.run_late(**_head_of(card))
    else:
        _NEW_ENTRIES.run_many(said)
        _keep_head(card)


# So many lots pay for a trip at most, as a rule; more rows than this are cheaper sent as a list.
FEW = 3
_EMPTY = as_new(_lots, granted=0, held=0, used=0, expired=0)
_MOVED = frozenset(("municipality_id", "granted", "held", "used", "expired", "moved_by"))
_LOT_COLUMNS = tuple(column.key for column in _lots.columns if column.key not in _MOVED)
_ENTRY_NAMES = {field.name: f"{_entries.name}_{field.name}" for field in fields(NewEntry)}
del _ENTRY_NAMES["municipality_id"]  # which is the active one


def _said_of(lot: PunchLot) -> dict[str, Any]:
    given = vars(lot)
    return _EMPTY | as_new(_lots, **{name: given.get(name) for name in _LOT_COLUMNS})


def _said(row: NewEntry) -> dict[str, Any]:
    return {said: getattr(row, name) for name, said in _ENTRY_NAMES.items()}


def _keep_head(card: AnyCard) -> None:
    """Store where a card's chain ends now."""
    if isinstance(card, CardHead):
        _MOVE_HEAD.run(**_head_of(card))
    else:
        db.session.flush()


def _head_of(card: CardHead) -> dict[str, Any]:
    return {"card": card.id, "new_seq": card.seq, "new_head": card.head}


def _used_up(card: AnyCard, entries: Sequence[Entry]) -> dict[str, UUID]:
    """Return lots that get more time once they are used up: what is moved into them on the day they
    were made, and what comes for a period on a day that is reckoned already.
    """
    through = card.advanced_through
    moved = [
        lot
        for entry in entries
        if (lot := entry.new_lot) is not None
        and (
            lot.source in (Source.EXTENDED, Source.CHANGED)
            or (through is not None and lot.credited_on <= through)
        )
    ]
    if not moved:
        return {}
    found = select(PunchLot).filter_by(card_id=card.id)
    rows = db.session.scalars(found.where(PunchLot.period.in_([lot.period for lot in moved])))
    return {f"{row.source}:{row.period}": row.id for row in rows}


def keep_pledges(card: AnyCard, pledges: Sequence[Pledge]) -> None:
    """Store what trips still lack, and forget what they no longer do."""
    wanted = {pledge.trip: pledge for pledge in pledges}
    for row in db.session.scalars(select(TripPledge).filter_by(card_id=card.id)).all():
        pledge = wanted.pop(row.trip_id, None)
        if pledge is None:
            db.session.delete(row)
        else:
            row.minutes = pledge.minutes
    for pledge in wanted.values():
        db.session.add(
            TripPledge(card_id=card.id, trip_id=pledge.trip, minutes=pledge.minutes, on=pledge.on)
        )
    db.session.flush()


def advance(card: AnyCard, *, through: date, now: datetime) -> CardState:
    """Reckon a locked card through a day and return its state then; a reckoned day changes
    nothing.
    """
    state = queries.state_of(card)
    if card.closed_on is not None:
        through = min(through, card.closed_on)
    if state.advanced_through is not None and through <= state.advanced_through:
        return state
    plan = queries.plan_of(card)
    state = queries.to_be_reckoned(card.id, state, plan)
    take(card, state, accrual.advance(state, plan, through), on=through, now=now)
    card.advanced_through = through
    if isinstance(card, CardHead):
        _RECKONED.run(card=card.id, through=through)
    else:
        db.session.flush()
    return queries.state_of(card)


def advance_many(card_ids: Collection[UUID], *, through: date, now: datetime) -> None:
    """Lock open cards and reckon each through a day, as `advance` does, with few queries for all.

    Those that have ended or are reckoned that far are passed over.
    """
    behind = [
        card
        for card in queries.lock_heads(card_ids)
        if card.closed_on is None
        and (card.advanced_through is None or card.advanced_through < through)
    ]
    for one in standing_of(behind):
        lot_ids = {lot.key: lot_id for lot_id, lot in one.lots.items()}
        result = accrual.advance(one.state, one.plan, through)
        take(one.card, one.state, result, on=through, now=now, lot_ids=lot_ids)
    if behind:
        _RECKONED.run_many([{"card": card.id, "through": through} for card in behind])


def take(
    card: AnyCard,
    before: CardState,
    result: Advance,
    *,
    on: date,
    now: datetime,
    actor_id: UUID | None = None,
    lot_ids: Mapping[str, UUID] | None = None,
    asks_again: bool = False,
) -> None:
    """Store what became of a locked card: entries, pledges, and what a person must decide or do.

    `lot_ids` as `post` takes them; `asks_again` as `open_task` does.
    """
    post(card, result.entries, actor_id=actor_id, now=now, lot_ids=lot_ids)
    if result.state.pledges != before.pledges:
        keep_pledges(card, result.state.pledges)
    for trip in result.unmet:
        open_task(card, "review", "pledge", str(trip), on)
    for asked in result.questions:
        open_task(
            card,
            "decide",
            asked.rule,
            asked.subject,
            asked.on,
            minutes=asked.minutes,
            asks_again=asks_again,
        )
    for alert in result.alerts:
        open_task(card, "call_citizen", "saving_alert", alert.on.isoformat(), alert.on)


def open_task(
    card: AnyCard,
    kind: str,
    rule: str,
    subject: str,
    on: date,
    *,
    minutes: int | None = None,
    asks_again: bool = False,
) -> None:
    """Ask a person to decide or do something about a card, once for each rule; `asks_again` where
    it was asked, and nobody has answered.

    What waits for several rules waits for one at a time; the next is asked when that is decided.
    """
    found = select(CardTask).filter_by(card_id=card.id, kind=kind, subject=subject)
    known = db.session.scalars(found).one_or_none()
    if known is None:
        known = CardTask(card_id=card.id, kind=kind, subject=subject)
        db.session.add(known)
    elif known.closed_at is None or (known.rule == rule and not asks_again):
        return
    known.rule, known.opened_on, known.minutes = rule, on, minutes or None
    known.closed_at = known.closed_by = None


def ready(card_id: UUID, *, today: date, now: datetime) -> tuple[PunchCard, CardState]:
    """Return a card, locked and reckoned through today, with its state.

    Raises NotFound, and CardClosed when the card has ended.
    """
    card = queries.lock_card(card_id)
    if card.closed_on is not None and card.closed_on < today:
        raise CardClosed
    return card, advance(card, through=today, now=now)


def reckoned(card_id: UUID, *, today: date, now: datetime) -> CardHead:
    """Return the row of a card, locked and reckoned through today, open or ended. Raises NotFound.

    What happens to trips asks for this; what also changes the card itself asks for `ready`.
    """
    card = queries.lock_head(card_id)
    if card.advanced_through is None or card.advanced_through < today:
        advance(card, through=today, now=now)
    return card


def ready_many(card_ids: Collection[UUID], *, today: date, now: datetime) -> Sequence[PunchCard]:
    """Return cards in the order of their ids, locked and reckoned through today.

    Raises NotFound, and CardClosed when one of them has ended.
    """
    cards = queries.lock_cards(card_ids)
    if any(card.closed_on is not None and card.closed_on < today for card in cards):
        raise CardClosed
    for card in cards:
        if card.advanced_through is None or card.advanced_through < today:
            advance(card, through=today, now=now)
    return cards
