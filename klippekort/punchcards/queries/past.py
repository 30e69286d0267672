"""What has become of a card's time since a day, for news that reaches back to it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from klippekort.citizens.services.absences import NewsOf, NewsTold
from klippekort.domain.expiry import EXTENDS
from klippekort.domain.late_news.memory import REASON, Line, Lost, Past
from klippekort.domain.ledger import Entry, EntryKind, Lot
from klippekort.platform.db import db
from klippekort.punchcards.models import (
    CardTask,
    PunchCard,
    PunchEntry,
    PunchLot,
    RuleAnswer,
    Scheme,
)
from klippekort.punchcards.queries.history import lot_of

CAP = "cap"
# What an entry of late news did, by its kind and whether it moved time: of what, and which way.
_DID = {
    (EntryKind.ADJUST_DOWN, True): ("taken", 1),
    (EntryKind.WAIVE, False): ("waived", 1),
    (EntryKind.REVERSE, False): ("waived", -1),
    (EntryKind.REVERSE, True): ("came", 1),
    (EntryKind.CREDIT, True): ("came", 1),
    (EntryKind.ADJUST_UP, True): ("came", 1),
    (EntryKind.FORFEIT, True): ("came", -1),
}
_OF_CAPS = "saving."
_ABOUT_PERIODS = ("allowance.", "pauses.")


def past_of(card_id: UUID, since: date) -> tuple[Past, dict[str, UUID]]:
    """Return what has become of a card's time since a day, and the ids of its lots by key."""
    lost, late = _lost(card_id, since), _late(card_id)
    lots = _lots(card_id, since, {row.lot_id for row in [*lost, *late] if row.lot_id})
    spent = _spent({lot_id for lot_id, lot in lots.items() if lot.used})
    waiting, asked = dict[str, int](), set[str]()
    for rule, period, minutes in _questions(card_id):
        if rule.startswith(_OF_CAPS):
            waiting[period] = minutes
        else:
            asked.add(period)
    past = Past(
        tuple(lots.values()),
        tuple(
            Lost(
                row.id,
                lots[row.lot_id].key,
                row.minutes,
                row.effective_on,
                row.kind == EntryKind.FORFEIT,
                row.reason_code,
            )
            for row in lost
            if row.lot_id
        ),
        {lots[lot_id].key: on for lot_id, on in spent.items()},
        tuple(_line(row, lots) for row in [*_came(set(lots)), *late]),
        waiting,
        frozenset(asked),
    )
    return past, {lot.key: lot_id for lot_id, lot in lots.items()}


def news_told(question: NewsOf) -> list[NewsTold]:
    """Return what late news of an absence did to a citizen's cards, one for each it touched."""
    told: dict[UUID, Counter[str]] = defaultdict(Counter)
    moves = PunchEntry.lot_id.is_not(None)
    rows = db.session.execute(
        select(PunchEntry.card_id, PunchEntry.kind, moves, func.sum(PunchEntry.minutes))
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .where(PunchCard.citizen_id == question.citizen_id)
        .where(or_(wrote_late(), PunchEntry.reason_code == CAP))
        .where(PunchEntry.recorded_at == question.told_at)
        .group_by(PunchEntry.card_id, PunchEntry.kind, moves)
    )
    for card_id, kind, has_lot, minutes in rows:
        what, sign = _DID[EntryKind(kind), bool(has_lot)]
        told[card_id][what] += sign * minutes
    open_tasks = select(CardTask).join(PunchCard, PunchCard.id == CardTask.card_id)
    mine = open_tasks.where(PunchCard.citizen_id == question.citizen_id, CardTask.kind == "decide")
    tasks = db.session.scalars(mine.where(CardTask.closed_at.is_(None))).all()
    late = came_late(tasks)
    for task in tasks:
        told[task.card_id]["asked"] += task.id in late
    schemes = db.session.execute(
        select(PunchCard.id, Scheme.name)
        .join(Scheme, Scheme.id == PunchCard.scheme_id)
        .where(PunchCard.id.in_(list(told)))
    )
    names: dict[UUID, str] = {row.id: row.name for row in schemes}
    return [
        NewsTold(names[card_id], sums["taken"], sums["waived"], sums["came"], sums["asked"] > 0)
        for card_id, sums in told.items()
        if any(minutes > 0 for minutes in sums.values())
    ]


def wrote_late() -> ColumnElement[bool]:
    """Return the condition that late news of an absence wrote an entry."""
    return PunchEntry.reason_code.startswith(REASON, autoescape=True)


def trips_charged(card_id: UUID, first: date, last: date) -> list[UUID]:
    """Return the trips that cost a card time on these days, and still do, in order."""
    undone = aliased(PunchEntry)
    rows = db.session.execute(
        select(PunchEntry.trip_id, func.min(PunchEntry.seq))
        .outerjoin(undone, undone.reverses_id == PunchEntry.id)
        .where(PunchEntry.card_id == card_id, PunchEntry.effective_on.between(first, last))
        .where(PunchEntry.kind.in_([EntryKind.SPEND, EntryKind.FORFEIT]), undone.id.is_(None))
        .where(PunchEntry.trip_id.is_not(None))
        .group_by(PunchEntry.trip_id)
        .order_by(func.min(PunchEntry.seq))
    )
    return [trip_id for trip_id, _seq in rows if trip_id is not None]


