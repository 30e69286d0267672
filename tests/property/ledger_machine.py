"""The stored ledger against a plain card: services driven in any order, on both databases."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from klippekort.citizens.services.absences import record_absence
from klippekort.domain.calendar import instant
from klippekort.domain.corrections import Correction
from klippekort.domain.errors import CardClosed, InsufficientMinutes
from klippekort.municipalities.models import Municipality
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import advance_cards
from klippekort.punchcards.models import CardTask
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.bookings import charge_minutes, hold_minutes, release_minutes
from klippekort.punchcards.services.cards import AlreadyGranted, end_card, grant_card
from klippekort.punchcards.services.corrections import Wish, correct_card
from tests.builders import a_scheme
from tests.cast import HOME, Cast
from tests.property.plain_card import DAY, PlainCard, PlainRules, as_terms
from tests.property.stored_card import (
    UNDONE,
    Row,
    assert_chained,
    entries_of,
    everything,
    lots_of,
    pledges_of,
    sums_of,
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
# How a trip may end: cancelled, or charged with what it took.
ENDINGS = st.none() | st.integers(0, 250)


class Town(NamedTuple):
    """Who is there, the schemes by name, and a count of what was done, over all examples."""

    cast: Cast
    schemes: dict[str, UUID]
    done: Counter[str]


class CardMachine(RuleBasedStateMachine):
    """A card is given, filled, booked, charged and ended while days pass, seen or unseen."""

    town: ClassVar[Town]

    def __init__(self) -> None:
        super().__init__()
        self.cast, self.schemes, self.done = self.town
        self.savepoint: Any = db.engines[None].begin_nested()  # type: ignore[attr-defined]
        self.acting = acting_for(HOME)
        self.acting.__enter__()
        self.day, self.number = BEGINS, 0
        self.trips: dict[UUID, date] = {}
        self.pressed: list[tuple[Callable[[], Any], Any]] = []
        self.seen: list[Row] = []
        self.broken: set[UUID] = set()

    def teardown(self) -> None:
        self.acting.__exit__(None, None, None)
        db.session.remove()
        self.savepoint.rollback()

    @property
    def now(self) -> datetime:
        return instant(self.day, time(9))

    def _new(self) -> UUID:
        self.number += 1
        return UUID(int=self.number)

    def _press(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a service under a key of its own and keep the press, so that it can be repeated."""
        key, content = str(self._new()), (args[1:], kwargs)

        def press() -> Any:
            return execute(service, *args, key=key, content=content, **kwargs)

        answer = press()
        self.pressed.append((press, answer))
        self.done[service.__name__] += 1
        return answer

    def _reckon(self) -> None:
        """The plain card catches up, as every service makes the stored one do first."""
        broken = self.card.reckon(self.day)
        self.broken |= set(broken)
        self.done["broken"] += len(broken)

    def _is_over(self) -> bool:
        return self.card.closed is not None and self.card.closed < self.day

    @initialize(
        name=st.sampled_from(sorted(SCHEMES)),
        begins=st.integers(-20, 9),
        rate=st.none() | st.sampled_from([0, 20, 90]),
        lasts=st.none() | st.integers(0, 90),
    )
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
            self.cast.ellen,
            self.schemes[self.scheme],
            from_on=first,
            minutes=rate,
            until_on=last,
            now=self.now,
        )
        self.card_id = UUID(made)
        self.card.closed = None
        self.card.grants.append((first, last, self.card.rules.minutes if rate is None else rate))
        self._reckon()

    @rule(begins=st.integers(0, 9), rate=st.none() | st.sampled_from([30]))
    def give_again(self, begins: int, rate: int | None) -> None:
        first = self.day + timedelta(days=begins)
        still = any(last is None or last >= first for _, last, _ in self.card.grants)
        if self.card.closed is None and still:
            with pytest.raises(AlreadyGranted):
                self._grant(first, rate, None)
            return
        self._grant(first, rate, None)
        self.done["given again"] += 1

    @rule(
        minutes=st.integers(1, 200),
        age=st.integers(0, 60),
        last=st.none() | st.integers(-10, 40),
    )
    def bring_along(self, minutes: int, age: int, last: int | None) -> None:
        since = self.day - timedelta(days=age)
        until = None if last is None else self.day + timedelta(days=last)
        lots = [OpeningLot(minutes, since, until)]
        if self._is_over():
            with pytest.raises(CardClosed):
                self._press(carry_over, self.cast.asta, self.card_id, lots, now=self.now)
            return
        added = self._press(carry_over, self.cast.asta, self.card_id, lots, now=self.now)
        self._reckon()
        assert added == self.card.carry_over(minutes, since, until, self.day)

    @rule(days=st.integers(1, 6) | st.just(40), is_worker_up=st.booleans())
    def days_pass(self, days: int, is_worker_up: bool) -> None:
        """Whether the worker ran every night or not at all shows in nothing that comes after."""
        for _ in range(days):
            self.day += DAY
            if is_worker_up and days < 40:
                outcome = advance_cards(self.day, self.now)
                assert outcome.failed == 0, outcome
                if self.card.closed is None:
                    self._reckon()
                    self.done["nights"] += 1

    @rule(ahead=st.integers(1, 10), length=st.integers(0, 20))
    def goes_to_hospital(self, ahead: int, length: int) -> None:
        if len(self.card.hospital) > 3:
            return
        first = self.day + timedelta(days=ahead)
        last = first + timedelta(days=length)
        if any(first <= until and begins <= last for begins, until in self.card.hospital):
            return
        self._press(
            record_absence, self.cast.asta, self.cast.ellen, "hospital", first, last, self.now
        )
        self.card.hospital.append((first, last))

    @rule(minutes=st.integers(1, 60) | st.integers(60, 150), ahead=st.integers(0, 40))
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
            with pytest.raises(CardClosed):
                press()
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
            with pytest.raises(InsufficientMinutes):
                press()
            self.done["refused"] += 1

    @rule(more=st.integers(1, 30))
    def hope_in_vain(self, more: int) -> None:
        """A trip counts on the time of a week that is then spent in hospital."""
        on = self.day + timedelta(days=8)
        self.book(minutes=self.card.available(on) + more, ahead=8)
        if self.card.pledges:
            self.goes_to_hospital(ahead=1, length=9)
            self.days_pass(days=9, is_worker_up=bool(more % 2))

    @precondition(lambda self: self.trips)
    @rule(data=st.data(), minutes=ENDINGS)
    def is_over(self, data: st.DataObject, minutes: int | None) -> None:
        """A trip is cancelled, or charged with the minutes it took: none, too many, or between."""
        trip = data.draw(st.sampled_from(sorted(self.trips)))
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

    @rule(data=st.data(), minutes=st.integers(1, 50), ahead=st.integers(0, 9), ending=ENDINGS)
    def go_out(self, data: st.DataObject, minutes: int, ahead: int, ending: int | None) -> None:
        """A trip is booked, its day comes, and it is over."""
        self.book(minutes=minutes, ahead=ahead)
        self.days_pass(days=max(ahead, 1), is_worker_up=bool(minutes % 2))
        if self.trips:
            self.is_over(data=data, minutes=ending)

    def _correct(self, wish: Wish) -> dict[str, Any] | None:
        """Put the card right, and return what came of it; None when the card has ended."""
        if self.card.closed is not None:
            with pytest.raises(CardClosed):
                self._press(correct_card, self.cast.karen, self.card_id, wish, now=self.now)
            return None
        self._reckon()
        done: dict[str, Any] = self._press(
            correct_card, self.cast.karen, self.card_id, wish, now=self.now
        )
        assert done["outcome"] == "applied"
        return done

    @rule(minutes=st.integers(1, 90), last=st.none() | st.integers(0, 30))
    def give_by_hand(self, minutes: int, last: int | None) -> None:
        if ("adjustment", self.day) in {(lot.source, lot.day) for lot in self.card.lots}:
            return
        until = None if last is None else self.day + timedelta(days=last)
        if self._correct(Wish(Correction.ADD, minutes, "mistake", last_on=until)):
            self.card.add(minutes, self.day, until)

    @rule(minutes=st.integers(1, 200))
    def take_by_hand(self, minutes: int) -> None:
        if done := self._correct(Wish(Correction.TAKE, minutes, "mistake")):
            taken = self.card.take(minutes, self.day)
            assert (done["moved"], done["waived"]) == (taken, minutes - taken)

    @rule(data=st.data())
    def counter(self, data: st.DataObject) -> None:
        gone = {row.reverses for row in self.seen}
        able = [row for row in self.seen if row.kind in UNDONE and row.id not in gone]
        if not able:
            return
        row = data.draw(st.sampled_from(able))
        wish = Wish(Correction.REVERSE, row.minutes, "mistake", entry_id=row.id)
        if done := self._correct(wish):
            back = self.card.counter(row.kind, row.minutes, row.lot, self.day)
            assert (done["moved"], done["waived"]) == (back, row.minutes - back)

    @precondition(lambda self: self.card.closed is None and self.number > 20)
    @rule(days=st.integers(0, 3), rate=st.none() | st.sampled_from([30]))
    def leave_and_come_back(self, days: int, rate: int | None) -> None:
        """Within the week as a rule, which has brought its time already."""
        self.end()
        if days:
            self.days_pass(days=days, is_worker_up=bool(days % 2))
        self.give_again(begins=0, rate=rate)

    @precondition(lambda self: self.card.closed is None and self.number > 30)
    @rule()
    def end(self) -> None:
        self._press(end_card, self.cast.asta, self.card_id, reason="moved", now=self.now)
        self._reckon()
        self.broken |= set(self.card.pledges)
        self.card.end(self.day)

    @rule(data=st.data())
    def press_again(self, data: st.DataObject) -> None:
        press, answer = data.draw(st.sampled_from(self.pressed))
        before = everything(self.card_id)
        assert press() == answer
        assert everything(self.card_id) == before
        self.done["pressed again"] += 1

    @invariant()
    def the_stored_card_is_the_plain_card(self) -> None:
        stored, rows = lots_of(), entries_of()
        assert stored == {(lot.source, lot.day): lot.totals for lot in self.card.lots}
        assert pledges_of() == self.card.pledges
        for granted, held, used, expired in stored.values():
            assert min(held, used, expired, granted - held - used - expired) >= 0
        assert sums_of(rows) == stored
        assert rows[: len(self.seen)] == self.seen
        assert_chained(rows)
        assert proof.verify_card(self.card_id) == []
        self.done.update(row.kind for row in rows[len(self.seen) :])
        self.seen = rows

    @invariant()
    def a_broken_promise_is_somebody_s_task(self) -> None:
        asked = select(CardTask.subject).filter_by(kind="review", rule="pledge")
        assert set(db.session.scalars(asked)) == {str(trip) for trip in self.broken}


def _without_second_person(municipality_id: int) -> None:
    found = select(Municipality).filter_by(id=municipality_id)
    db.session.scalars(found).one().correction_limit = 10_000


def run_the_machine(cast: Cast, examples: int) -> Counter[str]:
    """Let so many made-up lives be lived on the stored card and the plain one; count the deeds."""
    schemes = {name: a_scheme(as_terms(rules), name=name) for name, rules in SCHEMES.items()}
    execute(_without_second_person, HOME)
    done: Counter[str] = Counter()

    class HereMachine(CardMachine):
        town = Town(cast, schemes, done)

    run_state_machine_as_test(
        HereMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            # Shrinking and explaining a failure would take longer than a test may.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return done
