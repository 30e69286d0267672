"""Ninety days in the life of a card, lived by the rules and by a plain card."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from hypothesis import strategies as st

from klippekort.domain import accrual, ledger, promises
from klippekort.domain.accrual import AbsenceSpan, GrantSpan, Plan
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.history import Written
from klippekort.domain.ledger import CardState, Entry
from klippekort.domain.schemes import TermsFrom
from tests.property.plain_card import DAY, PlainCard, PlainRules, as_terms

DAYS_DOWN = 90
SPRING_FORWARD, FALL_BACK = date(2026, 3, 29), date(2026, 10, 25)
WEEK_53, EARLIER_WEEK_53 = date(2026, 12, 28), date(2020, 12, 28)
LEAP_DAY, NEW_YEAR = date(2028, 2, 29), date(2027, 1, 1)
SPECIAL = (SPRING_FORWARD, FALL_BACK, WEEK_53, EARLIER_WEEK_53, LEAP_DAY, NEW_YEAR)
Totals = dict[tuple[str, date], tuple[int, int, int, int]]


def plan_for(
    rules: PlainRules, first: date, *, last: date | None = None, away: Iterable[tuple[date, date]]
) -> Plan:
    """Return what governs a card from its first day on: the one place that builds a plan."""
    return Plan(
        (TermsFrom(date(2019, 1, 1), as_terms(rules)),),
        (GrantSpan(first, last),),
        tuple(AbsenceSpan("hospital", *stay) for stay in away),
    )


@dataclass(frozen=True)
class Deed:
    """Something done so many days after the card began; which trip it is about, for how long."""

    after: int
    what: str
    minutes: int
    which: int
    ahead: int

    def stay(self, today: date) -> tuple[date, date]:
        """Return the days in hospital that are known from today on: the first is still to come."""
        first = today + timedelta(days=1 + self.ahead)
        return first, first + timedelta(days=self.minutes // 3)


@dataclass(frozen=True)
class Life:
    """What happens to a card in ninety days and a bit."""

    rules: PlainRules
    first: date
    last: date | None
    away: tuple[tuple[date, date], ...]
    deeds: tuple[Deed, ...]

    def plan(self) -> Plan:
        return plan_for(self.rules, self.first, last=self.last, away=self.away)

    def deeds_on(self, day: date) -> list[Deed]:
        return [deed for deed in self.deeds if self.first + timedelta(days=deed.after) == day]

    def days(self, through: date) -> list[date]:
        return [self.first + DAY * number for number in range((through - self.first).days + 1)]


optional = st.none() | st.integers(1, 9)
all_rules = st.builds(
    PlainRules,
    minutes=st.sampled_from([15, 30, 45]),
    from_monday=st.booleans(),
    at_once=st.booleans(),
    cap=st.none() | st.integers(40, 300),
    cap_weeks=optional,
    oldest_lapse=st.booleans(),
    weeks=optional,
    year_end=st.booleans(),
)
deeds = st.builds(
    Deed,
    after=st.integers(0, DAYS_DOWN),
    what=st.sampled_from(["hold", "hold", "hold", "cancel", "charge", "hospital"]),
    minutes=st.integers(1, 90),
    which=st.integers(0, 2),
    ahead=st.integers(0, 40),
)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    first = draw(st.sampled_from(SPECIAL)) - timedelta(days=draw(st.integers(0, 80)))
    stays = []
    for _ in range(draw(st.integers(0, 2))):
        begins = first + timedelta(days=draw(st.integers(0, 80)))
        stays.append((begins, begins + timedelta(days=draw(st.integers(0, 30)))))
    lasts = draw(st.none() | st.integers(20, 120))
    done = draw(st.lists(deeds, max_size=20))
    return Life(
        draw(all_rules),
        first,
        None if lasts is None else first + timedelta(days=lasts),
        tuple(stays),
        tuple(sorted(done, key=lambda deed: deed.after)),
    )


class Diary:
    """A card under the real rules, and every entry with the day it was written."""

    def __init__(self, life: Life) -> None:
        self.life, self.plan, self.state = life, life.plan(), CardState()
        self.written: list[Written] = []
        self.trips: list[tuple[UUID, date]] = []
        self.broken: list[UUID] = []
        self.could: list[bool] = []
        self.evenings: dict[date, Totals] = {}

    def live(self, through: date, *, nightly: bool) -> Self:
        """Live through a day, reckoned every night or only when something is done."""
        for day in self.life.days(through):
            if nightly:
                self.reckon(day)
            for deed in self.life.deeds_on(day):
                self.reckon(day)
                self.could.append(self._do(deed, UUID(int=len(self.could) + 1), day))
            self.evenings[day] = totals_of(self.state)
        self.reckon(through)
        return self

    def entries(self) -> list[Entry]:
        return [written.entry for written in self.written]

    def reckon(self, today: date) -> None:
        step = accrual.advance(self.state, self.plan, today)
        self.state = step.state
        self.broken += step.unmet
        self._write(step.entries, today)

    def _write(self, entries: Iterable[Entry], today: date) -> None:
        self.written += [Written(entry, today) for entry in entries]

    def _do(self, deed: Deed, trip: UUID, today: date) -> bool:
        if deed.what == "hold":
            return self._hold(deed, trip, today)
        if deed.what == "hospital":
            stay = AbsenceSpan("hospital", *deed.stay(today))
            self.plan = replace(self.plan, absences=(*self.plan.absences, stay))
            return True
        if deed.which >= len(self.trips):
            return False
        gone, on = self.trips.pop(deed.which)
        if deed.what == "cancel":
            over = ledger.release(self.state, gone, today=today, reason="cancel")
        else:
            over = ledger.settle(self.state, gone, deed.minutes, on=on, today=today, reason="trip")
        after = ledger.apply(self.state, *over)
        lapsed = ledger.expire(after, today)
        left = tuple(pledge for pledge in self.state.pledges if pledge.trip != gone)
        self.state = replace(ledger.apply(after, *lapsed), pledges=left)
        self._write([*over, *lapsed], today)
        return True

    def _hold(self, deed: Deed, trip: UUID, today: date) -> bool:
        on = today + timedelta(days=deed.ahead)
        try:
            entries, self.state = promises.book(
                self.state, self.plan, trip, deed.minutes, on=on, today=today
            )
        except InsufficientMinutes:
            return False
        self.trips.append((trip, on))
        self._write(entries, today)
        return True


class PlainDiary:
    """The same life on a plain card, night by night; `evenings` is the card as each day ended."""

    def __init__(self, life: Life, through: date) -> None:
        self.card = PlainCard(life.rules)
        self.card.grants = [(life.first, life.last, life.rules.minutes)]
        self.card.hospital = list(life.away)
        self.trips: list[tuple[UUID, date]] = []
        self.evenings: dict[date, Totals] = {}
        self.could: list[bool] = []
        self.broken: list[UUID] = []
        for day in life.days(through):
            self.broken += self.card.reckon(day)
            for deed in life.deeds_on(day):
                self.could.append(self._do(deed, UUID(int=len(self.could) + 1), day))
            self.evenings[day] = self.totals()

    def totals(self) -> Totals:
        return {(lot.source, lot.day): lot.totals for lot in self.card.lots}

    def _do(self, deed: Deed, trip: UUID, today: date) -> bool:
        if deed.what == "hold":
            on = today + timedelta(days=deed.ahead)
            if self.card.can_book(deed.minutes, on, today):
                self.card.book(trip, deed.minutes, on)
                self.trips.append((trip, on))
                return True
            return False
        if deed.what == "hospital":
            self.card.hospital.append(deed.stay(today))
            return True
        if deed.which >= len(self.trips):
            return False
        gone, on = self.trips.pop(deed.which)
        if deed.what == "cancel":
            self.card.release(gone, today)
        else:
            self.card.charge(gone, deed.minutes, on, today)
        return True


def totals_of(state: CardState) -> Totals:
    return {
        (lot.source.value, lot.credited_on): (lot.granted, lot.held, lot.used, lot.expired)
        for lot in state.lots
    }
