"""Reading tasks: what somebody must decide or do about a card."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from klippekort.domain.accrual import Question
from klippekort.domain.errors import NotFound
from klippekort.domain.expiry import EXTENDS
from klippekort.platform.db import db
from klippekort.punchcards.models import CardTask, PunchCard


def open_tasks() -> list[tuple[CardTask, UUID]]:
    """Return what somebody must decide or do about cards, oldest first, and whose card it is."""
    found = (
        select(CardTask, PunchCard.citizen_id)
        .join(PunchCard, PunchCard.id == CardTask.card_id)
        .where(CardTask.closed_at.is_(None))
        .order_by(CardTask.opened_on, CardTask.id)
    )
    return [(task, citizen_id) for task, citizen_id in db.session.execute(found)]


def cards_that_wait(scheme_id: UUID | None = None) -> Sequence[UUID]:
    """Return the ids of cards with time that waits for a rule to be decided, in lock order."""
    found = select(PunchCard.id).join(CardTask, CardTask.card_id == PunchCard.id).where(_waits())
    if scheme_id is not None:
        found = found.where(PunchCard.scheme_id == scheme_id)
    return db.session.scalars(found.distinct().order_by(PunchCard.id)).all()


def waiting_tasks(card_id: UUID) -> Sequence[CardTask]:
    """Return what must be decided before a card gets time that waits, the oldest first."""
    found = select(CardTask).where(CardTask.card_id == card_id, _waits())
    return db.session.scalars(found.order_by(CardTask.opened_on, CardTask.id)).all()


def tasks_about(card_id: UUID, rules: Sequence[str]) -> Sequence[CardTask]:
    """Return what a person is to see to on a card by these rules."""
    found = select(CardTask).filter_by(card_id=card_id, closed_at=None)
    return db.session.scalars(found.where(CardTask.rule.in_(rules))).all()


def waiting_of_many(card_ids: Collection[UUID]) -> dict[UUID, list[CardTask]]:
    """Return by card what must be decided before it gets time that waits, the oldest first."""
    found = select(CardTask).where(CardTask.card_id.in_(card_ids), _waits())
    tasks: dict[UUID, list[CardTask]] = defaultdict(list)
    for task in db.session.scalars(found.order_by(CardTask.opened_on, CardTask.id)):
        tasks[task.card_id].append(task)
    return tasks


def calls_about(card_id: UUID) -> Sequence[CardTask]:
    """Return the calls somebody is to make because a card is full."""
    found = select(CardTask).filter_by(card_id=card_id, kind="call_citizen", rule="saving_alert")
    return db.session.scalars(found.where(CardTask.closed_at.is_(None))).all()


def asked(task: CardTask) -> Question:
    """Return what a task asks, as the rules of cards take it."""
    period = task.subject if task.minutes else ""
    return Question(task.opened_on, task.rule, period, task.minutes or 0)


def _waits() -> ColumnElement[bool]:
    """Return the condition that time waits for a task. What is asked about a trip has none."""
    about_periods = and_(
        or_(*(CardTask.rule.startswith(f"{part}.") for part in ("allowance", "pauses", "saving"))),
        CardTask.minutes.is_not(None),
    )
    about_life = CardTask.rule.endswith(f".{EXTENDS}")
    about_time = or_(about_periods, about_life, CardTask.rule.startswith("ending."))
    return and_(CardTask.closed_at.is_(None), CardTask.kind == "decide", about_time)


def lock_task(task_id: UUID) -> CardTask:
    """Return a task nobody else can change before this transaction ends. Raises NotFound."""
    found = select(CardTask).filter_by(id=task_id).with_for_update()
    task = db.session.scalars(found).one_or_none()
    if task is None:
        raise NotFound
    return task
