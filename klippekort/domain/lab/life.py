"""A citizen's cards while the days of a life are replayed."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from klippekort.domain import accrual, ledger
from klippekort.domain.accrual import Advance, Question
from klippekort.domain.booking import LOOK_AHEAD
from klippekort.domain.expiry import may_move, re_date
from klippekort.domain.lab.events import Event
from klippekort.domain.lab.told import ASK, REFUSED, Post, Said, Task
from klippekort.domain.ledger import CardState, Entry, EntryKind
from klippekort.domain.plans import AbsenceSpan, GrantSpan, Plan
from klippekort.domain.schemes import (
    OPEN,
    Change,
    Period,
    Setting,
    Terms,
    TermsFrom,
    decide,
    is_open,
    open_questions,
)
from klippekort.domain.wishes import MadeTrip, TripWish

HELD, DONE, OVER = "held", "done", "over"
_FORGET_AFTER = 3 * 366  # absences so long over bear on nothing any more
# What new terms do to the minutes of saved time: which of their answers does it stands in them.
_BY_CHANGE = frozenset({(EntryKind.FORFEIT, "forfeit"), (EntryKind.ADJUST_UP, "new_terms")})
_LOST = frozenset({EntryKind.EXPIRE, EntryKind.FORFEIT})


_FURTHEST = timedelta(days=300 * 366)  # no two events lie further apart
_LONGEST = {
    Period.WEEK: timedelta(weeks=1),
    Period.MONTH: timedelta(days=31),
    Period.QUARTER: timedelta(days=92),
    Period.YEAR: timedelta(days=366),
}


@lru_cache(maxsize=4096)
def _id_of(line: int) -> UUID:
    """Return the name of the trip on a line; every life has a trip on most of its first lines."""
    return UUID(int=line)


@dataclass
class Trip:
    """A trip of this life: what was ordered, what it costs, and where it is."""

    event: Event
    wish: TripWish
    cost: int = 0
    state: str = REFUSED
    charged: int = 0
    became: str = ""
    id: UUID = field(init=False)  # what names the trip in the ledger

    def __post_init__(self) -> None:
        """Name the trip by its line."""
        self.id = _id_of(self.event.line)


@dataclass
class Card:
    """One card of the citizen: what governs it, what is on it, and what has lapsed."""

    name: str
    versions: tuple[TermsFrom, ...]
    grants: tuple[GrantSpan, ...] = ()
    waiting: list[Event] = field(default_factory=list)
    state: CardState = field(default_factory=CardState)
    declined: bool = False
    in_use_after_end: bool = False
    lapsed: dict[tuple[date, str], int] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)  # by their days
    by_line: dict[int, Trip] = field(default_factory=dict)
    by_ref: dict[str, Trip] = field(default_factory=dict)
    alive: list[Trip] = field(default_factory=list)  # those that can still be called off, and more
    questions: list[Question] = field(default_factory=list)
    agreements: dict[str, Event] = field(default_factory=dict)
    planned_before: bool = False
    is_dated: bool = True
    plan: Plan = field(default_factory=lambda: Plan((), ()))


class Life:
    """Everything that is so on the day the replay has come to."""

    def __init__(self, terms: Terms, first_on: date, home: str = Setting.OWN_HOME) -> None:
        self.home = home
        self.first_version = TermsFrom(first_on, terms)
        self.versions: tuple[TermsFrom, ...] = (self.first_version,)
        self.cards: dict[str, Card] = {}
        self.named: frozenset[str] = frozenset()  # the cards that are granted at some time
        self.answered: set[str] = set()
        self.absences: tuple[AbsenceSpan, ...] = ()
        self.settings: tuple[tuple[date, Setting], ...] = ()
        self.facts: dict[str, str] = {}
        self.pools: dict[str, int] = {}
        self.tasks: list[Task] = []
        self.asked: set[str] = set()
        self.letters: list[Post] = []
        self.asking: list[tuple[Event, str]] = []
        self.today = first_on
        self.with_earliest = True
        self.told_on: date | None = None  # when the line that is taken was known, if that is late
        self.untold: dict[int, list[Card]] = {}  # cards a line ended, by line, till it is known
        self.agreed: dict[tuple[str, str], date] = {}  # agreements by card: when each was made

    def card(self, name: str) -> Card:
        """Return the card of that name, made on first mention."""
        if name not in self.cards:
            self.cards[name] = Card(name, self.versions)
            self.plan_anew(self.cards[name])
        return self.cards[name]

    def plan_anew(self, card: Card) -> None:
        """Let the card be governed by what is known now."""
        card.is_dated = False
        card.plan = Plan(card.versions, card.grants, self.absences, self.settings)

    def learn_absence(self, absence: AbsenceSpan) -> None:
        """Take an absence of the citizen or the scheme into account for every card."""
        alive = tuple(
            known
            for known in self.absences
            if known.until_on is None or (absence.from_on - known.until_on).days < _FORGET_AFTER
        )
        self.absences = (*alive, absence)
        for card in self.cards.values():
            self.plan_anew(card)

    def new_terms(self, card: Card | None, day: date, terms: Terms) -> None:
        """Let terms hold from a day on, for one card or for all and for those to come."""
        if card is None:
            self.versions = _with_version(self.versions, TermsFrom(day, terms))
        for one in self.cards.values() if card is None else (card,):
            one.versions = _with_version(one.versions, TermsFrom(day, terms))
            self.plan_anew(one)

    def decided(self, card: Card | None, day: date, rule: str, value: str) -> None:
        """Let an undecided rule say `value` from a day on; a person may change the answer, and
        never overrules terms that have one themselves. Raises BadTerms.
        """

        def answered(versions: tuple[TermsFrom, ...]) -> tuple[TermsFrom, ...]:
            held = [version for version in versions if version.from_on <= day]
            base = max(held, key=lambda version: version.from_on) if held else versions[0]
            terms = base.terms
            if rule in self.answered or _leaves_open(terms, rule):
                terms = decide(terms, {rule: value})
            if base.from_on != day and not rule.startswith("change."):
                terms = replace(terms, change=Change())
            kept = [
                TermsFrom(later.from_on, decide(later.terms, {rule: value}))
                if later.from_on > day and rule in open_questions(later.terms)
                else later
                for later in versions
            ]
            return _with_version(tuple(kept), TermsFrom(day, terms))

        if card is None:
            self.versions = answered(self.versions)
        for one in self.cards.values() if card is None else (card,):
            one.versions = answered(one.versions)
            self.plan_anew(one)
        self.answered.add(rule)

    def unknown(self, name: str) -> str:
        """Return why no card can be meant by a line with this name, or "" where one is."""
        if name in self.named or not self.named:
            return ""
        return "no_such_card" if name else "which_card"

    def terms_of(self, card: Card, day: date) -> Terms:
        """Return the terms that hold for a card on `day`, or the nearest known."""
        found = card.plan.terms_on(day)
        if found is not None:
            return found
        held = [version for version in card.versions if version.from_on <= day]
        return (held[-1] if held else card.versions[0]).terms

    def terms_now(self, card: Card, event: Event) -> Terms:
        """Return the terms a line is judged by: those of its day, or of today when that is later,
        as when a question it raised has been answered.
        """
        return self.terms_of(card, max(event.on, self.today))

    def advance(self, day: date) -> None:
        """Reckon every card through `day`."""
        self.today = day
        for card in self.cards.values():
            if card.state.advanced_through is None or card.state.advanced_through < day:
                dated = card.is_dated
                self.take(card, accrual.advance(card.state, card.plan, day, is_dated=dated))
                card.is_dated = not card.plan.is_open_ended

    def take(self, card: Card, outcome: Advance) -> None:
        """Let the outcome of a rule happen to a card, with what it asks of people."""
        card.state = outcome.state
        if outcome.entries:
            card.state = outcome.state.without_spent()
            self.tell_of(card, outcome.entries)
        for question in outcome.questions:
            card.questions.append(question)
            self.task(question.on, "decide", question.rule)
        for alert in outcome.alerts:
            self.task(alert.on, "call_citizen", "saving_alert")
        for trip_id in outcome.unmet:
            self.task(self.today, "review", "balance", card.by_line[trip_id.int].event.ref)

    def post(self, card: Card, entries: Sequence[Entry], line: int = 0) -> None:
        """Let entries happen to a card."""
        if entries:
            card.state = ledger.apply(card.state, *entries).without_spent()
            self.tell_of(card, entries, line)

    def lapse(self, card: Card, *, came_back: bool = True) -> None:
        """Lengthen or end the life of time that came back to the card; on a card that follows its
        absences already, only what came back can be lengthened.
        """
        if may_move(card.state, card.plan) and (came_back or not card.is_dated):
            self.post(card, re_date(card.state, card.plan, self.today))
        self.post(card, ledger.expire(card.state, self.today))

    def leave(self, card: Card) -> None:
        """Let what came back to a card that has ended go the way of the rest."""
        over = [run for run in card.plan.spans if run.until_on and run.until_on < self.today]
        if over and not self.is_running(card, self.today) and not card.in_use_after_end:
            closed = accrual.close(card.state, card.plan, self.today, over[-1].at_end)
            self.post(card, closed.entries)

    def tell_of(self, card: Card, entries: Sequence[Entry], line: int = 0) -> None:
        """Explain entries that happened to a card, and sum up what lapsed."""
        lapsed, said = card.lapsed, card.said
        for kind, minutes, on, _lot, reason, trip, new_lot, _undoes in entries:
            if kind in _LOST:
                lapsed[on, reason] = lapsed.get((on, reason), 0) + minutes
            until = None if new_lot is None else new_lot.expires_on
            told = line or (0 if trip is None else trip.int)
            if trip is None and (kind, reason) in _BY_CHANGE:
                reason = f"change.{self.terms_of(card, on).change.saved_time}"
            said.append(Said(on, kind, minutes, reason, until, told))

    def tell(
        self,
        card: Card,
        code: str,
        line: int,
        *,
        on: date | None = None,
        rule: str = "",
        until: date | None = None,
    ) -> None:
        """Add a line of explanation that no entry makes, of today or of another day."""
        card.said.append(Said(on or self.today, code, 0, rule, until, line))

    def task(self, on: date, kind: str, rule: str, ref: str = "") -> None:
        """Ask a person for something; the same open question is asked once."""
        if kind == "decide":
            if rule in self.asked:
                return
            self.asked.add(rule)
        elif self.told_on is not None:
            on = max(on, self.told_on)
        self.tasks.append(Task(on, kind, rule, ref))

    def letter(self, card: Card, kind: str, on: date) -> None:
        """Send a letter of this kind where the terms do, when what it is about is known; terms
        without a word on law send none.
        """
        law = self.terms_of(card, on).law
        says_nothing = law.decision == OPEN and law.basis == OPEN
        if kind in law.letters and not says_nothing:
            sent_on = max(on, self.told_on or on)
            self.letters.append(Post(sent_on, kind, law.complaint_guidance is True))

    def is_running(self, card: Card, day: date) -> bool:
        """Say whether a card gives time on `day`."""
        return card.plan.span_on(day) is not None

    def status(self, card: Card, day: date) -> str:
        """Return what a card is at the end of `day`."""
        if self.is_running(card, day):
            return "active"
        if card.declined:
            return "declined"
        if card.waiting:
            return "waiting"
        over = any(run.until_on is not None and run.until_on < day for run in card.plan.spans)
        ended = over or any(g.from_on <= day for g in card.grants)
        return "ended" if ended else "none"

    def made_trips(self, card: Card, terms: Terms | None, but: Trip) -> tuple[MadeTrip, ...]:
        """Return what was booked or made from a card beside one trip, where it matters: near the
        trip's day, or near one it may be moved to.
        """
        if not terms or not (terms.visits.at_most or terms.notice.saved_time is not None):
            return ()
        day, reach = but.wish.on, _reach(terms)
        first = bisect_left(card.trips, day - reach, key=_day_of)
        last = bisect_right(card.trips, day + reach + LOOK_AHEAD, key=_day_of)
        return tuple(
            MadeTrip(t.wish.on, t.wish.minutes, t.charged if t.state == DONE else t.cost)
            for t in card.trips[first:last]
            if t is not but and t.state in (HELD, DONE)
        )

    def booked(self, card: Card, first: date, last: date | None = None) -> Iterator[Trip]:
        """Yield the trips on these days that can still be called off."""
        card.alive = [trip for trip in card.alive if trip.state in (HELD, ASK)]
        for trip in card.alive:
            is_within = first <= trip.wish.on and (last is None or trip.wish.on <= last)
            if trip.state == HELD and is_within:
                yield trip

    def cancel_tasks(self, trips: Iterable[Trip], rule: str) -> None:
        """Ask for booked trips to be called off."""
        for trip in trips:
            self.task(self.today, "cancel_trip", rule, trip.event.ref)


def add_trip(card: Card, trip: Trip) -> Trip:
    """Let a trip stand on its card, to be found by its day, its line and its name."""
    insort(card.trips, trip, key=_day_of)
    card.alive.append(trip)
    card.by_line[trip.event.line] = trip
    card.by_ref[trip.event.ref] = trip
    return trip


def _day_of(trip: Trip) -> date:
    return trip.wish.on


def _reach(terms: Terms) -> timedelta:
    """Return how far from a trip's day others may bear on it: within the weeks of a limit on how
    often, or the period that gives the trip its time.
    """
    weeks = max((limit.weeks for limit in terms.visits.at_most.values()), default=0)
    period = _LONGEST.get(terms.allowance.period, timedelta()) * terms.allowance.every
    return min(max(timedelta(weeks=weeks), period), _FURTHEST)


def _leaves_open(terms: Terms, rule: str) -> bool:
    try:
        return is_open(terms, rule)
    except KeyError:  # a band, say, that is only made by the answer
        return True


def _with_version(versions: tuple[TermsFrom, ...], new: TermsFrom) -> tuple[TermsFrom, ...]:
    kept = [version for version in versions if version.from_on != new.from_on]
    return tuple(sorted([*kept, new], key=lambda version: version.from_on))
