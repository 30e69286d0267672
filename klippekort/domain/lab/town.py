"""A whole town under one scheme: what was given, used, lost and refused, summed over its citizens.

Every citizen's life is replayed by itself, so a town can be summed in parts, on several cores, and
the parts added together. Nothing here knows a name: a citizen is an id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.replay import Answer, replay
from klippekort.domain.lab.told import ACCEPTED, ASK, REFUSED, Result
from klippekort.domain.ledger import EntryKind
from klippekort.domain.schemes import SchemeFile, Terms

FIRST_REASONS = 5
# Time that only changes its last day: it is neither given nor taken.
RE_DATED = frozenset({"extended", "settled", "longer_life", "new_terms"})
_MADE = frozenset({Happening.DONE, Happening.BROKEN_OFF})

_Told = tuple[Event, Result]  # a line, and what became of it


@dataclass(frozen=True)
class Days:
    """The days that are counted, both inclusive; what came before them is replayed all the same."""

    from_on: date
    until_on: date

    def __contains__(self, day: date) -> bool:
        """Say whether a day is counted."""
        return self.from_on <= day <= self.until_on

    @property
    def months(self) -> tuple[str, ...]:
        """Return the months these days touch, in order: "2026-01"."""
        first = self.from_on.year * 12 + self.from_on.month - 1
        last = self.until_on.year * 12 + self.until_on.month - 1
        return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in range(first, last + 1))


@dataclass(frozen=True)
class Move:
    """What the real ledger did to a card in a month: "2026-01", what kind, and the rule."""

    month: str
    kind: EntryKind
    minutes: int
    rule: str = ""


@dataclass(frozen=True)
class History:
    """A citizen's life as it was lived: its events for the replay, and what the ledger says.

    `day_part` is when she likes to go out, as her own standing wish says: "any", "morning",
    "afternoon" or "evening".
    """

    citizen: str
    events: tuple[Event, ...]
    moves: tuple[Move, ...] = ()
    day_part: str = "any"


@dataclass(frozen=True)
class Month:
    """A month in minutes: given, used and lost on the cards, and worked by helpers on trips."""

    given: int = 0
    used: int = 0
    lapsed: int = 0
    staff: int = 0


@dataclass(frozen=True)
class RefusedTrip:
    """A trip that would have been refused: whose, on which day, and how long, in minutes."""

    citizen: str
    on: date
    minutes: int


@dataclass(frozen=True)
class Refusals:
    """The trips one rule refuses: how many, how many of them were really made, and the first."""

    trips: int = 0
    made: int = 0
    minutes: int = 0
    first: tuple[RefusedTrip, ...] = ()


@dataclass(frozen=True)
class Asked:
    """How often a rule that is left open came up, for how many citizens, and how many trips it
    keeps waiting: those that cannot be booked before it is answered. What a trip costs that was
    booked may wait too; it is among the times.
    """

    times: int = 0
    citizens: int = 0
    trips: int = 0


@dataclass(frozen=True)
class Share:
    """One citizen's part, in minutes; `refused` counts trips."""

    citizen: str
    given: int = 0
    used: int = 0
    lapsed: int = 0
    refused: int = 0

    @property
    def at_hand(self) -> int:
        """Return the minutes the citizen had for trips: given, and not lost."""
        return self.given - self.lapsed


@dataclass(frozen=True)
class TownResult:
    """What came of a town. `lapsed` and `refused` are by rule, months by "2026-01"; `waived` are
    minutes of trips that no card could pay.
    """

    months: Mapping[str, Month] = field(default_factory=dict)
    lapsed: Mapping[str, int] = field(default_factory=dict)
    waived: int = 0
    trips: int = 0
    accepted: int = 0
    refused: Mapping[str, Refusals] = field(default_factory=dict)
    asked: Mapping[str, Asked] = field(default_factory=dict)
    cards_refused: Mapping[str, int] = field(default_factory=dict)
    people: tuple[Share, ...] = ()

    def minutes(self, name: str) -> int:
        """Return the whole of `given`, `used`, `lapsed` or `staff`."""
        return sum(getattr(month, name) for month in self.months.values())

    @property
    def refused_trips(self) -> int:
        """Return how many trips would have been refused."""
        return sum(refusals.trips for refusals in self.refused.values())

    @property
    def waiting_trips(self) -> int:
        """Return how many trips wait for an open rule: neither accepted nor refused."""
        return sum(asked.trips for asked in self.asked.values())


