"""What has become of a card's time since a day, for news that reaches back to it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from klippekort.citizens.services.absences import NewsOf, NewsTold
from klippekort.domain.late_absences import REASON, Lost, Past
from klippekort.domain.ledger import EntryKind, Lot
from klippekort.platform.db import db
from klippekort.punchcards.models import CardTask, PunchCard, PunchEntry, PunchLot, RuleAnswer
from klippekort.punchcards.queries.history import lot_of

CAP = "cap"
_DID = {
    EntryKind.ADJUST_DOWN: "taken",
    EntryKind.WAIVE: "waived",
    EntryKind.REVERSE: "came",
    EntryKind.CREDIT: "came",
}
_OF_CAPS = "saving."
_ABOUT_PERIODS = ("allowance.", "pauses.")


def past_of(card_id: UUID, since: date) -> tuple[Past, dict[str, UUID]]:
    """Return what has become of a card's time since a day, and the ids of its lots by key."""
    lost = _lost(card_id, since)
    lots = _lots(card_id, since, {lot_id for lot_id, _one in lost})
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
            Lost(one.id, lots[lot].key, one.minutes, one.effective_on, one.reason_code == CAP)
            for lot, one in lost
        ),
        {lots[lot_id].key: on for lot_id, on in spent.items()},
        waiting,
        frozenset(asked),
    )
    return past, {lot.key: lot_id for lot_id, lot in lots.items()}


def news_told(question: NewsOf) -> list[NewsTold]:
    """Return what late news of an absence did to a citizen's cards, one for each it touched."""
    told: dict[UUID, Counter[str]] = defaultdict(Counter)
    rows = db.session.execute(
        select(PunchEntry.card_id, PunchEntry.kind, func.sum(PunchEntry.minutes))
        .join(PunchCard, PunchCard.id == PunchEntry.card_id)
        .where(PunchCard.citizen_id == question.citizen_id, PunchEntry.reason_code == REASON)
        .where(PunchEntry.recorded_at == question.told_at)
        .group_by(PunchEntry.card_id, PunchEntry.kind)
    )
    for card_id, kind, minutes in rows:
        told[card_id][_DID[EntryKind(kind)]] += minutes
    open_tasks = select(CardTask).join(PunchCard, PunchCard.id == CardTask.card_id)
    mine = open_tasks.where(PunchCard.citizen_id == question.citizen_id, CardTask.kind == "decide")
    for task in db.session.scalars(mine.where(CardTask.closed_at.is_(None))):
        told[task.card_id]["asked"] += came_late(task.card_id, task)
    return [
        NewsTold(sums["taken"], sums["waived"], sums["came"], sums["asked"] > 0)
        for sums in told.values()
        if sums.total()
    ]


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


def came_late(card_id: UUID, task: CardTask) -> bool:
    """Say whether a question is about time that had come before it was asked."""
    if not task.minutes or not task.rule.startswith(_ABOUT_PERIODS):
        return False
    found = select(PunchLot.id).filter_by(card_id=card_id, period=task.subject)
    return db.session.scalars(found.where(PunchLot.granted > 0).limit(1)).first() is not None


def waiting_task(card_id: UUID, period: str) -> CardTask | None:
    """Return what somebody must decide before a period is settled, or None."""
    found = select(CardTask).filter_by(card_id=card_id, kind="decide", subject=period)
    return db.session.scalars(found.where(CardTask.closed_at.is_(None))).one_or_none()


def _lost(card_id: UUID, since: date) -> list[tuple[UUID, PunchEntry]]:
    undone = aliased(PunchEntry)
    rows = db.session.scalars(
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
    )
    return [(row.lot_id, row) for row in rows if row.lot_id is not None]


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
