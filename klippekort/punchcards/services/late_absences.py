"""News of an absence that comes after time it bears on: written to the card as entries of today."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from klippekort.citizens.services.absences import AbsenceNoted
from klippekort.domain.accrual import Advance, Question
from klippekort.domain.calendar import local_day
from klippekort.domain.late_news import measuring as rules
from klippekort.domain.late_news.measuring import News
from klippekort.domain.late_news.memory import REASON
from klippekort.domain.late_news.reckoning import Step
from klippekort.domain.permissions import Actor
from klippekort.domain.plans import SCHEME_PAUSE, Plan
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards, past
from klippekort.punchcards.queries.tasks import tasks_about
from klippekort.punchcards.services import ledger


def absence_noted(event: AbsenceNoted) -> None:
    """Measure the time that has come to a citizen's cards again, by what is known now of when she
    was away.
    """
    ends = [span.until_on for span in (event.was, event.is_now) if span is not None]
    until_on = None if None in ends else max(end for end in ends if end)
    for found in cards.list_cards_of(event.citizen_id):
        if found.closed_on is None:
            card = cards.lock_card(found.id)
            after = cards.plan_of(card)
            before = rules.known_again(after, event.was, event.is_now)
            _learn(event.actor, card, before, after, event.from_on, until_on, event.now)
            _look_at_trips(event.actor, card, after, event.now)


def _look_at_trips(actor: Actor, card: PunchCard, plan: Plan, now: datetime) -> None:
    """Have a person look at trips that cost time on a day the citizen was away, and no longer at
    those of days on which she was not.
    """
    today, trips = local_day(now), set[str]()
    for away in plan.absences:
        if away.kind != SCHEME_PAUSE and away.from_on <= today:
            through = today if away.until_on is None else min(away.until_on, today)
            trips |= {str(one) for one in past.trips_charged(card.id, away.from_on, through)}
    for trip in sorted(trips):
        ledger.open_task(card, "review", REASON, trip, today)
    for task in tasks_about(card.id, [REASON]):
        if task.subject not in trips:
            task.closed_at, task.closed_by = now, actor.account_id


def settle_period(
    actor: Actor | None, card: PunchCard, decided: Plan, on: date, *, now: datetime
) -> None:
    """Let a period that came on a day, and was asked about afterwards, have what it should have now
    that its rule is decided.
    """
    _learn(actor, card, cards.plan_of(card), decided, on, on, now)


def _learn(
    actor: Actor | None,
    card: PunchCard,
    before: Plan,
    after: Plan,
    from_on: date,
    until_on: date | None,
    now: datetime,
) -> None:
    today = local_day(now)
    state = ledger.advance(card, through=today, now=now)
    known, lot_ids = past.past_of(card.id, rules.reaches_back_to(after, from_on))
    lot_ids |= {lot.key: lot_id for lot_id, lot in cards.lots_by_id(card.id).items()}
    news = News(before, after, from_on, until_on, past.answers_of(card.id))
    learned = rules.learn(state, known, news, today)
    by = actor.account_id if actor else None
    _post(card, learned.steps, lot_ids, by, now)
    asked = tuple(
        question
        for question in learned.questions
        if question.rule not in news.answers.get(question.subject, {})
    )
    settled = Advance((), learned.state, learned.unmet, asked, learned.alerts)
    # What was asked before, and laid aside when the absence was corrected, is asked again.
    ledger.take(card, state, settled, on=today, now=now, asks_again=True)
    _lay_aside(card.id, asked, by, now)
    for period, minutes in learned.waiting.items():
        task = past.waiting_task(card.id, period)
        if task is not None and minutes:
            task.minutes = minutes
        elif task is not None:
            task.closed_at, task.closed_by = now, by


def _lay_aside(card_id: UUID, asked: Sequence[Question], by: UUID | None, now: datetime) -> None:
    """Ask no longer how long time lives through an absence where nothing waits for it."""
    waits = {question.subject for question in asked}
    for task in past.questions_of_life(card_id):
        if task.subject not in waits:
            task.closed_at, task.closed_by = now, by


def _post(
    card: PunchCard,
    steps: Sequence[Step],
    lot_ids: dict[str, UUID],
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """Store the entries in order, together as far as none counters another: that one names it."""
    for counters, alike in groupby(steps, key=lambda step: step.counters):
        entries = [step.entry for step in alike]
        ledger.post(card, entries, actor_id=actor_id, now=now, reverses=counters, lot_ids=lot_ids)
        if any(entry.new_lot is not None for entry in entries):
            fresh = cards.lots_by_id(card.id)
            lot_ids |= {lot.key: lot_id for lot_id, lot in fresh.items()}
