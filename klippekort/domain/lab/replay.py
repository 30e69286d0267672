"""Replaying a life: days in order, late news where they belong, and the answer for each day asked.

What was answered stays answered. When the municipality learns something late, the life before it
is gone through again as it should have been; the difference is what the card shows from that day
on, and what cannot be taken back is waived.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from klippekort.domain import accrual
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.expiry import carried
from klippekort.domain.lab import agreeing, cards, trips
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.life import HELD, Life, Trip, add_trip
from klippekort.domain.lab.snapshots import Answer, Snapshot, joined, shot_of
from klippekort.domain.lab.told import ACCEPTED, ASK, Post, Result, Task
from klippekort.domain.schemes import (
    OnChange,
    PartialPeriod,
    SchemeFile,
    Terms,
    terms_on,
)

__all__ = ["Answer", "Snapshot", "replay"]

_HANDLERS = cards.HANDLERS | agreeing.HANDLERS | trips.HANDLERS
_FIRST = frozenset({Happening.TERMS, Happening.PAUSE, Happening.ABSENCE})
# What may be known before it happens, and then bears on what is ordered meanwhile.
_FORESEEN = _FIRST | {Happening.GRANT, Happening.END, Happening.DECIDE}
_SAVED, _PARTIAL = "change.saved_time", "pauses.partial_period"
_BY_DAYS = frozenset[str]({PartialPeriod.ANY_DAY, PartialPeriod.PRORATED})
_PREPARED = frozenset({Happening.ABSENCE, Happening.PAUSE})
_ANSWERED = ("outcome", "rule", "choices", "earliest", "soft", "why", "condition", "lacking")


class _Line(NamedTuple):
    """A line in the order of taking: its day, whether it comes after the day's terms and absences,
    its number; and the day it was known.
    """

    enters_on: date
    is_after: bool
    number: int
    event: Event
    known_on: date
    is_late: bool
    reaches_back: bool

    @classmethod
    def of(cls, event: Event, *, reaches_back: bool) -> "_Line":
        """Return when a line is taken: when it acts, or when it is known if that is sooner.

        What `reaches_back` to time that came before it is late news also when known in time.
        """
        acts_on = event.acts_on
        known_on = event.known or acts_on
        enters_on = min(known_on, acts_on) if event.event in _FORESEEN else acts_on
        is_late = known_on > acts_on or reaches_back
        is_after = event.event not in _FIRST
        return cls(enters_on, is_after, event.line, event, known_on, is_late, reaches_back)


@dataclass
class _Memory:
    """What was answered before late news came: by line and day."""

    results: dict[tuple[int, date], Result] = field(default_factory=dict)
    until: date | None = None

    def holds(self, event: Event, day: date) -> Result | None:
        """Return the answer given on that day, if it was given before the news."""
        is_old = self.until is not None and day < self.until
        return self.results.get((event.line, day)) if is_old else None


def replay(
    scheme: SchemeFile,
    events: Sequence[Event],
    days: Sequence[date],
    terms_of: Callable[[str], Terms],
    *,
    with_earliest: bool = True,
) -> Answer:
    """Return the answer for these days; events later than the last of them are ignored.

    `terms_of` gives the terms a `terms` line names. When a refused trip could be made instead is
    looked for only `with_earliest`: it is the slowest question of all.
    """
    last = max(days)
    back = _reaching_back(scheme.terms, events, terms_of)
    lines = [_Line.of(event, reaches_back=event.line in back) for event in events]
    seen = [line for line in lines if line.known_on <= last and line.enters_on <= last]
    late = {line.number: line.known_on for line in seen if line.is_late}
    news = sorted(set(late.values()))
    memory, answer = _Memory(), None
    for number, start in enumerate([None, *news]):
        stop = news[number] if number < len(news) else None
        known = [line for line in seen if not line.is_late or (start and line.known_on <= start)]
        run = _Run(scheme, known, terms_of, memory)
        run.life.with_earliest = with_earliest
        run.remembers = bool(news)
        run.go([day for day in sorted(days) if stop is None or day < stop], stop, last)
        memory.until = stop
        answer = run.joined(answer, start)
    assert answer is not None  # noqa: S101  there is always one run
    answer.events = _every_line(events, answer.events)
    return answer


def _every_line(events: Sequence[Event], results: list[Result]) -> list[Result]:
    told = {result.line: result for result in results}
    return [told.get(e.line) or Result(e.line, e.event, e.ref, why="later") for e in events]


def _reaching_back(
    terms: Terms, events: Sequence[Event], terms_of: Callable[[str], Terms]
) -> frozenset[int]:
    """Return the lines of absences that bear on time that came before they began.

    They do where the terms, or what a person had answered by then, count a period's days. Where
    nobody had, time that has come stays: there is nothing left to ask about.
    """
    absences = [event for event in events if event.event in _PREPARED]
    if not absences:
        return frozenset()
    said: list[tuple[date, str]] = [(date.min, terms.pauses.partial_period)]
    for event in events:
        if event.event is Happening.TERMS:
            said.append((event.on, terms_of(event.terms).pauses.partial_period))
        elif event.event is Happening.DECIDE and event.rule == _PARTIAL:
            said.append((event.on + ONE_DAY, event.value))
    said.sort(key=itemgetter(0))
    return frozenset(
        absence.line
        for absence in absences
        if [by for since, by in said if since <= absence.on][-1] in _BY_DAYS
    )


class _Run:
    """One walk through the days with what is known at its end."""

    def __init__(
        self,
        scheme: SchemeFile,
        lines: Sequence[_Line],
        terms_of: Callable[[str], Terms],
        memory: _Memory,
    ) -> None:
        self.scheme, self.terms_of, self.memory = scheme, terms_of, memory
        self.lines, self.remembers = lines, False
        self.absences = {line.number: line for line in lines if line.event.event in _PREPARED}
        first = min((line.event.at.year for line in lines), default=2000)
        start = scheme.terms.runs_from or date(min(first, 2000) - 10, 1, 1)
        self.life = Life(scheme.terms, start, scheme.setting)
        self.told = {n: k for _, _, n, event, k, *_ in lines if k > event.acts_on}
        events = [line.event for line in lines]
        self.life.agreed = {
            (event.card, event.ref): event.ordered.date()
            for event in events
            if event.event is Happening.AGREEMENT
        }
        granted = (event for event in events if event.event is Happening.GRANT)
        self.life.named = frozenset(event.card for event in granted)
        self.results = {n: Result(n, str(e.event), e.ref) for _, _, n, e, *_ in lines}
        self.snapshots: dict[date, Snapshot] = {}
        self.pools: dict[str, dict[date, int]] = {}

    def go(self, days: Sequence[date], stop: date | None, last: date) -> None:
        """Walk through the events; take a picture of each of these days."""
        for line in self.absences.values():
            if line.reaches_back:
                cards.learn_of_absence(self.life, line.event)
        asked = list(days)
        for day, todays in self._by_day():
            if stop is not None and day >= stop:
                break
            while asked and asked[0] < day:
                self._picture(asked.pop(0))
            self._one_day(todays, day)
        while asked:
            self._picture(asked.pop(0))
        if stop is None:
            self.life.advance(max(last, self.life.today))

    def _by_day(self) -> Iterator[tuple[date, list[Event]]]:
        """Yield the days on which something is taken, with it: terms and absences first. What is
        told late comes once more, on the day it is known.
        """
        told = [line for line in self.lines if line.number in self.told]
        later = [line._replace(enters_on=line.known_on) for line in told]
        for day, found in groupby(sorted([*self.lines, *later]), key=itemgetter(0)):
            yield day, [line.event for line in found]

    def _one_day(self, events: list[Event], day: date) -> None:
        life, reckoned = self.life, False
        if events[0].event in _FIRST:
            life.advance(day - ONE_DAY)  # the days before knew nothing of it
        life.today = day
        for event in events:
            if not reckoned and event.event not in _FIRST:
                life.advance(day)
                reckoned = True
            self._take(event, day)
        if not reckoned:
            life.advance(day)

    def _take(self, event: Event, day: date) -> None:
        result = self.results[event.line]
        self.life.told_on = self.told.get(event.line)
        if event.line in self.absences:
            self._absence(self.absences[event.line], day)
        elif day == self.life.told_on:
            cards.follow_late(self.life, event)
        elif event.event is Happening.TERMS:
            self._terms(event)
        elif event.event is Happening.DECIDE:
            self._decide(event, day)
        else:
            self._judge(event, result, day)

    def _absence(self, line: _Line, day: date) -> None:
        """Let an absence bear on time from its day, and on people from the day it is known."""
        if day == line.enters_on:
            if not line.reaches_back:
                cards.learn_of_absence(self.life, line.event)
            cards.explain_absence(self.life, line.event)
        if day == line.known_on:
            cards.follow_absence(self.life, line.event)

    def _judge(self, event: Event, result: Result, day: date) -> None:
        before = self.memory.holds(event, day) if self.remembers else None
        if before is not None and event.event is Happening.TRIP:
            self._as_before(event, result, before)
        else:
            _HANDLERS[event.event](self.life, event, result)
        if self.remembers:
            self.memory.results[(event.line, day)] = replace(result)

    def _as_before(self, event: Event, result: Result, before: Result) -> None:
        """Keep the answer a trip was given; its minutes are set aside as far as there are any."""
        card = trips.ordered_on(self.life, event)
        trip = card.by_line.get(event.line)
        if trip is None:
            trip = add_trip(card, Trip(event, trips.wish_of(event)))
        for name in _ANSWERED:
            setattr(result, name, getattr(before, name))
        trip.state = before.outcome
        if before.outcome == ASK and before.rule is not None:
            self.life.asking.append((event, before.rule))
        terms = card.plan.terms_on(trip.wish.on) or self.life.terms_of(card, trip.wish.on)
        if before.outcome == "accepted":
            trips.keep(self.life, card, trip, terms)

    def _terms(self, event: Event) -> None:
        life = self.life
        card = life.card(event.card) if event.card else None
        before = {name: life.is_running(one, event.on) for name, one in life.cards.items()}
        life.new_terms(card, event.on, self.terms_of(event.terms))
        for name, one in life.cards.items():
            if before.get(name) and card in (None, one):
                life.letter(one, "change", max(event.on, life.today))
                if life.terms_of(one, event.on).change.saved_time is OnChange.UNDECIDED:
                    cards.ask_about(life, event, self.results[event.line], _SAVED)
                cards.call_off(life, one, event)

    def _decide(self, event: Event, day: date) -> None:
        """Answer a rule, and judge again what waited for it."""
        life = self.life
        card = life.card(event.card) if event.card else None
        life.decided(card, event.on, event.rule, event.value)
        waiting = [asked for asked in life.asking if asked[1] == event.rule]
        life.asking = [asked for asked in life.asking if asked[1] != event.rule]
        for one in life.cards.values():
            mine = [question for question in one.questions if question.rule == event.rule]
            one.questions = [q for q in one.questions if q.rule != event.rule]
            for question in mine:
                life.take(one, accrual.answered(one.state, one.plan, question, day))
            life.lapse(one)
        for waits, _rule in sorted(waiting, key=lambda asked: asked[0].line):
            if waits.event is Happening.TERMS:
                result = self.results[waits.line]
                result.outcome, result.rule, result.choices = ACCEPTED, None, ()
                self._carry(waits.on, event.on)
            else:
                self._judge(waits, self.results[waits.line], day)

    def _carry(self, since: date, day: date) -> None:
        """Let terms from `since` that left it open do to saved time what has been decided now."""
        for card in self.life.cards.values():
            old, new = terms_on(card.versions, since - ONE_DAY), card.plan.terms_on(day)
            if old is not None and new is not None:
                self.life.post(card, carried(card.state, card.plan, old, new, since, day))
                self.life.lapse(card)

    def _picture(self, day: date) -> None:
        self.life.advance(max(day, self.life.today))
        life = self.life
        # A line that names no card, or one that never is, makes none.
        cards = {name: card for name, card in life.cards.items() if name in life.named}
        cards = cards or life.cards or {"": life.card("")}
        shots = {name: shot_of(life, card, day) for name, card in sorted(cards.items())}
        main = cards.get("") or next(iter(cards.values()))
        one = shots[main.name]
        self.snapshots[day] = one if len(shots) == 1 else joined(one, shots)
        for pool, minutes in life.pools.items():
            self.pools.setdefault(pool, {})[day] = minutes

    def _asked_late(self, old: Sequence[Task], since: date) -> Iterator[Task]:
        """Yield what the news, had it been known in time, would have had people asked before it:
        they are asked now, unless they were, or somebody had answered.
        """
        known = {task.rule for task in old if task.kind == "decide"} | {
            line.event.rule
            for line in self.lines
            if line.event.event is Happening.DECIDE and line.event.on <= since
        }
        for task in self.life.tasks:
            if task.kind == "decide" and task.on < since and task.rule not in known:
                yield replace(task, on=since)

    def joined(self, before: Answer | None, since: date | None) -> Answer:
        """Return the answer so far: what stood before the news, and this walk from then on."""
        life = self.life
        for card in life.cards.values():
            for trip in card.trips:
                result = self.results[trip.event.line]
                result.charged = trip.cost if trip.state == HELD else trip.charged
                result.became = trip.became
        if before is None or since is None:
            old_tasks: list[Task] = []
            old_letters: list[Post] = []
            shots = self.snapshots
            pools = self.pools
        else:
            old_tasks = [task for task in before.tasks if task.on < since]
            old_letters = [letter for letter in before.letters if letter.on < since]
            shots = before.on | {d: s for d, s in self.snapshots.items() if d >= since}
            pools = {
                name: before.pools.get(name, {})
                | {d: m for d, m in self.pools.get(name, {}).items() if d >= since}
                for name in sorted(before.pools.keys() | self.pools.keys())
            }
        fresh = [t for t in life.tasks if since is None or t.on >= since]
        fresh = [*self._asked_late(old_tasks, since), *fresh] if since else fresh
        letters = [p for p in life.letters if since is None or p.on >= since]
        return Answer(
            shots, list(self.results.values()), old_tasks + fresh, old_letters + letters, pools
        )
