"""Reading what ends when a citizen dies or moves, and what it takes to let it go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from klippekort.domain.errors import NotFound
from klippekort.domain.ledger import EntryKind
from klippekort.domain.waiting import UNANSWERED
from klippekort.platform.db import db
from klippekort.punchcards.models import CardKey, CardTask, Grant, PunchCard, PunchEntry


@dataclass(frozen=True)
class Standing:
    """How a card stood: the number of its last entry, when each grant was to end, and the ids of
    what somebody was asked about it.
    """

    seq: int
    grants: dict[str, dict[str, Any]]
    tasks: Sequence[UUID] = ()


def open_cards(citizen_id: UUID) -> Sequence[UUID]:
    """Return a citizen's cards that have not ended, in the order in which they are locked."""
    found = select(PunchCard.id).filter_by(citizen_id=citizen_id, closed_on=None)
    return sorted(db.session.scalars(found), key=str)


def standing_of(card_id: UUID) -> Standing:
    """Return how a card stands now."""
    card = db.session.scalars(
        select(PunchCard).filter_by(id=card_id).execution_options(populate_existing=True)
    ).one()
    grants = {
        str(one.id): {"until": one.until_on and one.until_on.isoformat(), "at_end": one.at_end}
        for one in grants_of(card_id)
    }
    asked = select(CardTask.id).filter_by(card_id=card_id, closed_at=None).order_by(CardTask.id)
    return Standing(card.seq, grants, db.session.scalars(asked).all())


def closed_of(task_ids: Sequence[UUID]) -> list[str]:
    """Return the ids of those tasks that are closed, as they are kept."""
    return [str(task.id) for task in _tasks(task_ids) if task.closed_at is not None]


def tasks_named(task_ids: Sequence[str]) -> Sequence[CardTask]:
    """Return tasks by their ids as they were kept, in that order."""
    return _tasks([UUID(task_id) for task_id in task_ids])


def _tasks(task_ids: Sequence[UUID]) -> Sequence[CardTask]:
    found = select(CardTask).where(CardTask.id.in_(task_ids)).order_by(CardTask.id)
    return db.session.scalars(found).all()


def grants_of(card_id: UUID) -> Sequence[Grant]:
    """Return the grants of a card."""
    return db.session.scalars(select(Grant).filter_by(card_id=card_id)).all()


def open_questions(card_id: UUID, rules: Sequence[str]) -> Sequence[CardTask]:
    """Return what a person is asked about a card by these rules, locked."""
    found = select(CardTask).filter_by(card_id=card_id, kind="decide", closed_at=None)
    return db.session.scalars(found.where(CardTask.rule.in_(rules)).with_for_update()).all()


def lost_since(card_id: UUID, seq: int) -> Sequence[UUID]:
    """Return the entries after number `seq` by which free time was lost at the end of a card, and
    that nobody has countered.
    """
    undone = aliased(PunchEntry)
    found = (
        select(PunchEntry.id)
        .outerjoin(undone, undone.reverses_id == PunchEntry.id)
        .where(PunchEntry.card_id == card_id, PunchEntry.seq > seq)
        .where(PunchEntry.kind == EntryKind.FORFEIT, PunchEntry.trip_id.is_(None))
        .where(undone.id.is_(None))
        .order_by(PunchEntry.seq)
    )
    return db.session.scalars(found).all()


def unanswered_since(card_id: UUID, seq: int) -> Sequence[PunchEntry]:
    """Return the entries after number `seq` that say of time that it waited for an answer and did
    not come, and that nobody has countered.
    """
    undone = aliased(PunchEntry)
    found = (
        select(PunchEntry)
        .outerjoin(undone, undone.reverses_id == PunchEntry.id)
        .where(PunchEntry.card_id == card_id, PunchEntry.seq > seq)
        .where(PunchEntry.reason_code.startswith(f"{UNANSWERED}:"), undone.id.is_(None))
        .order_by(PunchEntry.seq)
    )
    return db.session.scalars(found).all()


def live_keys(citizen_id: UUID) -> Sequence[CardKey]:
    """Return what opens a citizen's own page, locked."""
    found = select(CardKey).filter_by(citizen_id=citizen_id, killed_at=None)
    return db.session.scalars(found.with_for_update()).all()


def lock_key(key_id: UUID) -> CardKey:
    """Return what opened a citizen's own page, locked. Raises NotFound."""
    found = select(CardKey).filter_by(id=key_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row
