"""What late news of absences has done to a card before, read from the entries it wrote.

The reason of each names the day on which the period came that it is about. So the ledger itself
remembers what was taken for which period, out of which time, and what was waived.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from klippekort.domain.accrual import SECOND_PART
from klippekort.domain.arriving import arrival_on
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source
from klippekort.domain.periods import Arrival
from klippekort.domain.plans import Plan

REASON = "late_absence"
_OF_PERIODS = frozenset({Source.ACCRUAL, Source.EXTENDED, Source.CHANGED})


def reason_for(on: date) -> str:
    """Return the reason of an entry about the period that came on a day."""
    return f"{REASON}:{on.isoformat()}"


def is_late(reason: str) -> bool:
    """Say whether late news of an absence wrote an entry, by its reason."""
    return reason.partition(":")[0] == REASON


def day_of(reason: str) -> date | None:
    """Return the day on which the period came that a late entry is about, or None."""
    name, _colon, day = reason.partition(":")
    return date.fromisoformat(day) if name == REASON and day else None


def period_of(lot: Lot) -> str:
    """Return the name of the period a lot came for, wherever its last day was moved."""
    return lot.period.partition(">")[0].rstrip(SECOND_PART)


def lots_of(state: CardState, period: str) -> list[Lot]:
    """Return the lots that hold what a period gave."""
    return [lot for lot in state.lots if lot.source in _OF_PERIODS and period_of(lot) == period]


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
    reason: str


class Line(NamedTuple):
    """An entry that nobody has countered, by its id."""

    id: UUID
    entry: Entry

    @property
    def minutes(self) -> int:
        """Return the minutes of the entry."""
        return self.entry.minutes


@dataclass(frozen=True)
class Past:
    """What has become of a card's time since the period in which the news begins.

    `spent` are lots by key with the last day a trip used time of them, `lines` what came by the
    scheme and what late news wrote. `waiting` are the minutes of periods that wait for a cap's
    answer, and `asked` the periods a person has been asked about for another reason.
    """

    lots: tuple[Lot, ...] = ()
    lost: tuple[Lost, ...] = ()
    spent: Mapping[str, date] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    waiting: Mapping[str, int] = field(default_factory=dict)
    asked: Collection[str] = ()


_SIGNS = {EntryKind.ADJUST_DOWN: 1, EntryKind.ADJUST_UP: -1}


class Memory:
    """What late news took and waived for each period, until now."""

    def __init__(self, past: Past, plan: Plan) -> None:
        self._spent = past.spent
        self._plan = plan
        periods = {lot.key: period_of(lot) for lot in past.lots}
        self._credited: dict[str, int] = defaultdict(int)
        self._taken: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._waived: dict[date, list[Line]] = defaultdict(list)
        for line in past.lines:
            entry, day = line.entry, day_of(line.entry.reason)
            if entry.kind is EntryKind.CREDIT and entry.lot in periods:
                self._credited[periods[entry.lot]] += entry.minutes
            elif day is not None and entry.kind is EntryKind.WAIVE:
                self._waived[day].append(line)
            elif day is not None and entry.lot is not None and entry.kind in _SIGNS:
                self._taken[day][entry.lot] += _SIGNS[entry.kind] * entry.minutes
        self._periods = periods

    def waived(self, on: date) -> list[Line]:
        """Return what was waived of the period that came on a day."""
        return self._waived[on]

    def taken(self, arrival: Arrival) -> list[tuple[str, int]]:
        """Return the lots out of which time was taken for a period, with the minutes: those of
        other periods first, for that was used in its place.
        """
        found = [(key, minutes) for key, minutes in self._taken[arrival.on].items() if minutes > 0]
        return sorted(found, key=lambda one: self._periods.get(one[0]) == arrival.name)

    def came(self, state: CardState, arrival: Arrival) -> tuple[int, int]:
        """Return how many minutes of a period have come and were not taken back: by what is on its
        lots, where people may have moved some, and by what the scheme and late news did alone.
        """
        name, on = arrival.name, arrival.on
        mine = {lot.key for lot in lots_of(state, name)}
        gone = sum(line.minutes for line in self._waived[on])
        others = sum(m for key, m in self._taken[on].items() if key not in mine)
        own = sum(m for key, m in self._taken[on].items() if key in mine)
        on_lots = sum(lot.granted for lot in state.lots if lot.key in mine)
        lent = sum(minutes for _day, minutes in self._lent(mine, on))
        return on_lots + lent - others - gone, self._credited[name] - own - others - gone

    def _lent(self, mine: Collection[str], on: date) -> list[tuple[date, int]]:
        """Return what was taken out of these lots for other periods than the one of a day, with
        the days those came.
        """
        return [
            (day, minutes)
            for day, taken in self._taken.items()
            for key, minutes in taken.items()
            if day != on and key in mine and minutes > 0
        ]

    def last_used(
        self, arrival: Arrival, state: CardState, today: date, seen: frozenset[date] = frozenset()
    ) -> date | None:
        """Return the last day on which time of a period was used: by a trip, or in place of time
        of another period that a trip had used. What is set aside is used today. None if never.
        """
        lots = lots_of(state, arrival.name)
        mine = {lot.key for lot in lots}
        days = [self._spent[key] for key in mine if key in self._spent]
        days += [today for lot in lots if lot.held]
        for day, _minutes in self._lent(mine, arrival.on):
            found = arrival_on(self._plan, day)
            if found is not None and day not in seen:
                used = self.last_used(found[2], state, today, seen | {arrival.on})
                days += [used] if used else []
        return max(days, default=None)