def total(histories: Iterable[History], scheme: SchemeFile, days: Days) -> TownResult:
    """Return what would have come of these citizens under `scheme`, had it always been theirs.

    A trip that is refused was not made: nothing is charged for it, and no helper worked. One that
    waits for an open rule is counted as asked, and holds nothing either.
    """
    tally = _Tally(days)
    for history in histories:
        answer = replay(
            scheme, history.events, [days.until_on], _no_other_terms, with_earliest=False
        )
        tally.replayed(history, answer)
    return tally.result()


def lived(histories: Iterable[History], days: Days) -> TownResult:
    """Return what really came of these citizens, by the ledger and the trips that were made."""
    tally = _Tally(days)
    for history in histories:
        tally.lived(history)
    return tally.result()


def side_by_side(
    histories: Sequence[History], schemes: Sequence[SchemeFile], days: Days
) -> list[TownResult]:
    """Return what really came of these citizens, then what would have under each scheme."""
    return [lived(histories, days), *(total(histories, scheme, days) for scheme in schemes)]


def added(parts: Iterable[TownResult], days: Days) -> TownResult:
    """Return the parts of a town as one, whichever order they came in."""
    tally = _Tally(days)
    for part in parts:
        tally.part(part)
    return tally.result()


def _no_other_terms(name: str) -> Terms:
    raise KeyError(name)


_COLUMNS = {
    EntryKind.CREDIT: ("given", 1),
    EntryKind.ADJUST_UP: ("given", 1),
    EntryKind.ADJUST_DOWN: ("given", -1),
    EntryKind.SPEND: ("used", 1),
    EntryKind.EXPIRE: ("lapsed", 1),
    EntryKind.FORFEIT: ("lapsed", 1),
}


