"""Time that waits for a rule: what becomes of it once the rule is decided, or the card has ended.

Cards and the preview of a change go by the same rules, so that what is foretold is what is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from klippekort.domain.accrual import Advance, Question, advance, answered
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.late_news.measuring import News, learn
from klippekort.domain.late_news.memory import Past
from klippekort.domain.ledger import CardState, Entry, EntryKind
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import UNDECIDED, AtEnd, value_at
from klippekort.domain.schemes.questions import NO, YES

UNANSWERED = "unanswered"
_OF_ENDS = "ending."
_STAYS = (AtEnd.USE_UP, AtEnd.CONTINUE)


class Answer(NamedTuple):
    """A question that waits no longer, and what came of it; the card is as the one before left
    it.
    """

    question: Question
    result: Advance


@dataclass(frozen=True)
class Came:
    """What questions about time that has come already are settled by: the periods they are about,
    what has become of their time, and what was answered once, by period and rule.
    """

    periods: frozenset[str] = frozenset()
    past: Past = field(default_factory=Past)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


NOTHING_CAME = Came()


class Ahead(NamedTuple):
    """A card as it will be: its entries in order, broken pledges, and what still waits."""

    state: CardState
    entries: tuple[Entry, ...]
    unmet: tuple[UUID, ...]
    waiting: tuple[Question, ...]


def said_on(plan: Plan, rule: str, day: date) -> Any:
    """Return what a rule says on a day, or None before the scheme begins; what it said last once
    the scheme is over. Raises KeyError.
    """
    held = [version.terms for version in plan.versions if version.from_on <= day]
    terms = plan.terms_on(day) or (held[-1] if held else None)
    return None if terms is None else value_at(terms, rule)


def is_decided(plan: Plan, rule: str, day: date) -> bool:
    """Say whether somebody has decided an open rule by a day."""
    try:
        return said_on(plan, rule, day) not in (None, UNDECIDED)
    except KeyError:
        return False


def answer_on(plan: Plan, rule: str, day: date) -> str:
    """Return what a rule says on a day as an answer is written. Raises KeyError."""
    value = said_on(plan, rule, day)
    return str(value) if not isinstance(value, bool) else YES if value else NO


def is_over(plan: Plan, question: Question, day: date) -> bool:
    """Say whether what waits for an answer can come no more: its card has ended, or the scheme,
    and what was left was not to be used up.
    """
    if question.rule.startswith(_OF_ENDS):
        return False
    held = [version.terms for version in plan.versions if version.from_on <= day]
    if held and held[-1].runs_until is not None and held[-1].runs_until < day:
        return True
    run = plan.span_on(question.on)
    if not held or run is None or run.until_on is None or run.until_on >= day:
        return False
    return getattr(held[-1].ending, run.at_end) not in _STAYS


def not_given(question: Question, day: date) -> list[Entry]:
    """Return the line that says on `day` that what waited for an answer did not come."""
    if not question.minutes:
        return []
    reason = f"{UNANSWERED}:{question.on.isoformat()}"
    return [Entry(EntryKind.WAIVE, question.minutes, day, None, reason)]


def day_of(reason: str) -> date | None:
    """Return the day of the time that did not come for want of an answer, or None for another
    reason.
    """
    name, _colon, day = reason.partition(":")
    return date.fromisoformat(day) if name == UNANSWERED else None


def settle(
    state: CardState,
    plan: Plan,
    waiting: Iterable[Question],
    day: date,
    came: Came = NOTHING_CAME,
) -> list[Answer]:
    """Return what becomes on `day` of the questions that are decided by then, in their order; what
    waits for one more rule is settled along, where that is decided too.
    """
    found, left = list[Answer](), list(waiting)
    while left:
        question = left.pop(0)
        if question.period in came.periods:
            if not is_decided(plan, question.rule, day):
                continue
            result = _measured(state, plan, question, day, came)
        elif is_over(plan, question, day):
            result = Advance(tuple(not_given(question, day)), state)
        elif is_decided(plan, question.rule, day):
            result = answered(state, plan, question, day)
        else:
            continue
        found.append(Answer(question, result))
        state = result.state
        left[:0] = result.questions
    return found


def _measured(state: CardState, plan: Plan, question: Question, day: date, came: Came) -> Advance:
    """Return what an answer does to a period whose time has come already."""
    decided = plan.decided(question.rule, answer_on(plan, question.rule, day))
    news = News(plan, decided, question.on, question.on, came.answers)
    learned = learn(state, came.past, news, day)
    entries = tuple(step.entry for step in learned.steps)
    after = replace(learned.state, last_period=state.last_period)
    return Advance(entries, after, learned.unmet, learned.questions, learned.alerts)


def advance_and_settle(
    state: CardState,
    plan: Plan,
    waiting: Sequence[Question],
    through: date,
    came: Came = NOTHING_CAME,
) -> Ahead:
    """Return a card reckoned through a day, with the questions that are decided on the way, as the
    nights until then will do it.
    """
    start = state.advanced_through
    open_ones = {question.subject: question for question in waiting}
    entries, unmet = list[Entry](), list[UUID]()
    for day in _days(plan, start, through):
        reckoned = advance(state, plan, day)
        state = reckoned.state
        entries += reckoned.entries
        unmet += reckoned.unmet
        _ask(open_ones, reckoned.questions)
        for question, result in settle(state, plan, list(open_ones.values()), day, came):
            state = result.state
            entries += result.entries
            unmet += result.unmet
            open_ones.pop(question.subject, None)
            _ask(open_ones, result.questions)
    return Ahead(state, tuple(entries), tuple(unmet), tuple(open_ones.values()))


def _ask(open_ones: dict[str, Question], questions: Iterable[Question]) -> None:
    """Ask about each thing once: what waits for several rules waits for one at a time."""
    for question in questions:
        open_ones.setdefault(question.subject, question)


def _days(plan: Plan, start: date | None, through: date) -> list[date]:
    """Return the days on which a rule may be decided or a card is over, and the last one."""
    days = {version.from_on for version in plan.versions}
    days |= {run.until_on + ONE_DAY for run in plan.spans if run.until_on is not None}
    ends = {version.terms.runs_until for version in plan.versions}
    days |= {end + ONE_DAY for end in ends if end is not None}
    ahead = (day for day in days if (start is None or day > start) and day < through)
    return [*sorted(ahead), through]


def minutes_of(waiting: Iterable[Question], came: Came = NOTHING_CAME) -> int:
    """Return the minutes that wait in all; what has come already waits for nothing."""
    return sum(question.minutes for question in waiting if question.period not in came.periods)
