"""What happens to a card as days pass: time expires, arrives, meets its caps, keeps its pledges.

Reckoning a card daily and reckoning it once after a quarter give the same lots: days between are
taken in order, and only days on which nothing can happen are passed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from klippekort.domain import caps, ledger
from klippekort.domain.arriving import NEVER, arrival_on, minutes_of, next_of_plan
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.expiry import (
    EXTENDS,
    expiry_of,
    may_move,
    re_date,
    under_new_terms,
    waits_for,
)
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source
from klippekort.domain.periods import next_arrival
from klippekort.domain.plans import AbsenceSpan, GrantSpan, Plan, Run
from klippekort.domain.schemes import AtCap, AtEnd, Terms

__all__ = ["AbsenceSpan", "Advance", "GrantSpan", "Plan", "Question", "advance", "close"]

SECOND_PART = "+"  # ends the name of what a period gave after a question about the rest of it


@dataclass(frozen=True)
class Question:
    """An undecided rule that came up on a day: `minutes` of a period wait for its answer."""

    on: date
    rule: str
    period: str = ""
    minutes: int = 0

    @property
    def subject(self) -> str:
        """Return what is asked about: a period, or the day."""
        return self.period or self.on.isoformat()


@dataclass(frozen=True)
class Alert:
    """The card reached a cap at which nothing lapses but the citizen is called."""

    on: date
    cap: str


class Advance(NamedTuple):
    """The outcome of reckoning a card: its entries in order, the card after them, broken pledges,
    and what a person must decide or do.
    """

    entries: tuple[Entry, ...]
    state: CardState
    unmet: tuple[UUID, ...] = ()
    questions: tuple[Question, ...] = ()
    alerts: tuple[Alert, ...] = ()


class Walk:
    """A card while its days are taken in order, begun after the last period that gave time."""

    __slots__ = ("alerts", "entries", "last_period", "plan", "questions", "state", "unmet")

    def __init__(self, state: CardState, plan: Plan) -> None:
        self.state, self.plan, self.last_period = state, plan, state.last_period
        self.entries: list[Entry] = []
        self.unmet: list[UUID] = []
        self.questions: list[Question] = []
        self.alerts: list[Alert] = []

    def post(self, entries: Sequence[Entry]) -> None:
        """Let entries happen."""
        if entries:
            self.state = ledger.apply(self.state, *entries)
            self.entries += entries

    def done(self, through: date) -> Advance:
        """Return the outcome."""
        state = self.state.reckoned(through, self.last_period)
        return Advance(
            tuple(self.entries),
            state,
            tuple(self.unmet),
            tuple(self.questions),
            tuple(self.alerts),
        )


def advance(state: CardState, plan: Plan, through: date, *, is_dated: bool = False) -> Advance:
    """Return what `through` and the days before it that were not reckoned yet do to the card.

    A day's order is: new terms, expiry and ends, accrual and caps, pledges. `unmet` names trips
    whose day came while their pledge was still short. A day once reckoned is never reckoned again.
    A card `is_dated` when its lots follow the plan's absences already.
    """
    start = state.advanced_through
    if start is None:
        start = min((grant.from_on for grant in plan.grants), default=through) - ONE_DAY
    elif start >= through:
        return Advance((), state)
    walk = Walk(state, plan)
    if not is_dated and may_move(state, plan):
        today = min(start + ONE_DAY, through)
        walk.post(re_date(state, plan, today))
        # A last day that was told may be long past, and no coming day would find it.
        past = ledger.expire(walk.state, start)
        walk.post([entry._replace(effective_on=today) for entry in past])
        waiting = waits_for(walk.state, plan, today)
        walk.questions += [Question(since, rule) for rule, since in waiting.items()]
    # What was given back since the last day may keep a promise on the first of these.
    day = start + ONE_DAY if state.pledges else _next_day(walk.state, plan, start)
    while day <= through and day != NEVER:
        _one_day(walk, day)
        day = _next_day(walk.state, plan, day)
    return walk.done(max(through, start))


def arrive(state: CardState, plan: Plan, day: date, before: Plan | None = None) -> Advance:
    """Return what a grant that begins on an already reckoned day gives that day.

    `before` is the plan without the grant. What other grants that begin on this day have given is
    one arrival with its own, in whatever order they are told.
    """
    walk = Walk(state, plan)
    if before is None or not _accrue_more(walk, before, day):
        _accrue(walk, day)
    keep_pledges(walk, day)
    return walk.done(state.advanced_through or day)


def answered(state: CardState, plan: Plan, question: Question, day: date) -> Advance:
    """Return what `day` gives of the time that waited for a rule, now that it is decided.

    The plan holds the decision. What the decided rule still refuses does not come; what waits for
    one more rule is asked about anew.
    """
    walk = Walk(state, plan)
    terms, run = plan.terms_on(day), plan.span_on(question.on)
    if question.rule.startswith("ending."):
        _end(walk, day, question.rule.removeprefix("ending."))
    elif question.rule.endswith(EXTENDS) or question.rule.startswith("expiry."):
        walk.post(re_date(walk.state, plan, day))
        walk.post(ledger.expire(walk.state, day))
    elif terms is not None and run is not None and question.period:
        if question.rule.startswith("saving."):
            rest = f"{question.period}{SECOND_PART}"  # the first part has the period's own name
            credit(walk, terms, rest, question.minutes, day)
        else:
            _give_waiting(walk, terms, run, question, day)
    keep_pledges(walk, day)
    return walk.done(state.advanced_through or day)


def _give_waiting(walk: Walk, terms: Terms, run: Run, question: Question, day: date) -> None:
    """Give a whole period that waited, unless it waits for another rule too."""
    arrival = next_arrival(terms.allowance, run.from_on, question.on - ONE_DAY)
    if arrival is None or arrival.on != question.on:
        return
    minutes, asked = minutes_of(walk.plan, terms, run, arrival)
    if asked:
        walk.questions.append(Question(question.on, asked[0], arrival.name, minutes))
    elif minutes > 0:
        credit(walk, terms, arrival.name, minutes, day)


def close(state: CardState, plan: Plan, day: date, at_end: str) -> Advance:
    """Return what the end of a card on `day` does to its free time; `at_end` names the cause."""
    walk = Walk(state, plan)
    _end(walk, day, at_end)
    return walk.done(state.advanced_through or day)


def _next_day(state: CardState, plan: Plan, after: date) -> date:
    """Return the next day on which something can happen by itself, or the end of all days."""
    # What the plan alone brings next is so until it comes.
    since, found = plan.coming[0] if plan.coming else (NEVER, NEVER)
    if not since <= after < found:
        found = next_of_plan(plan, after)
        plan.coming[:] = [(after, found)]
    for lot in state.lots:
        last = lot.expires_on
        if last is not None and after <= last < found:
            found = last + ONE_DAY
    for pledge in state.pledges:
        if after < pledge.on < found:
            found = pledge.on
    return found


def _one_day(walk: Walk, day: date) -> None:
    plan = walk.plan
    if len(plan.versions) > 1:
        walk.post(under_new_terms(walk.state, plan, day))
        if any(version.from_on == day for version in plan.versions) and may_move(walk.state, plan):
            walk.post(re_date(walk.state, plan, day))
    if lapsed := ledger.expire(walk.state, day):
        walk.post(lapsed)
    for run in plan.spans:
        if run.until_on is not None and run.until_on == day - ONE_DAY and not run.is_settled:
            _end(walk, day, run.at_end)
    _accrue(walk, day)
    if walk.state.pledges:
        keep_pledges(walk, day)


def _end(walk: Walk, day: date, at_end: str) -> None:
    terms = walk.plan.terms_on(day) or walk.plan.terms_on(day - ONE_DAY)
    if terms is None:
        known = [version.terms for version in walk.plan.versions if version.from_on <= day]
        terms = known[-1] if known else None
    if terms is None:
        return
    over = terms.runs_until is not None and day > terms.runs_until
    said: AtEnd = getattr(terms.ending, at_end)
    free = [lot for lot in walk.state.lots if lot.free]
    if said is AtEnd.UNDECIDED:
        walk.questions.append(Question(day, f"ending.{at_end}"))
    elif said is AtEnd.LAPSE:
        reason = "scheme_end" if over else "end"
        walk.post([Entry(EntryKind.FORFEIT, lot.free, day, lot.key, reason) for lot in free])


def _accrue_more(walk: Walk, before: Plan, day: date) -> bool:
    """Let one more grant of the day on which a card begins to give add to what came that day, and
    say whether it does: a card that ran already has its period's time.
    """
    had, now = arrival_on(before, day), arrival_on(walk.plan, day)
    if had is None or now is None or now[2].name != walk.last_period:
        return False
    older = replace(before, grants=tuple(g for g in before.grants if g.from_on < day))
    if older.rate_on(had[0], day):
        return False
    (came, waited), (minutes, asked) = minutes_of(before, *had), minutes_of(walk.plan, *now)
    if minutes > came and not waited and not asked:
        credit(walk, now[0], now[2].name, minutes - came, day)
    return True


def _accrue(walk: Walk, day: date) -> None:
    plan, found = walk.plan, arrival_on(walk.plan, day)
    if found is None or found[2].name == walk.last_period:
        return
    terms, run, arrival = found
    minutes, asked = minutes_of(plan, terms, run, arrival)
    if not minutes:
        return  # a card given anew in the same period has its time still to come
    walk.last_period = arrival.name
    for rule in asked:
        walk.questions.append(Question(day, rule, arrival.name, minutes))
    if not asked:
        credit(walk, terms, arrival.name, minutes, day)


def credit(
    walk: Walk, terms: Terms, period: str, minutes: int, day: date, reason: str = "accrual"
) -> None:
    """Let a period's minutes arrive, with those that came before for the same period, and take
    what no cap has room for.
    """
    last_day, rule = expiry_of(terms, day, walk.plan)
    lot = Lot(Source.ACCRUAL, period, day, last_day, rule)
    before = walk.state
    room, waits_for = caps.room(terms, before, minutes)
    if waits_for:
        walk.questions.append(Question(day, waits_for, period, minutes - room))
    if not room:
        return
    is_there = any(one.key == lot.key for one in before.lots)
    came = ledger.credit(lot, room, reason=reason)
    walk.post([came._replace(new_lot=None) if is_there else came])
    for name, cap in caps.in_turn(terms.saving):
        if cap.at_cap is AtCap.ALERT:
            if not caps.is_full(terms, cap, before) and caps.is_full(terms, cap, walk.state):
                walk.alerts.append(Alert(day, name))
        elif lost := caps.over(walk.state, terms, cap, lot, day):
            walk.post(lost)


def keep_pledges(walk: Walk, day: date) -> None:
    """Turn free time into holds for trips that still lack some, the earliest trip first."""
    if not walk.state.pledges:
        return
    kept = []
    for pledge in sorted(walk.state.pledges, key=lambda p: (p.on, str(p.trip))):
        found = ledger.hold_what_there_is(
            walk.state, pledge.trip, pledge.minutes, on=pledge.on, today=day
        )
        walk.post(found)
        if left := pledge.minutes - sum(entry.minutes for entry in found):
            kept.append(replace(pledge, minutes=left))
    walk.state = walk.state.with_pledges(tuple(kept))
    walk.unmet += [pledge.trip for pledge in kept if pledge.on == day]


def projected(state: CardState, plan: Plan, on: date) -> CardState:
    """Return the card as it will be at the end of `on` if nothing else happens."""
    return advance(state, plan, on).state