class _Tally:
    """Sums that grow as citizens are added."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self.months = {
            month: {"given": 0, "used": 0, "lapsed": 0, "staff": 0} for month in days.months
        }
        self.by_rule: dict[str, int] = {}
        self.refused: dict[str, Refusals] = {}
        self.asked: dict[str, Asked] = {}
        self.cards_refused: dict[str, int] = {}
        self.people: list[Share] = []
        self.waived = self.trips = self.accepted = 0

    def lived(self, history: History) -> None:
        """Add a citizen as the ledger has it."""
        mine = {"given": 0, "used": 0, "lapsed": 0}
        for move in history.moves:
            if move.month in self.months:
                self._move(mine, move.month, move.kind, move.minutes, move.rule)
        ordered = _trips(history.events)
        for event in history.events:
            if event.event in _MADE and event.on in self.days:
                self._work(event, ordered[event.ref])
        counted = sum(trip.on in self.days for trip in ordered.values())
        self.trips += counted
        self.accepted += counted
        self.people.append(Share(history.citizen, **mine))

    def replayed(self, history: History, answer: Answer) -> None:
        """Add a citizen as the replay has it."""
        mine = {"given": 0, "used": 0, "lapsed": 0}
        first, last = self.days.from_on, self.days.until_on
        for on, code, minutes, rule, _until, _line in answer.on[last].said:
            kind = _COUNTED.get(code)
            if kind is not None and first <= on <= last:
                self._move(mine, _month(on), kind, minutes, rule)
        told = list(zip(history.events, answer.events, strict=True))
        refused = self._judged(history.citizen, told)
        rules = {task.rule for task in answer.tasks if task.kind == "decide"}
        asking = [r.rule for r in answer.events if r.outcome == ASK and r.rule]
        for rule in rules.union(asking):
            times = asking.count(rule)
            self._asked(rule, Asked(max(times, 1), 1, self._waiting(told, rule)))
        self.people.append(Share(history.citizen, refused=refused, **mine))

    def part(self, other: TownResult) -> None:
        """Add what was summed elsewhere."""
        for name, month in other.months.items():
            sums = self.months[name]
            for column in sums:
                sums[column] += getattr(month, column)
        for rule, minutes in other.lapsed.items():
            self.by_rule[rule] = self.by_rule.get(rule, 0) + minutes
        for rule, refusals in other.refused.items():
            self._refuse(rule, refusals)
        for rule, asked in other.asked.items():
            self._asked(rule, asked)
        for rule, cards in other.cards_refused.items():
            self.cards_refused[rule] = self.cards_refused.get(rule, 0) + cards
        self.people += other.people
        self.waived += other.waived
        self.trips += other.trips
        self.accepted += other.accepted

    def result(self) -> TownResult:
        """Return the sums, citizens in the order of their ids."""
        return TownResult(
            {name: Month(**sums) for name, sums in self.months.items()},
            dict(sorted(self.by_rule.items())),
            self.waived,
            self.trips,
            self.accepted,
            dict(sorted(self.refused.items())),
            dict(sorted(self.asked.items())),
            dict(sorted(self.cards_refused.items())),
            tuple(sorted(self.people, key=lambda share: share.citizen)),
        )

    def _move(
        self, mine: dict[str, int], month: str, kind: EntryKind, minutes: int, rule: str
    ) -> None:
        if kind is EntryKind.WAIVE:
            self.waived += minutes
        if kind not in _COLUMNS or rule in RE_DATED:
            return
        column, sign = _COLUMNS[kind]
        self.months[month][column] += sign * minutes
        mine[column] += sign * minutes
        if column == "lapsed":
            self.by_rule[rule] = self.by_rule.get(rule, 0) + minutes

    def _judged(self, citizen: str, told: Sequence[_Told]) -> int:
        """Count how the citizen's trips were judged, and return how many were refused."""
        ordered, refused = _trips(event for event, _ in told), 0
        made = {event.ref for event, _ in told if event.event in _MADE}
        for event, result in told:
            kind, outcome = event.event, result.outcome
            if kind is Happening.GRANT and outcome == REFUSED and result.rule:
                rule = result.rule
                self.cards_refused[rule] = self.cards_refused.get(rule, 0) + 1
            elif kind in _MADE and outcome == ACCEPTED and event.on in self.days:
                self._work(event, ordered[event.ref])
            elif kind is Happening.TRIP and event.on in self.days:
                self.trips += 1
                self.accepted += outcome == ACCEPTED
                if outcome == REFUSED and result.rule:
                    refused += 1
                    trip = RefusedTrip(citizen, event.on, event.minutes or 0)
                    more = Refusals(1, int(event.ref in made), trip.minutes, (trip,))
                    self._refuse(result.rule, more)
        return refused

    def _waiting(self, told: Sequence[_Told], rule: str) -> int:
        """Return how many of the citizen's trips cannot be booked before a rule is answered."""
        return sum(
            event.event is Happening.TRIP
            and event.on in self.days
            and (result.outcome, result.rule) == (ASK, rule)
            for event, result in told
        )

    def _work(self, event: Event, trip: Event) -> None:
        """Add the time helpers gave to a trip that was made."""
        minutes = trip.minutes if event.minutes is None else event.minutes
        self.months[_month(event.on)]["staff"] += (minutes or 0) * trip.helpers

    def _refuse(self, rule: str, more: Refusals) -> None:
        had = self.refused.get(rule, Refusals())
        first = sorted([*had.first, *more.first], key=lambda trip: (trip.on, trip.citizen))
        self.refused[rule] = Refusals(
            had.trips + more.trips,
            had.made + more.made,
            had.minutes + more.minutes,
            tuple(first[:FIRST_REASONS]),
        )

    def _asked(self, rule: str, more: Asked) -> None:
        had = self.asked.get(rule, Asked())
        self.asked[rule] = Asked(
            had.times + more.times, had.citizens + more.citizens, had.trips + more.trips
        )


_COUNTED = {kind.value: kind for kind in (*_COLUMNS, EntryKind.WAIVE)}


@lru_cache(maxsize=4096)
def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _trips(events: Iterable[Event]) -> dict[str, Event]:
    """Return the trips of a life by their names."""
    return {event.ref: event for event in events if event.event is Happening.TRIP}
