"""What came is measured against what should have come, by what is known now of when a citizen was
away: period by period.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from klippekort.domain.accrual import Walk
from klippekort.domain.arriving import NEVER, arrival_on, minutes_of, next_of_plan
from klippekort.domain.late_news.memory import Memory, Past
from klippekort.domain.late_news.reckoning import Due, Learned, Reckoning
from klippekort.domain.ledger import CardState
from klippekort.domain.periods import Arrival, period_with
from klippekort.domain.plans import AbsenceSpan, Plan, Run
from klippekort.domain.schemes import PartialPeriod, Terms

_BY_DAYS = frozenset({PartialPeriod.ANY_DAY, PartialPeriod.PRORATED})


@dataclass(frozen=True)
class News:
    """What governs a card by what was known and by what is known now; the two differ at most from
    `from_on` to `until_on`. `answers` are rules that were decided for one period, by its name.
    """

    before: Plan
    after: Plan
    from_on: date
    until_on: date | None
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def plans(self, period: str) -> tuple[Plan, Plan]:
        """Return both plans with what was decided for a period."""
        before, after = self.before, self.after
        for rule, value in self.answers.get(period, {}).items():
            before, after = before.decided(rule, value), after.decided(rule, value)
        return before, after


def known_again(plan: Plan, was: AbsenceSpan | None, now: AbsenceSpan | None) -> Plan:
    """Return a plan as it was before an absence that stood as `was`, or did not, became `now`."""
    absences = list(plan.absences)
    if now in absences:
        absences.remove(now)
    if was is not None:
        absences.append(was)
    return replace(plan, absences=tuple(absences))


def reaches_back_to(plan: Plan, from_on: date) -> date:
    """Return the first day of the period that holds `from_on`: what came since then may change."""
    terms, run = plan.terms_on(from_on), plan.span_on(from_on)
    if terms is None or run is None:
        return from_on
    return min(period_with(terms.allowance, run.from_on, from_on)[0], from_on)


def learn(state: CardState, past: Past, news: News, today: date) -> Learned:
    """Return what late news of an absence does to a card that is reckoned through today.

    Each period that has come is measured against what it would have given. Time that waits for
    an answer stays until there is one. What a full card turned away while the time that is taken
    back was on it comes again, at most as much; and what lapsed though the absence lets it live
    lives again.
    """
    known = {lot.key for lot in state.lots}
    gone = tuple(lot for lot in past.lots if lot.key not in known)
    whole = CardState(state.lots + gone, state.holds, state.pledges, state.advanced_through)
    memory = Memory(past, news.after)
    dues = list(_dues(whole, past, memory, news))
    losing = {due.arrival.name: due.minutes for due in dues if due.change < 0}
    reckoning = Reckoning(Walk(whole, news.after), past, memory, losing, today)
    for due in dues:
        reckoning.ask_or_settle(due)
    reckoning.take_what_was_used()
    reckoning.come_again()
    reckoning.live_again()
    return reckoning.done(whole)


def _dues(state: CardState, past: Past, memory: Memory, news: News) -> Iterator[Due]:
    """Yield the periods that have come and that the news bears on, the earliest first."""
    day, last = reaches_back_to(news.after, news.from_on), state.advanced_through
    seen = set[str]()
    while last is not None and day <= last and day != NEVER:
        found = arrival_on(news.after, day)
        if found is not None and news.until_on is not None and found[2].starts > news.until_on:
            return
        if found is not None and found[2].name not in seen:
            seen.add(found[2].name)
            yield _due(state, past, memory, news, found)
        day = next_of_plan(news.after, day)


def _due(
    state: CardState, past: Past, memory: Memory, news: News, found: tuple[Terms, Run, Arrival]
) -> Due:
    terms, run, arrival = found
    before, after = news.plans(arrival.name)
    came, waits = memory.came(state, arrival), past.waiting.get(arrival.name, 0)
    there = min(came) + waits
    had, was_asked = minutes_of(before, before.terms_on(arrival.on) or terms, run, arrival)
    due, asked = minutes_of(after, after.terms_on(arrival.on) or terms, run, arrival)
    if asked:
        # Where no rule counts the days of a period, an absence that began after its time came
        # leaves that time alone.
        counts = terms.pauses.partial_period in _BY_DAYS or news.from_on <= arrival.on
        is_new = counts and asked[0] not in was_asked and there > 0
        return Due(terms, arrival, due, 0, asked[0], is_new)
    change = due - (there if was_asked else had)
    if change < 0:
        change = -min(-change, max(0, there - due))
    elif change > 0:
        change = min(change, max(0, due - max(came) - waits))
    return Due(terms, arrival, due, change)
