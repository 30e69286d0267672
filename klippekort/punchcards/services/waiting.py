"""Time that waits for a rule: given, or not, once the rule is decided."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from klippekort.domain import accrual
from klippekort.domain.accrual import Plan, Question
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import UNDECIDED, value_at
from klippekort.punchcards.models import CardTask
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.tasks import waiting_tasks
from klippekort.punchcards.services import ledger


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
            result = accrual.answered(state, plan, _question(task), today)
            task.closed_at, task.closed_by = now, by
            ledger.take(card, state, result, on=today, now=now)
            state = queries.state_of(card)
            closed += 1
    return closed


def _is_decided(plan: Plan, rule: str, today: date) -> bool:
    held = [version.terms for version in plan.versions if version.from_on <= today]
    terms = plan.terms_on(today) or (held[-1] if held else None)
    try:
        return terms is not None and value_at(terms, rule) != UNDECIDED
    except KeyError:
        return False


def _question(task: CardTask) -> Question:
    period = "" if task.rule.startswith("ending.") else task.subject
    return Question(task.opened_on, task.rule, period, task.minutes or 0)
