"""The stored ledger against a plain card: services driven in any order, on both databases.

Chance chooses from a seed, so that any life can be lived again by its number. Nobody shrinks a
failure, and what is drawn costs next to nothing beside what is done with it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.citizens.services.absences import record_absence
from klippekort.domain.calendar import instant
from klippekort.domain.corrections import Correction
from klippekort.domain.errors import CardClosed, DomainError, InsufficientMinutes
from klippekort.municipalities.models import Municipality
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.bookings import charge_minutes, hold_minutes, release_minutes
from klippekort.punchcards.services.cards import end_card, grant_card
from klippekort.punchcards.services.corrections import Wish, correct_card
from klippekort.punchcards.services.granting import AlreadyGranted
from tests.builders import a_scheme
from tests.cast import HOME, Cast, make_citizen
from tests.property.plain_card import DAY, PlainCard, PlainRules, as_terms
from tests.property.stored_card import (
    UNDONE,
    Row,
    Totals,
    add_up,
    assert_chained,
    entries_of,
    everything,
    lots_of,
    pledges_of,
    reviews_of,
)

# Begins on a Wednesday and walks over New Year and week 53.
BEGINS = date(2026, 11, 18)
SCHEMES = {
    "refuses": PlainRules(minutes=30, cap=120, weeks=5),
    "oldest": PlainRules(
        minutes=45, cap=200, cap_weeks=3, oldest_lapse=True, year_end=True, at_once=False
    ),
    "from grant": PlainRules(minutes=60, cap_weeks=4, from_monday=False, weeks=8, year_end=True),
}
LONGEST = 80  # moves in a life


class Chance(Random):
    """A seeded die that likes the ends of what it may choose from."""

    def between(self, low: int, high: int) -> int:
        """Return a number between two, both included."""
        return self.choice((low, high)) if self.random() < 0.1 else self.randint(low, high)

    def perhaps(self, low: int, high: int) -> int | None:
        """Return such a number, or None."""
        return None if self.random() < 0.4 else self.between(low, high)

    def coin(self) -> bool:
        """Return yes or no."""
        return self.random() < 0.5


@dataclass
class Town:
    """Who is there, the schemes by name, and a count of what was done, over all lives."""

    cast: Cast
    schemes: dict[str, UUID]
    done: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


class Life:
    """A card is given, filled, booked, charged and ended while days pass, seen or unseen."""

    def __init__(self, town: Town, number: int) -> None:
        self.town, self.cast, self.done = town, town.cast, town.done
        self.chance = Chance(number)
        self.day, self.moves = BEGINS, 0
        self.trips: dict[UUID, date] = {}
        self.pressed: list[tuple[Callable[[], Any], Any]] = []
        self.seen: list[Row] = []
        self.sums: Totals = {}
        self.broken: set[UUID] = set()
        self.told: list[str] = []
        # Every life has its own habits: what one never does, another does all the time.
        self.weights = {name: self.chance.choice((0, 1, 1, 2, 5)) for name in DRAWN}
        self.weights["days_pass"] = max(1, self.weights["days_pass"])

    def live(self) -> None:
        """Live until the last move, and prove the card."""
        self.citizen = execute(self._be_born)
        self.move("give")
        for _ in range(self.chance.randint(20, LONGEST)):
            self.move(*self.chance.choices(list(self.weights), list(self.weights.values())))
        if self.card.closed is None:
            self.end()
            self.look()
        rows = entries_of(self.card_id)
        assert rows == self.seen
        assert_chained(rows)
        assert proof.verify_card(self.card_id) == []

    def _be_born(self) -> UUID:
        names = ("Ellen", f"Holm {next(self.town.numbers)}")
        return make_citizen(*names, supplier=self.cast.supplier, district=self.cast.north)

    def move(self, name: str) -> None:
        """Make a move that chance chose, and look what became of the card."""
        values = (GIVEN if name == "give" else DRAWN[name])(self.chance)
        said = ", ".join(f"{key}={value!r}" for key, value in values.items())
        self.told.append(f"{self.day} {name}({said})")
        getattr(self, name)(**values)
        self.moves += 1
        self.look()

    def look(self) -> None:
        """See that the stored card is the plain one, and a broken promise somebody's task."""
        new = entries_of(self.card_id, len(self.seen))
        self.done.update(row.kind for row in new)
        self.seen += new
        add_up(self.sums, new)
        stored = lots_of(self.card_id)
        assert stored == {(lot.source, lot.day): lot.totals for lot in self.card.lots}
        assert stored == self.sums
        for granted, held, used, expired in stored.values():
            assert min(held, used, expired, granted - held - used - expired) >= 0
        assert pledges_of(self.card_id) == self.card.pledges
        assert reviews_of(self.card_id) == self.broken

    @property
    def now(self) -> datetime:
        return instant(self.day, time(9))

    def _new(self) -> UUID:
        return UUID(int=next(self.town.numbers))

    def _press(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a service under a key of its own and keep the press, so that it can be repeated."""
        key, content = str(self._new()), (args[1:], kwargs)

        def press() -> Any:
            self.done["operations"] += 1
            return execute(service, *args, key=key, content=content, **kwargs)

        answer = press()
        self.pressed.append((press, answer))
        self.done[service.__name__] += 1
        return answer

    def _refused(self, why: type[DomainError], press: Callable[[], object]) -> None:
        with pytest.raises(why):
            press()
        self.done[why.__name__] += 1

    def _reckon(self) -> None:
        """The plain card catches up, as every service makes the stored one do first."""
        self._are_broken(self.card.reckon(self.day))

    def _are_broken(self, trips: list[UUID]) -> None:
        self.broken |= set(trips)
        self.done["broken"] += len(trips)

    def _is_over(self) -> bool:
        return self.card.closed is not None and self.card.closed < self.day

    def give(self, name: str, begins: int, rate: int | None, lasts: int | None) -> None:
        self.scheme = name
        self.card = PlainCard(SCHEMES[name])
        first = self.day + timedelta(days=begins)
        self._grant(first, rate, None if lasts is None else first + timedelta(days=lasts))
        self.bring_along(minutes=180, age=3, last=None)

    def _grant(self, first: date, rate: int | None, last: date | None) -> None:
        made = self._press(
            grant_card,
            self.cast.asta,
            self.citizen,
            self.town.schemes[self.scheme],
            from_on=first,
            minutes=rate,
            until_on=last,
            now=self.now,
        )
        self.card_id = UUID(made)
        minutes = self.card.rules.minutes if rate is None else rate
        self._are_broken(self.card.give(first, last, minutes, self.day))

    def give_again(self, begins: int, rate: int | None) -> None:
        first = self.day + timedelta(days=begins)
        still = any(last is None or last >= first for _, last, _ in self.card.grants)
        if self.card.closed is None and still:
            self._refused(AlreadyGranted, lambda: self._grant(first, rate, None))
            return
        self._grant(first, rate, None)
        self.done["given again"] += 1

    def bring_along(self, minutes: int, age: int, last: int | None) -> None:
        since = self.day - timedelta(days=age)
        until = None if last is None else self.day + timedelta(days=last)
        lots = [OpeningLot(minutes, since, until)]

        def press() -> Any:
            return self._press(carry_over, self.cast.asta, self.card_id, lots, now=self.now)

        if self._is_over():
            self._refused(CardClosed, press)
            return
        added = press()
        self._reckon()
        assert added == self.card.carry_over(minutes, since, until, self.day)

    def days_pass(self, days: int, is_worker_up: bool) -> None:
        """Whether the worker ran every night or not at all shows in nothing that comes after."""
        for _ in range(days):
            self.day += DAY
            if is_worker_up and days < 40:
                self._let_the_night_come()

    def _let_the_night_come(self) -> None:
        outcome = advance_cards(self.day, self.now)
        is_open = self.card.closed is None
        assert (outcome.expected, outcome.failed) == (int(is_open), 0), outcome
        if is_open:
            self._reckon()
            self.done["nights"] += 1
            self.done["operations"] += 1

    def goes_to_hospital(self, ahead: int, length: int) -> None:
        if len(self.card.hospital) > 3:
            return
        first = self.day + timedelta(days=ahead)
        last = first + timedelta(days=length)
        if any(first <= until and begins <= last for begins, until in self.card.hospital):
            return
        self._press(record_absence, self.cast.asta, self.citizen, "hospital", first, last, self.now)
        self._are_broken(self.card.go_to_hospital(first, last, self.day))

    def book(self, minutes: int, ahead: int) -> None:
        on, trip = self.day + timedelta(days=ahead), self._new()

        def press() -> None:
            self._press(
                hold_minutes,
                self.cast.bo,
                self.card_id,
                trip,
                minutes,
                on=on,
                today=self.day,
                now=self.now,
            )

        if self._is_over():
            self._refused(CardClosed, press)
            return
        self._reckon()
        if self.card.can_book(minutes, on, self.day):
            press()
            self.card.book(trip, minutes, on)
            self.trips[trip] = on
            self.done["pledged"] += trip in self.card.pledges
        else:
            # A refusal undoes everything, so the reckoning is asked for apart from it.
            advance_cards(self.day, self.now)
            self._refused(InsufficientMinutes, press)
            self.done["refused"] += 1

    def hope_in_vain(self, more: int) -> None:
        """A trip counts on the time of a week that is then spent in hospital."""
        on = self.day + timedelta(days=8)
        self.book(minutes=self.card.available(on) + more, ahead=8)
        if self.card.pledges:
            self.goes_to_hospital(ahead=1, length=9)
            self.days_pass(days=9, is_worker_up=bool(more % 2))

    def is_over(self, minutes: int | None) -> None:
        """A trip is cancelled, or charged with the minutes it took: none, too many, or between."""
        if not self.trips:
            return
        trip = self.chance.choice(sorted(self.trips))
        on = self.trips.pop(trip)
        when = {"today": self.day, "now": self.now}
        who = (self.cast.bo, self.card_id, trip)
        if minutes is None:
            back = self._press(release_minutes, *who, reason="cancel_citizen", **when)
            self._reckon()
            assert back == self.card.release(trip, self.day)
            return
        paid = self._press(charge_minutes, *who, minutes, on=on, reason="trip", **when)
        self._reckon()
        assert tuple(paid) == self.card.charge(trip, minutes, on, self.day)
        self.done["waived"] += bool(paid[1])

    def go_out(self, minutes: int, ahead: int, ending: int | None) -> None:
        """A trip is booked, its day comes, and it is over."""
        self.book(minutes=minutes, ahead=ahead)
        self.days_pass(days=max(ahead, 1), is_worker_up=bool(minutes % 2))
        self.is_over(ending)

    def _correct(self, wish: Wish) -> dict[str, Any] | None:
        """Put the card right, and return what came of it; None when the card has ended."""

        def press() -> Any:
            return self._press(correct_card, self.cast.karen, self.card_id, wish, now=self.now)

        if self.card.closed is not None:
            self._refused(CardClosed, press)
            return None
        self._reckon()
        done: dict[str, Any] = press()
        assert done["outcome"] == "applied"
        return done

    def give_by_hand(self, minutes: int, last: int | None) -> None:
        if ("adjustment", self.day) in {(lot.source, lot.day) for lot in self.card.lots}:
            return
        until = None if last is None else self.day + timedelta(days=last)
        if self._correct(Wish(Correction.ADD, minutes, "mistake", last_on=until)):
            self.card.add(minutes, self.day, until)

    def take_by_hand(self, minutes: int) -> None:
        if done := self._correct(Wish(Correction.TAKE, minutes, "mistake")):
            taken = self.card.take(minutes, self.day)
            assert (done["moved"], done["waived"]) == (taken, minutes - taken)

    def counter(self) -> None:
        gone = {row.reverses for row in self.seen}
        able = [row for row in self.seen if row.kind in UNDONE and row.id not in gone]
        if not able:
            return
        row = self.chance.choice(able)
        wish = Wish(Correction.REVERSE, row.minutes, "mistake", entry_id=row.id)
        if done := self._correct(wish):
            plain = self.card.counter(row.kind, row.minutes, row.lot, self.day)
            assert (done["moved"], done["waived"]) == plain

    def leave_and_come_back(self, days: int, rate: int | None) -> None:
        """Within the week as a rule, which has brought its time already."""
        if self.card.closed is not None or self.moves < 15:
            return
        self.end()
        if days:
            self.days_pass(days=days, is_worker_up=bool(days % 2))
        self.give_again(begins=0, rate=rate)

    def end(self) -> None:
        if self.card.closed is not None or self.moves < 20:
            return
        self._press(end_card, self.cast.asta, self.card_id, reason="moved", now=self.now)
        self._reckon()
        self.broken |= set(self.card.pledges)
        self.card.end(self.day)

    def press_again(self) -> None:
        press, answer = self.chance.choice(self.pressed)
        before = everything(self.card_id)
        assert press() == answer
        assert everything(self.card_id) == before
        self.done["pressed again"] += 1


Draw = Callable[[Chance], dict[str, Any]]


def GIVEN(chance: Chance) -> dict[str, Any]:
    return {
        "name": chance.choice(sorted(SCHEMES)),
        "begins": chance.between(-20, 9),
        "rate": chance.choice((None, None, 0, 20, 90)),
        "lasts": chance.perhaps(0, 90),
    }


def _ending(chance: Chance) -> int | None:
    """How a trip may end: cancelled, or charged with what it took."""
    return chance.perhaps(0, 250)


def _minutes(chance: Chance) -> int:
    return chance.between(1, 60) if chance.coin() else chance.between(60, 150)


DRAWN: dict[str, Draw] = {
    "give_again": lambda die: {"begins": die.between(0, 9), "rate": die.choice((None, 30))},
    "bring_along": lambda die: {
        "minutes": die.between(1, 200),
        "age": die.between(0, 60),
        "last": die.perhaps(-10, 40),
    },
    "days_pass": lambda die: {
        "days": 40 if die.random() < 0.05 else die.between(1, 6),
        "is_worker_up": die.coin(),
    },
    "goes_to_hospital": lambda die: {"ahead": die.between(1, 10), "length": die.between(0, 20)},
    "book": lambda die: {"minutes": _minutes(die), "ahead": die.between(0, 40)},
    "hope_in_vain": lambda die: {"more": die.between(1, 30)},
    "is_over": lambda die: {"minutes": _ending(die)},
    "go_out": lambda die: {
        "minutes": die.between(1, 50),
        "ahead": die.between(0, 9),
        "ending": _ending(die),
    },
    "give_by_hand": lambda die: {"minutes": die.between(1, 90), "last": die.perhaps(0, 30)},
    "take_by_hand": lambda die: {"minutes": die.between(1, 200)},
    "counter": lambda die: {},
    "leave_and_come_back": lambda die: {
        "days": die.between(0, 3),
        "rate": die.choice((None, 30)),
    },
    "end": lambda die: {},
    "press_again": lambda die: {},
}


def _without_second_person(municipality_id: int) -> None:
    found = select(Municipality).filter_by(id=municipality_id)
    db.session.scalars(found).one().correction_limit = 10_000


def run_the_machine(cast: Cast, operations: int, first: int = 0) -> Town:
    """Live lives, by their numbers from `first` on, on the stored card and the plain one, until so
    many services were called; return the town, with a count of the deeds.

    The reckoning of a night is one too, and is counted apart as well.
    """
    schemes = {name: a_scheme(as_terms(rules), name=name) for name, rules in SCHEMES.items()}
    execute(_without_second_person, HOME)
    town = Town(cast, schemes)
    for number in count(first):
        if town.done["operations"] >= operations:
            return town
        life = Life(town, number)
        with acting_for(HOME), _told(life, number):
            life.live()
        db.session.remove()
        town.done["lives"] += 1
    raise AssertionError("unreachable")


@contextmanager
def _told(life: Life, number: int) -> Iterator[None]:
    try:
        yield
    except (Exception, pytest.fail.Exception) as fault:
        raise AssertionError("\n".join([f"life {number}:", *life.told])) from fault
