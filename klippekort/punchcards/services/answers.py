"""Answering what a scheme leaves open: once for one card, or as a rule from a day on, and why."""

from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain import accrual
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import CardClosed, NoReason, Stale
from klippekort.domain.expiry import EXTENDS
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import choices_of, is_text
from klippekort.domain.waiting import is_over
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import CardTask, PunchCard, RuleAnswer
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries import changes
from klippekort.punchcards.queries.cards import AnyCard
from klippekort.punchcards.queries.past import came_late
from klippekort.punchcards.queries.tasks import asked, lock_task
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.changes import LONGEST_REASON
from klippekort.punchcards.services.late_absences import settle_period
from klippekort.punchcards.services.schemes import decide_rules


def answer_once(actor: Actor, task_id: UUID, value: str, reason: str, *, now: datetime) -> str:
    """Answer a rule that came up on a card for this time only, and return the answer's id.

    Time that waited for the answer is given, or not, as the answer says. Raises Stale when somebody
    answered before, CardClosed where it can come no more, NotFound, Forbidden, and BadTerms for an
    answer that is none.
    """
    task = lock_task(task_id)
    card = queries.lock_card(task.card_id)
    citizen = get_citizen(card.citizen_id)
    authorise(actor, Action.DECIDE_RULE, reach(citizen, local_day(now)))
    if task.closed_at is not None or task.kind != "decide":
        raise Stale
    _give(actor, card, task, value, now)
    row = _answer(actor, card.scheme_id, task.rule, value, reason, local_day(now), now)
    row.card_id, row.subject = card.id, task.subject
    db.session.flush()
    audit.record(
        actor,
        Action.DECIDE_RULE,
        "card_task",
        task_id,
        citizens=[citizen.id],
        rule=task.rule,
        value=_code(task.rule, value),
        once=True,
    )
    return str(row.id)


def _give(actor: Actor, card: PunchCard, task: CardTask, value: str, now: datetime) -> None:
    today = local_day(now)
    state = ledger.advance(card, through=today, now=now)
    plan = queries.plan_of(card).decided(task.rule, value)
    question = asked(task)
    is_gone = card.closed_on is not None
    if question.minutes and (is_gone or is_over(plan, question, today)):
        raise CardClosed
    task.closed_at, task.closed_by = now, actor.account_id
    if came_late([task]):
        settle_period(actor, card, plan, task.opened_on, now=now)
    elif task.minutes or task.rule.startswith("ending.") or task.rule.endswith(EXTENDS):
        result = accrual.answered(state, plan, question, today)
        ledger.take(card, state, result, on=today, now=now, actor_id=actor.account_id)


def make_rule(
    actor: Actor,
    scheme_id: UUID,
    rule: str,
    value: str,
    reason: str,
    *,
    from_on: date,
    now: datetime,
) -> str:
    """Answer an open rule for everybody from a day on, and return the answer's id.

    Raises NotFound, Forbidden, BeforeFirstDay, and BadTerms for a rule or an answer that is none.
    """
    authorise(actor, Action.CHANGE_SCHEME)
    decide_rules(actor, scheme_id, {rule: value}, from_on, now)
    row = _answer(actor, scheme_id, rule, value, reason, from_on, now)
    db.session.flush()
    return str(row.id)


def keep_answer(
    actor: Actor,
    card: AnyCard,
    rule: str,
    value: str,
    reason: str | None,
    *,
    subject: str,
    now: datetime,
) -> None:
    """Keep what was decided about an open rule of a card where it came up, as at a booking.

    It holds for the `subject` alone, such as a trip's id. Whoever calls has asked for leave and has
    followed the answer. None is the reason where nobody could be asked for one. Raises NoReason for
    a blank one.
    """
    if reason is not None and not reason.strip():
        raise NoReason
    row = _answer(actor, card.scheme_id, rule, value, reason or "", local_day(now), now)
    row.card_id, row.subject = card.id, subject
    audit.record(
        actor,
        Action.DECIDE_RULE,
        "rule_answer",
        row.id,
        citizens=[card.citizen_id],
        rule=rule,
        value=_code(rule, value),
        once=True,
    )


def erase_reason(actor: Actor, answer_id: UUID) -> str:
    """Erase why something was decided; what was decided stays. Raises NotFound."""
    row = changes.lock_answer(answer_id)
    authorise(actor, Action.CHANGE_SCHEME)
    row.reason = None
    audit.record(actor, Action.CHANGE_SCHEME, "rule_answer", answer_id, erased="reason")
    return str(row.scheme_id)


def _answer(
    actor: Actor, scheme_id: UUID, rule: str, value: str, reason: str, from_on: date, now: datetime
) -> RuleAnswer:
    row = RuleAnswer(
        id=new_id(),
        scheme_id=scheme_id,
        rule=rule,
        value=value,
        reason=reason.strip()[:LONGEST_REASON] or None,
        from_on=from_on,
        decided_by=actor.account_id,
        recorded_at=now,
    )
    db.session.add(row)
    return row


def _code(rule: str, value: str) -> str:
    """Return an answer as an audit line may hold it: a code, and no free text."""
    return value if choices_of(rule) and not is_text(rule) else "stated"
