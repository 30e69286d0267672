"""Why somebody stands on the list: rules as data, each with the numbers a municipality may set.

A rule puts somebody on a list for a person to look at. It never refuses, ends or decides anything.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from klippekort.domain.outreach.cases import Answer

ALMOST_ALL = 0.8
"""The share of citizens on the list from which it says nothing any more."""


class Key(StrEnum):
    """The rules there are."""

    BEREAVED = "bereaved"
    SIGNS = "signs"
    FOLLOW_UP = "follow_up"
    LAPSING = "lapsing"
    CANCELLED_BY_US = "cancelled_by_us"
    GROUP_ENDED = "group_ended"
    MOVED = "moved"
    UNUSED = "unused"
    NOTHING_ATTENDED = "nothing_attended"
    NEVER_ASKED = "never_asked"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Facts:
    """What is known of a citizen that a rule may ask of; minutes are free ones on open cards."""

    known_since: date
    last_asked_on: date | None = None
    signs: frozenset[str] = frozenset()
    noted_on: date | None = None
    free_minutes: int = 0
    lapsing: tuple[tuple[date, int], ...] = ()
    last_out_on: date | None = None
    has_trip_ahead: bool = False
    cancelled_by_us: tuple[date, ...] = ()
    group_ended_on: date | None = None
    follow_up_on: date | None = None
    moved_on: date | None = None
    bereaved_on: date | None = None


@dataclass(frozen=True)
class Reason:
    """Why somebody stands on the list: the rule, the day it is about, and a number if it has one.

    The number is minutes, times, or signs, as the rule's words say.
    """

    key: Key
    on: date | None = None
    number: int | None = None


Values = Mapping[str, int]
Test = Callable[[Facts, Values, date], Reason | None]


@dataclass(frozen=True)
class Number:
    """A number of a rule that a municipality may set, between two bounds."""

    least: int
    most: int
    usual: int

    def holds(self, value: int) -> bool:
        """Say whether a value lies within the bounds."""
        return self.least <= value <= self.most


@dataclass(frozen=True)
class Rule:
    """One rule: its numbers, how much it weighs in the order of the list, and the test itself."""

    key: Key
    weight: int
    test: Test
    numbers: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """How a municipality uses a rule."""

    is_on: bool = True
    values: Values = field(default_factory=dict)


Choice = Mapping[Key, Chosen]


def _within(day: date | None, weeks: int, today: date) -> bool:
    return day is not None and today - timedelta(weeks=weeks) <= day <= today


def _bereaved(facts: Facts, values: Values, today: date) -> Reason | None:
    if not _within(facts.bereaved_on, values["weeks"], today):
        return None
    return Reason(Key.BEREAVED, facts.bereaved_on)


def _signs(facts: Facts, values: Values, today: date) -> Reason | None:
    if len(facts.signs) < values["signs"]:
        return None
    return Reason(Key.SIGNS, facts.noted_on, len(facts.signs))


def _follow_up(facts: Facts, values: Values, today: date) -> Reason | None:
    due = facts.follow_up_on
    return Reason(Key.FOLLOW_UP, due) if due is not None and due <= today else None


def _lapsing(facts: Facts, values: Values, today: date) -> Reason | None:
    if not facts.lapsing:
        return None
    last = today + timedelta(weeks=values["weeks"])
    soon = [(on, minutes) for on, minutes in facts.lapsing if today < on <= last]
    total = sum(minutes for _, minutes in soon)
    if total < values["minutes"]:
        return None
    return Reason(Key.LAPSING, min(on for on, _ in soon), total)


def _cancelled_by_us(facts: Facts, values: Values, today: date) -> Reason | None:
    if len(facts.cancelled_by_us) < values["times"]:
        return None
    lately = [on for on in facts.cancelled_by_us if _within(on, values["weeks"], today)]
    if len(lately) < values["times"]:
        return None
    return Reason(Key.CANCELLED_BY_US, max(lately), len(lately))


def _group_ended(facts: Facts, values: Values, today: date) -> Reason | None:
    if not _within(facts.group_ended_on, values["weeks"], today):
        return None
    return Reason(Key.GROUP_ENDED, facts.group_ended_on)


def _moved(facts: Facts, values: Values, today: date) -> Reason | None:
    if not _within(facts.moved_on, values["weeks"], today):
        return None
    return Reason(Key.MOVED, facts.moved_on)


def _is_still(facts: Facts, weeks: int, today: date) -> bool:
    """Say whether somebody has been nowhere for so many weeks and is not about to go."""
    since = facts.last_out_on or facts.known_since
    return not facts.has_trip_ahead and since <= today - timedelta(weeks=weeks)


def _unused(facts: Facts, values: Values, today: date) -> Reason | None:
    is_enough = facts.free_minutes >= values["minutes"]
    if not is_enough or not _is_still(facts, values["weeks"], today):
        return None
    return Reason(Key.UNUSED, facts.last_out_on, facts.free_minutes)


def _nothing_attended(facts: Facts, values: Values, today: date) -> Reason | None:
    if not _is_still(facts, values["weeks"], today):
        return None
    return Reason(Key.NOTHING_ATTENDED, facts.last_out_on)


def _never_asked(facts: Facts, values: Values, today: date) -> Reason | None:
    is_new = facts.known_since > today - timedelta(weeks=values["weeks"])
    if facts.last_asked_on is not None or is_new:
        return None
    return Reason(Key.NEVER_ASKED, facts.known_since)


def _not_asked(facts: Facts, values: Values, today: date) -> Reason | None:
    asked = facts.last_asked_on
    if asked is None or asked > months_before(today, values["months"]):
        return None
    return Reason(Key.NOT_ASKED, asked)


@lru_cache(maxsize=256)
def months_before(today: date, months: int) -> date:
    """Return the same day so many months earlier."""
    return today - relativedelta(months=months)


_WEEKS = Number(1, 104, 8)
RULES: Mapping[Key, Rule] = {
    rule.key: rule
    for rule in (
        Rule(Key.BEREAVED, 6, _bereaved, {"weeks": Number(1, 104, 26)}),
        Rule(Key.SIGNS, 5, _signs, {"signs": Number(1, 5, 1)}),
        Rule(Key.FOLLOW_UP, 5, _follow_up),
        Rule(
            Key.LAPSING,
            4,
            _lapsing,
            {"weeks": Number(1, 13, 4), "minutes": Number(1, 1200, 30)},
        ),
        Rule(
            Key.CANCELLED_BY_US,
            4,
            _cancelled_by_us,
            {"times": Number(1, 10, 2), "weeks": _WEEKS},
        ),
        Rule(Key.GROUP_ENDED, 3, _group_ended, {"weeks": _WEEKS}),
        Rule(Key.MOVED, 3, _moved, {"weeks": Number(1, 104, 12)}),
        Rule(
            Key.UNUSED,
            2,
            _unused,
            {"minutes": Number(1, 6000, 60), "weeks": _WEEKS},
        ),
        Rule(Key.NOTHING_ATTENDED, 2, _nothing_attended, {"weeks": _WEEKS}),
        Rule(Key.NEVER_ASKED, 1, _never_asked, {"weeks": Number(0, 104, 4)}),
        Rule(Key.NOT_ASKED, 1, _not_asked, {"months": Number(1, 60, 12)}),
    )
}


def usual() -> dict[Key, Chosen]:
    """Return every rule as it is before a municipality has chosen."""
    return {key: Chosen(True, _usual_of(rule)) for key, rule in RULES.items()}


def _usual_of(rule: Rule) -> dict[str, int]:
    return {name: number.usual for name, number in rule.numbers.items()}


def chosen_from(kept: Mapping[str, Mapping[str, object]]) -> dict[Key, Chosen]:
    """Return the rules as they were kept; what was not, or lies out of bounds, is as usual."""
    found = usual()
    for key, rule in RULES.items():
        said = kept.get(key.value)
        if said is None:
            continue
        values = _usual_of(rule)
        for name, number in rule.numbers.items():
            value = said.get(name)
            if isinstance(value, int) and number.holds(value):
                values[name] = value
        found[key] = Chosen(bool(said.get("on", True)), values)
    return found


def kept_as(choice: Choice) -> dict[str, dict[str, object]]:
    """Return the rules as they are stored."""
    return {key.value: {"on": one.is_on, **one.values} for key, one in choice.items()}


def reasons(facts: Facts, choice: Choice, today: date) -> tuple[Reason, ...]:
    """Return every reason for which somebody stands on the list, the weightiest first."""
    found = [
        rule.test(facts, choice[key].values, today)
        for key, rule in RULES.items()
        if choice[key].is_on
    ]
    return tuple([reason for reason in found if reason is not None])


def weight(found: Iterable[Reason]) -> int:
    """Return how far up the list reasons put somebody: only the order, never a decision."""
    return sum(RULES[reason.key].weight for reason in found)


@dataclass(frozen=True)
class Step:
    """What was last answered to a line: until when it rests, None for good."""

    answer: Answer
    at: datetime
    until_on: date | None


def rests(
    step: Step | None, today: date, *, noted_at: datetime | None, self_at: datetime | None
) -> bool:
    """Say whether a line stays off the list for now.

    `noted_at` is when somebody last noted something, `self_at` when the citizen last asked herself.
    What is done or put off comes back when its day has come, or something new is noted; a no only
    when its day has come, or she asks herself.
    """
    if step is None:
        return False
    if self_at is not None and self_at > step.at:
        return False
    if step.answer is not Answer.NO and noted_at is not None and noted_at > step.at:
        return False
    if step.until_on is None:
        return step.answer is Answer.NO
    return today < step.until_on


def counts(all_facts: Collection[Facts], choice: Choice, today: date) -> dict[Key, int]:
    """Return how many each rule that is on puts on the list."""
    found = {key: 0 for key, one in choice.items() if one.is_on}
    for facts in all_facts:
        for reason in reasons(facts, choice, today):
            found[reason.key] += 1
    return found


def is_almost_all(listed: int, everybody: int) -> bool:
    """Say whether so many stand on the list that it no longer tells whom to look at first."""
    return everybody > 0 and listed >= everybody * ALMOST_ALL