def answers_of(card_id: UUID) -> Mapping[str, Mapping[str, str]]:
    """Return what was decided once on a card, by what it was about: the last by rule."""
    rows = db.session.execute(
        select(RuleAnswer.subject, RuleAnswer.rule, RuleAnswer.value)
        .where(RuleAnswer.card_id == card_id, RuleAnswer.subject.is_not(None))
        .order_by(RuleAnswer.recorded_at, RuleAnswer.id)
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, rule, value in rows:
        found[str(subject)][rule] = value
    return found


def came_late(tasks: Iterable[CardTask]) -> set[UUID]:
    """Return the ids of those questions that are about time that had come before they were asked,
    in one statement.
    """
    asked = [task.id for task in tasks if task.minutes and task.rule.startswith(_ABOUT_PERIODS)]
    if not asked:
        return set()
    of_its_period = and_(
        PunchLot.card_id == CardTask.card_id,
        PunchLot.period == CardTask.subject,
        PunchLot.granted > 0,
    )
    found = select(CardTask.id).join(PunchLot, of_its_period).where(CardTask.id.in_(asked))
    return set(db.session.scalars(found))


def questions_of_life(card_id: UUID) -> Sequence[CardTask]:
    """Return what is asked about how long a card's time lives through an absence."""
    found = select(CardTask).filter_by(card_id=card_id, kind="decide", closed_at=None)
    return db.session.scalars(found.where(CardTask.rule.endswith(f".{EXTENDS}"))).all()


def waiting_task(card_id: UUID, period: str) -> CardTask | None:
    """Return what somebody must decide before a period is settled, or None."""
    found = select(CardTask).filter_by(card_id=card_id, kind="decide", subject=period)
    return db.session.scalars(found.where(CardTask.closed_at.is_(None))).one_or_none()


def _lost(card_id: UUID, since: date) -> Sequence[PunchEntry]:
    undone = aliased(PunchEntry)
    return db.session.scalars(
        select(PunchEntry)
        .outerjoin(undone, undone.reverses_id == PunchEntry.id)
        .where(PunchEntry.card_id == card_id, PunchEntry.effective_on >= since)
        .where(
            or_(
                PunchEntry.kind == EntryKind.EXPIRE,
                and_(PunchEntry.kind == EntryKind.FORFEIT, PunchEntry.reason_code == CAP),
            )
        )
        .where(undone.id.is_(None), PunchEntry.lot_id.is_not(None))
        .order_by(PunchEntry.seq)
    ).all()


def _late(card_id: UUID) -> Sequence[PunchEntry]:
    """Return what late news wrote on a card and nobody has countered."""
    undone = aliased(PunchEntry)
    return db.session.scalars(
        select(PunchEntry)
        .outerjoin(undone, undone.reverses_id == PunchEntry.id)
        .where(PunchEntry.card_id == card_id, wrote_late(), undone.id.is_(None))
        .order_by(PunchEntry.seq)
    ).all()


def _came(lot_ids: Collection[UUID]) -> Sequence[PunchEntry]:
    """Return the entries by which the scheme gave time to these lots."""
    found = select(PunchEntry).where(PunchEntry.lot_id.in_(lot_ids))
    wanted = found.where(PunchEntry.kind == EntryKind.CREDIT, PunchEntry.reason_code == "accrual")
    return db.session.scalars(wanted.order_by(PunchEntry.seq)).all()


def _line(row: PunchEntry, lots: Mapping[UUID, Lot]) -> Line:
    key = lots[row.lot_id].key if row.lot_id else None
    kind = EntryKind(row.kind)
    return Line(row.id, Entry(kind, row.minutes, row.effective_on, key, row.reason_code))


def _lots(card_id: UUID, since: date, also: Collection[UUID]) -> dict[UUID, Lot]:
    found = select(PunchLot).where(
        PunchLot.card_id == card_id, or_(PunchLot.credited_on >= since, PunchLot.id.in_(also))
    )
    rows = db.session.scalars(
        found.order_by(PunchLot.credited_on, PunchLot.id).execution_options(populate_existing=True)
    )
    return {row.id: lot_of(row) for row in rows}


def _spent(lot_ids: Collection[UUID]) -> dict[UUID, date]:
    rows = db.session.execute(
        select(PunchEntry.lot_id, func.max(PunchEntry.effective_on))
        .where(PunchEntry.lot_id.in_(lot_ids), PunchEntry.kind == EntryKind.SPEND)
        .group_by(PunchEntry.lot_id)
    )
    return {lot_id: on for lot_id, on in rows if lot_id is not None}


def _questions(card_id: UUID) -> list[tuple[str, str, int]]:
    rows = db.session.scalars(
        select(CardTask).where(
            CardTask.card_id == card_id,
            CardTask.kind == "decide",
            CardTask.closed_at.is_(None),
            CardTask.minutes.is_not(None),
        )
    )
    return [(row.rule, row.subject, row.minutes or 0) for row in rows]
