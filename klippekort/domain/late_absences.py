"""What is learned afterwards about when a citizen was away: time that came and should not have is
taken back, and time that did not come and should have comes.

Nothing is rewritten, and nobody is taken below zero: what cannot be taken back is waived, visibly.
Only free time is taken; what is set aside for a trip stays with it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from klippekort.domain import ledger
from klippekort.domain.accrual import SECOND_PART, Question, Walk, credit, keep_pledges
from klippekort.domain.arriving import NEVER, arrival_on, minutes_of, next_of_plan
from klippekort.domain.expiry import expiry_of, may_move, re_date, waits_for
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source
from klippekort.domain.periods import Arrival, period_with
from klippekort.domain.plans import AbsenceSpan, Plan, Run
from klippekort.domain.schemes import PartialPeriod, Terms
from klippekort.domain.schemes.versions import terms_since

REASON = "late_absence"
_OF_PERIODS = frozenset({Source.ACCRUAL, Source.EXTENDED, Source.CHANGED})
_BY_DAYS = frozenset({PartialPeriod.ANY_DAY, PartialPeriod.PRORATED})


@dataclass(frozen=True)
class Lost:
    """Minutes of a lot that lapsed or were turned away on a day, by an entry nobody has countered;
    `by_cap` when a full card turned them away.
    """

    entry: UUID
    lot: str
    minutes: int
    on: date
    by_cap: bool


@dataclass(frozen=True)
class Past:
    """What has become of a card's time since the period in which the news begins.

    `spent` are lots by key with the last day a trip used time of them, `waiting` the minutes of
    periods that wait for a cap's answer, and `asked` the periods a person has been asked about for
    another reason.
    """

    lots: tuple[Lot, ...] = ()
    lost: tuple[Lost, ...] = ()
    spent: Mapping[str, date] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    asked: Collection[str] = ()


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


class Step(NamedTuple):
    """An entry of the ledger, and the id of the entry it counters, if it counters one."""

    entry: Entry
    counters: UUID | None = None


class Learned(NamedTuple):
    """What news does to a card: entries in order, the card after them, what a person must decide,
    and the minutes that still wait of periods that were asked about (0: nothing is left to ask).
    """

    steps: tuple[Step, ...]
    state: CardState
    questions: tuple[Question, ...] = ()
    waiting: Mapping[str, int] = {}


class _Due(NamedTuple):
    """A period that has come, with the minutes it should have given, and by how many the news
    changes it, above or below zero; or with the rule a person must answer first, and whether that
    is news too.
    """

    terms: Terms
    arrival: Arrival
    minutes: int
    change: int = 0
    asked: str = ""
    is_new: bool = False


def period_of(lot: Lot) -> str:
    """Return the name of the period a lot came for, wherever its last day was moved."""
    return lot.period.partition(">")[0].rstrip(SECOND_PART)


def known_again(plan: Plan, was: AbsenceSpan | None, now: AbsenceSpan | None) -> Plan:
    """Return a plan as it was before an absence that stood as `was`, or did not, became `now`."""
    absences = list(plan.absences)
    if now in absences:
        absences.remove(now)
    if was is not None:
        absences.append(was)
    return Plan(plan.versions, plan.grants, tuple(absences), plan.settings)


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
    dues = list(_dues(whole, past, news))
    losing = {due.arrival.name: due.minutes for due in dues if due.change < 0}
    reckoning = _Reckoning(Walk(whole, news.after), past, losing, today)
    for due in dues:
        if due.asked:
            reckoning.ask(due)
        else:
            reckoning.settle(due)
    reckoning.come_again()
    reckoning.live_again()
    return reckoning.done()


def _dues(state: CardState, past: Past, news: News) -> Iterator[_Due]:
    """Yield the periods that have come and that the news bears on, the earliest first."""
    day, last = reaches_back_to(news.after, news.from_on), state.advanced_through
    seen = set[str]()
    while last is not None and day <= last and day != NEVER:
        found = arrival_on(news.after, day)
        if found is not None and news.until_on is not None and found[2].starts > news.until_on:
            return
        if found is not None and found[2].name not in seen:
            seen.add(found[2].name)
            yield _due(state, past, news, found)
        day = next_of_plan(news.after, day)


def _due(state: CardState, past: Past, news: News, found: tuple[Terms, Run, Arrival]) -> _Due:
    terms, run, arrival = found
    before, after = news.plans(arrival.name)
    came = sum(lot.granted for lot in _lots_of(state, arrival.name))
    there = came + past.waiting.get(arrival.name, 0)
    had, was_asked = minutes_of(before, before.terms_on(arrival.on) or terms, run, arrival)
    due, asked = minutes_of(after, after.terms_on(arrival.on) or terms, run, arrival)
    if asked:
        # Where no rule counts the days of a period, an absence that began after its time came
        # leaves that time alone.
        counts = terms.pauses.partial_period in _BY_DAYS or news.from_on <= arrival.on
        is_new = counts and asked[0] not in was_asked and there > 0
        return _Due(terms, arrival, due, 0, asked[0], is_new)
    change = due - (there if was_asked else had)
    if change < 0:
        change = -min(-change, max(0, there - due))
    elif change > 0:
        change = min(change, max(0, due - there))
    return _Due(terms, arrival, due, change)


def _lots_of(state: CardState, period: str) -> list[Lot]:
    """Return the lots that hold what a period gave."""
    return [lot for lot in state.lots if lot.source in _OF_PERIODS and period_of(lot) == period]


class _Reckoning:
    """The card while its periods are measured again, one after the other."""

    def __init__(self, walk: Walk, past: Past, losing: Mapping[str, int], today: date) -> None:
        self.walk, self.past, self.losing, self.today = walk, past, losing, today
        self.counters: dict[int, UUID] = {}
        self.waiting: dict[str, int] = {}
        self.taken: list[tuple[date, int]] = []

    def ask(self, due: _Due) -> None:
        """Have a person decide, unless one has been asked; what came stays until then."""
        if due.is_new:
            name, on = due.arrival.name, due.arrival.on
            self.walk.questions.append(Question(on, due.asked, name, due.minutes))

    def settle(self, due: _Due) -> None:
        """Let a period have what it should have; nobody is asked about it any longer."""
        if due.change < 0:
            self._take_back(due)
        elif due.change > 0:
            self._give(due)
        if due.arrival.name in self.past.asked:
            self.waiting[due.arrival.name] = 0

    def _give(self, due: _Due) -> None:
        """Let time come that should have: it lives from today."""
        plan, period = self.walk.plan, due.arrival.name
        lots = {lot.key: lot for lot in self.walk.state.lots}
        while (lot := lots.get(f"{Source.ACCRUAL}:{period}")) and not _may_grow(lot, self.today):
            period += SECOND_PART
        terms = plan.terms_on(self.today) or due.terms
        credit(self.walk, terms, period, due.change, self.today, REASON)
        keep_pledges(self.walk, self.today)

    def _take_back(self, due: _Due) -> None:
        """Take back what a period gave too much, and waive what is not there."""
        over, name = -due.change, due.arrival.name
        if waits := self.past.waiting.get(name, 0):
            self.waiting[name] = waits - min(over, waits)
            over -= min(over, waits)
        mine = _lots_of(self.walk.state, name)
        keys = {lot.key for lot in mine}
        capped = sum(one.minutes for one in self.past.lost if one.lot in keys and one.by_cap)
        over -= min(over, capped)  # a full card turned it away when it came
        taken = self._take(mine, over, due.arrival.on)
        lapsed = sum(lot.expired for lot in mine) - capped
        left = max(0, over - taken - max(0, lapsed))
        from_others = self._take_used(mine, left, due.arrival.on)
        if rest := left - from_others:
            self.walk.post([Entry(EntryKind.WAIVE, rest, self.today, None, REASON)])
        self.taken.append((due.arrival.on, taken + from_others))

    def _take(self, lots: list[Lot], minutes: int, day: date) -> int:
        """Take free minutes of these lots, dated by the day they came, and return how many."""
        taken = 0
        for lot in sorted(lots, key=lambda one: (one.expires_on or NEVER, one.key)):
            if part := min(lot.free, minutes - taken):
                on = max(day, lot.credited_on)
                self.walk.post([Entry(EntryKind.ADJUST_DOWN, part, on, lot.key, REASON)])
                taken += part
        return taken

    def _take_used(self, mine: list[Lot], minutes: int, since: date) -> int:
        """Take what trips used of these lots from what they would have used instead: free time
        that had come by then. What lapsed since then they might have used, and is left out.
        """
        days = [self.past.spent[lot.key] for lot in mine if lot.key in self.past.spent]
        days += [self.today for lot in mine if lot.held]
        if not minutes or not days:
            return 0
        keys = {lot.key for lot in mine}
        lapsed = sum(
            one.minutes
            for one in self.past.lost
            if not one.by_cap and one.on >= since and one.lot not in keys
        )
        had = [
            lot
            for lot in self.walk.state.oldest_first(self.today)
            if lot.credited_on <= max(days) and lot.key not in keys
        ]
        return self._take(had, max(0, minutes - lapsed), self.today)

    def come_again(self) -> None:
        """Let time come again that a full card turned away while what is taken back now was on it,
        at most as much: new time that found no room, the earliest first, and then old time that
        made room, the newest first.
        """
        if not self.taken:
            return
        lots = {lot.key: lot for lot in self.walk.state.lots}
        able = [
            (lot, one)
            for one in self.past.lost
            if one.by_cap
            and one.on >= self.taken[0][0]
            and _may_grow(lot := lots[one.lot], self.today)
        ]
        for lot, one in able:
            if lot.credited_on == one.on:
                room = sum(minutes for day, minutes in self.taken if day <= one.on)
                self._spread(self._counter(one, lot, room, EntryKind.FORFEIT))
        for lot, one in reversed(able):
            if lot.credited_on < one.on:
                room = sum(minutes for _day, minutes in self.taken)
                self._spread(self._counter(one, lot, room, EntryKind.FORFEIT))

    def _spread(self, minutes: int) -> None:
        """Have so many fewer minutes that may come again, those of the earliest period first."""
        for place, (day, left) in enumerate(self.taken):
            part = min(left, minutes)
            self.taken[place], minutes = (day, left - part), minutes - part

    def _counter(self, one: Lost, lot: Lot, most: int, kind: EntryKind) -> int:
        """Let what was lost come back, at most so much and no more than its period should have
        given; return the minutes.
        """
        part = min(one.minutes, most)
        if (period := period_of(lot)) in self.losing:
            mine = _lots_of(self.walk.state, period)
            part = min(part, self.losing[period] - sum(lot.granted - lot.expired for lot in mine))
        if part <= 0:
            return 0
        self.counters[len(self.walk.entries)] = one.entry
        back = Entry(EntryKind.REVERSE, part, self.today, lot.key, REASON, undoes=kind)
        self.walk.post([back])
        return part

    def live_again(self) -> None:
        """Let time live again that lapsed though the absence lengthens its life, and give all time
        the last day it has by what is known now.
        """
        walk, plan = self.walk, self.walk.plan
        lots = {lot.key: lot for lot in walk.state.lots}
        for one in self.past.lost:
            lot = lots[one.lot]
            terms = terms_since(plan.versions, lot.credited_on, self.today)
            if one.by_cap or terms is None or lot.source is Source.CHANGED:
                continue
            last_day, _rule = expiry_of(terms, lot.credited_on, plan)
            is_longer = lot.expires_on and (last_day is None or last_day > lot.expires_on)
            if is_longer and (last_day is None or last_day >= self.today):
                self._counter(one, lot, one.minutes, EntryKind.EXPIRE)
        if may_move(walk.state, plan):
            walk.post(re_date(walk.state, plan, self.today))
            waits = waits_for(walk.state, plan, self.today)
            walk.questions += [Question(since, rule) for rule, since in waits.items()]
        walk.post(ledger.expire(walk.state, self.today))
        keep_pledges(walk, self.today)

    def done(self) -> Learned:
        """Return what became of the card."""
        steps = tuple(
            Step(entry, self.counters.get(number)) for number, entry in enumerate(self.walk.entries)
        )
        state = self.walk.state
        return Learned(steps, state, tuple(self.walk.questions), self.waiting)


def _may_grow(lot: Lot, today: date) -> bool:
    return lot.expires_on is None or lot.expires_on >= today
