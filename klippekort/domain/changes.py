"""What a change of terms does to a card, reckoned before anybody decides it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.accrual import Question
from klippekort.domain.booking import broken_rule
from klippekort.domain.ledger import CardState, Entry, EntryKind
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import Notice, OnChange, Terms, TermsFrom
from klippekort.domain.schemes.codec import plain
from klippekort.domain.schemes.questions import NO, YES
from klippekort.domain.waiting import NOTHING_CAME, Came, advance_and_settle, minutes_of
from klippekort.domain.wishes import MadeTrip, Standing, TripWish

WEEKS = 12
BALANCE = "balance"

# What decides how a card is reckoned; the rest of the terms only bears on trips and words.
_RECKONED = (
    "minutes_per_punch",
    "measured_in",
    "runs_from",
    "runs_until",
    "allowance",
    "settings",
    "grants",
    "target_groups",
    "saving",
    "expiry",
    "pauses",
    "ending",
)


@dataclass(frozen=True)
class BookedTrip:
    """A trip a card is to pay: what was wished, and the minutes it was planned to cost."""

    id: UUID
    wish: TripWish
    minutes: int


@dataclass(frozen=True)
class Unfit:
    """A booked trip that fits the terms as they are, and breaks a rule of the new ones."""

    trip: BookedTrip
    rule: str


@dataclass(frozen=True)
class Course:
    """How a card goes under some terms: free minutes on the first day and `WEEKS` later, minutes
    lost by rule on the first day and afterwards, and minutes that wait for a person's answer.
    """

    first: int
    last: int
    lost_first: Mapping[str, int] = field(default_factory=dict)
    lost_later: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0

    @property
    def lost(self) -> int:
        """Return all minutes that are lost, from the first day on."""
        return sum(self.lost_first.values()) + sum(self.lost_later.values())


@dataclass(frozen=True)
class Effect:
    """A card as it goes under the terms as they are, and under the new ones."""

    old: Course
    new: Course
    unfit: tuple[Unfit, ...] = ()

    @property
    def more_lost(self) -> int:
        """Return how many minutes more are lost under the new terms; below zero when fewer."""
        return self.new.lost - self.old.lost

    @property
    def is_loss(self) -> bool:
        """Say whether the citizen has less time under the new terms, then or later."""
        return self.new.first < self.old.first or self.new.last < self.old.last

    @property
    def is_felt(self) -> bool:
        """Say whether the citizen will notice."""
        return self.old != self.new or bool(self.unfit)


def with_terms(plan: Plan, terms: Terms, from_on: date) -> Plan:
    """Return the plan with terms that hold from a day on, until those that begin later."""
    others = [version for version in plan.versions if version.from_on != from_on]
    versions = sorted((*others, TermsFrom(from_on, terms)), key=lambda version: version.from_on)
    return replace(plan, versions=tuple(versions))


def reckons_alike(plan: Plan, new: Terms, from_on: date) -> bool:
    """Say whether a card's time comes and goes as before when these terms begin on a day.

    Terms may take saved time on the day they begin, though they say the same otherwise.
    """
    old = plan.terms_on(from_on)
    begins_there = any(version.from_on == from_on for version in plan.versions)
    is_kept = new.change.saved_time is OnChange.KEEP_TERMS
    if old is None or begins_there or not is_kept:
        return False
    return all(getattr(old, part) == getattr(new, part) for part in _RECKONED)


def compare(
    state: CardState,
    plan: Plan,
    new_terms: Terms,
    from_on: date,
    trips: Sequence[BookedTrip] = (),
    waiting: Sequence[Question] = (),
    came: Came = NOTHING_CAME,
) -> Effect:
    """Return what terms that hold from a day on do to a card that is not reckoned so far yet.

    `plan` holds the terms as they are, and `waiting` what waits for an answer, some of it
    about time that `came`. Nothing but the terms is taken to change: no trip is made, cancelled or
    booked meanwhile, and nobody answers.
    """
    changed = with_terms(plan, new_terms, from_on)
    before = _advanced(state, plan, from_on, waiting, came)
    is_same = reckons_alike(plan, new_terms, from_on)
    after = before if is_same else _advanced(state, changed, from_on, waiting, came)
    broken = set(after[1]) - set(before[1])
    unfit = [
        Unfit(trip, rule)
        for trip in trips
        if (rule := _broken(trip, trips, plan, changed, from_on, broken)) is not None
    ]
    return Effect(before[0], after[0], tuple(unfit))


def _advanced(
    state: CardState, plan: Plan, from_on: date, waiting: Sequence[Question], came: Came
) -> tuple[Course, list[UUID]]:
    first = advance_and_settle(state, plan, waiting, from_on, came)
    last_day = from_on + timedelta(weeks=WEEKS)
    later = advance_and_settle(first.state, plan, first.waiting, last_day, came)
    course = Course(
        first.state.available(from_on),
        later.state.available(last_day),
        _lost([entry for entry in first.entries if entry.effective_on == from_on]),
        _lost(later.entries),
        minutes_of(later.waiting, came),
    )
    return course, [*first.unmet, *later.unmet]


def _lost(entries: Sequence[Entry]) -> dict[str, int]:
    lost: Counter[str] = Counter()
    for entry in entries:
        if entry.kind in (EntryKind.EXPIRE, EntryKind.FORFEIT):
            lost[entry.reason] += entry.minutes
    return dict(lost)


def _broken(
    trip: BookedTrip,
    trips: Sequence[BookedTrip],
    old: Plan,
    new: Plan,
    from_on: date,
    broken: set[UUID],
) -> str | None:
    """Return the rule a trip breaks under the new plan alone, or None."""
    if trip.wish.on < from_on:
        return None
    if _rule(trip, trips, old) is None and (rule := _rule(trip, trips, new)) is not None:
        return rule
    return BALANCE if trip.id in broken else None


def _rule(trip: BookedTrip, trips: Sequence[BookedTrip], plan: Plan) -> str | None:
    """Return the first rule a trip breaks. It was ordered in time, and with the citizen's yes."""
    terms = plan.terms_on(trip.wish.on)
    if terms is None:
        return "not_active"
    others = tuple(
        MadeTrip(other.wish.on, other.wish.minutes, other.minutes)
        for other in trips
        if other.id != trip.id
    )
    wish = replace(trip.wish, consent=True)
    standing = Standing(plan=plan, trips=others, is_usable_after_end=True)
    return broken_rule(replace(terms, notice=Notice()), wish, standing)


