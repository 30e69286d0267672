"""Time that waits for a rule: given, or not, once the rule is decided or the card has ended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from klippekort.domain import accrual
from klippekort.domain import waiting as rules
from klippekort.domain.accrual import Question
from klippekort.domain.calendar import local_day
from klippekort.domain.ledger import CardState
from klippekort.domain.permissions import Actor
from klippekort.domain.plans import Plan
from klippekort.punchcards.models import CardTask, PunchCard
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.past import came_late
from klippekort.punchcards.queries.tasks import asked, calls_about, waiting_tasks
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.late_absences import settle_period


def answer_waiting(actor: Actor | None, card_ids: Sequence[UUID], *, now: datetime) -> int:
    """Give cards the time that waited for rules that are decided today; return how many it was.

    What can come no more is written down as not given. The tasks are closed. The cards are locked
    in the order of their ids.
    """
    today, closed = local_day(now), 0
    for card in queries.lock_cards(card_ids):
        if card.closed_on is not None:
            let_go(actor, card, now=now)
        state, plan = ledger.advance(card, through=today, now=now), queries.plan_of(card)
        for task in waiting_tasks(card.id):
            if came_late([task]):
                closed += _settle_late(actor, card, plan, task, now)
            else:
                closed += _settle(actor, card, state, plan, task, now)
            state = queries.state_of(card)
    return closed


def _settle_late(
    actor: Actor | None, card: PunchCard, plan: Plan, task: CardTask, now: datetime
) -> bool:
    """Let time that has come already stay or go, as is decided today; say whether it is."""
    today = local_day(now)
    if not rules.is_decided(plan, task.rule, today):
        return False
    _close(task, actor, now)
    decided = plan.decided(task.rule, rules.answer_on(plan, task.rule, today))
    settle_period(actor, card, decided, task.opened_on, now=now)
    return True


def _settle(
    actor: Actor | None,
    card: PunchCard,
    state: CardState,
    plan: Plan,
    task: CardTask,
    now: datetime,
) -> bool:
    """Give what waited for a task, or not, as is decided today; say whether it is."""
    today = local_day(now)
    answers = rules.settle(state, plan, [asked(task)], today)
    for _question, result in answers:
        _close(task, actor, now)
        ledger.take(card, state, result, on=today, now=now)  # what waits for one more rule is asked
        state = result.state
    return bool(answers)


def let_go(actor: Actor | None, card: PunchCard, *, now: datetime) -> None:
    """Settle what waits for answers on a locked card that has ended: it is written down as not
    given, the questions are closed, and nobody is called about a full card.

    What becomes of time that was on the card is asked still.
    """
    today, tasks = local_day(now), waiting_tasks(card.id)
    late = came_late(tasks)
    for task in tasks:
        if task.rule.startswith("ending."):
            continue
        _close(task, actor, now)
        if task.id not in late:  # what has come already went the way of the rest
            by = actor.account_id if actor else None
            ledger.post(card, rules.not_given(asked(task), today), actor_id=by, now=now)
    for call in calls_about(card.id):
        _close(call, actor, now)


def settle_lives(card_ids: Sequence[UUID], *, now: datetime) -> None:
    """Give the time on cards the last day it has now that somebody decided how long it lives; what
    is older than that lapses. The cards are locked in the order of their ids.
    """
    today = local_day(now)
    for card in queries.lock_cards(card_ids):
        state, plan = ledger.advance(card, through=today, now=now), queries.plan_of(card)
        result = accrual.answered(state, plan, Question(today, "expiry.rolling"), today)
        ledger.take(card, state, result, on=today, now=now)


def _close(task: CardTask, actor: Actor | None, now: datetime) -> None:
    task.closed_at, task.closed_by = now, actor.account_id if actor else None
