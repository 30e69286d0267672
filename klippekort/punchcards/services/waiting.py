"""Time that waits for a rule: given, or not, once the rule is decided."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.domain import accrual
from klippekort.domain.accrual import Plan, Question
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import UNDECIDED, value_at
from klippekort.domain.schemes.questions import NO, YES
from klippekort.punchcards.models import CardTask
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.past import came_late
from klippekort.punchcards.queries.tasks import waiting_tasks
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.late_absences import settle_period


def answer_waiting(actor: Actor | None, card_ids: Sequence[UUID], *, now: datetime) -> int:
    """Give cards the time that waited for rules that are decided today; return how many it was.

    The tasks are closed. The cards are locked in the order of their ids.
    """
    today, by = local_day(now), actor.account_id if actor else None
    closed = 0
    for card in queries.lock_cards(card_ids):
        state, plan = ledger.advance(card, through=today, now=now), queries.plan_of(card)
        for task in waiting_tasks(card.id):
            if not _is_decided(plan, task.rule, today):
                continue
            task.closed_at, task.closed_by = now, by
            if came_late([task]):
                decided = plan.decided(task.rule, _answer(plan, task.rule, today))
                settle_period(actor, card, decided, task.opened_on, now=now)
            else:
                result = accrual.answered(state, plan, _question(task), today)
                ledger.take(card, state, result, on=today, now=now)
            state = queries.state_of(card)
            closed += 1
    return closed


def _is_decided(plan: Plan, rule: str, today: date) -> bool:
    try:
        return _said(plan, rule, today) not in (None, UNDECIDED)
    except KeyError:
        return False


def _said(plan: Plan, rule: str, today: date) -> Any:
    """Return what a rule says today, or None before a scheme begins. Raises KeyError."""
    held = [version.terms for version in plan.versions if version.from_on <= today]
    terms = plan.terms_on(today) or (held[-1] if held else None)
    return None if terms is None else value_at(terms, rule)


def _answer(plan: Plan, rule: str, today: date) -> str:
    """Return what a rule says today as an answer is written."""
    value = _said(plan, rule, today)
    return str(value) if not isinstance(value, bool) else YES if value else NO


def _question(task: CardTask) -> Question:
    period = "" if task.rule.startswith("ending.") else task.subject
    return Question(task.opened_on, task.rule, period, task.minutes or 0)