@dataclass
class Totals:
    """What a change does to all cards together: cards, and minutes."""

    cards: int = 0
    felt: int = 0
    before: int = 0
    after: int = 0
    lost_first: Counter[str] = field(default_factory=Counter)
    lost_later: Counter[str] = field(default_factory=Counter)
    lost_anyway: int = 0
    losers: int = 0
    unfit: int = 0
    waiting: int = 0

    def add(self, effect: Effect) -> None:
        """Count a card in."""
        self.cards += 1
        self.felt += effect.is_felt
        self.before += effect.old.first
        self.after += effect.new.first
        self.lost_first.update(effect.new.lost_first)
        self.lost_later.update(effect.new.lost_later)
        self.lost_anyway += effect.old.lost
        self.losers += effect.is_loss
        self.unfit += len(effect.unfit)
        self.waiting += effect.new.waiting

    @property
    def lost(self) -> int:
        """Return all minutes lost under the new terms."""
        return sum(self.lost_first.values()) + sum(self.lost_later.values())


def changed_rules(old: Terms, new: Terms) -> list[tuple[str, str, str]]:
    """Return the rules on which two terms differ, in order: name, what was said, what is said.

    A rule that is absent says nothing.
    """
    before, after = _flat(plain(old)), _flat(plain(new))
    names = [*before, *(name for name in after if name not in before)]
    return [
        (name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _flat(said: Mapping[str, Any], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in said.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{path}{name}.")
        elif isinstance(value, list):
            found[f"{path}{name}"] = ", ".join(str(part) for part in value)
        elif isinstance(value, bool):
            found[f"{path}{name}"] = YES if value else NO
        else:
            found[f"{path}{name}"] = str(value)
    return found
