"""The ledger against a plain model: whatever is done, no minute is lost, made or spent twice."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from klippekort.domain import ledger
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source

START = date(2026, 1, 5)


class LedgerMachine(RuleBasedStateMachine):
    """Credits, bookings, finishes, cancellations and passing days, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.day, self.entries = CardState(), START, list[Entry]()
        self.model: dict[str, int] = {}  # free minutes of each lot
        self.booked: dict[UUID, date] = {}
        self.number = 0

    def _do(self, entries: list[Entry]) -> None:
        self.state = ledger.apply(self.state, *entries)
        self.entries += entries

    @rule(minutes=st.integers(1, 120), weeks=st.one_of(st.none(), st.integers(1, 9)))
    def credit(self, minutes: int, weeks: int | None) -> None:
        self.number += 1
        last = self.day + timedelta(weeks=weeks) if weeks else None
        lot = Lot(Source.ACCRUAL, str(self.number), self.day, last, "rolling" if last else None)
        self._do([ledger.credit(lot, minutes, reason="accrual")])
        self.model[lot.key] = minutes

    @rule(minutes=st.integers(1, 300), ahead=st.integers(0, 30))
    def book(self, minutes: int, ahead: int) -> None:
        on, trip = self.day + timedelta(days=ahead), UUID(int=len(self.entries) + 1)
        available = self.state.available(on)
        if minutes > available:
            with pytest.raises(InsufficientMinutes) as refusal:
                ledger.hold(self.state, trip, minutes, on=on, today=self.day)
            assert refusal.value.available == available
            return
        entries = ledger.hold(self.state, trip, minutes, on=on, today=self.day)
        order = [self.state.lot(e.lot or "").expires_on or date.max for e in entries]
        assert order == sorted(order)
        for entry in entries:
            self.model[entry.lot or ""] -= entry.minutes
        self._do(entries)
        self.booked[trip] = on

    @precondition(lambda self: self.booked)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        trip = data.draw(st.sampled_from(sorted(self.booked)))
        entries = ledger.release(self.state, trip, today=self.day, reason="cancel")
        for entry in entries:
            self.model[entry.lot or ""] += entry.minutes
        self._do(entries)
        del self.booked[trip]

    @precondition(lambda self: self.booked)
    @rule(data=st.data(), minutes=st.integers(0, 400))
    def finish(self, data: st.DataObject, minutes: int) -> None:
        trip = data.draw(st.sampled_from(sorted(self.booked)))
        on = self.booked.pop(trip)
        held = sum(hold.minutes for hold in self.state.holds if hold.trip == trip)
        entries = ledger.settle(self.state, trip, minutes, on=on, today=self.day, reason="trip")
        for entry in entries:
            sign = {EntryKind.RELEASE: 1, EntryKind.HOLD: -1}.get(entry.kind, 0)
            if entry.lot:
                self.model[entry.lot] += sign * entry.minutes
        spent = sum(e.minutes for e in entries if e.kind is EntryKind.SPEND)
        waived = sum(e.minutes for e in entries if e.kind is EntryKind.WAIVE)
        assert spent + waived == minutes
        assert spent >= min(held, minutes)
        self._do(entries)

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)
        entries = ledger.expire(self.state, self.day)
        for entry in entries:
            assert self.model[entry.lot or ""] == entry.minutes
            self.model[entry.lot or ""] = 0
        self._do(entries)

    @invariant()
    def lots_hold_what_the_model_holds(self) -> None:
        assert {lot.key: lot.free for lot in self.state.lots} == self.model

    @invariant()
    def nothing_is_below_zero(self) -> None:
        for lot in self.state.lots:
            assert min(lot.granted, lot.held, lot.used, lot.expired, lot.free) >= 0

    @invariant()
    def every_minute_is_somewhere(self) -> None:
        came = sum(e.minutes for e in self.entries if e.kind is EntryKind.CREDIT)
        kept = sum(lot.free + lot.held + lot.used + lot.expired for lot in self.state.lots)
        assert came == kept

    @invariant()
    def holds_and_lots_agree(self) -> None:
        assert sum(hold.minutes for hold in self.state.holds) == self.state.held()

    @invariant()
    def the_entries_make_the_card(self) -> None:
        again = ledger.replay(self.entries)
        assert sorted(again.lots, key=lambda lot: lot.key) == sorted(
            self.state.lots, key=lambda lot: lot.key
        )


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)


@given(st.integers(1, 500), st.integers(0, 500))
def test_a_reversed_spend_is_free_again(granted: int, spent: int) -> None:
    spent = min(spent, granted)
    trip = UUID(int=1)
    lot = Lot(Source.ACCRUAL, "w", START)
    state = ledger.apply(CardState(), ledger.credit(lot, granted, reason="accrual"))
    if not spent:
        return
    held = ledger.hold(state, trip, spent, on=START, today=START)
    state = ledger.apply(state, *held)
    state = ledger.apply(
        state, *ledger.settle(state, trip, spent, on=START, today=START, reason="trip")
    )
    undo = Entry(EntryKind.REVERSE, spent, START, lot.key, "mistake", trip, None, EntryKind.SPEND)
    assert ledger.apply(state, undo).available(START) == granted


def _a_card(minutes: int, last: date | None = None) -> CardState:
    lot = Lot(Source.ACCRUAL, "w", START, last, "rolling" if last else None)
    return ledger.apply(CardState(), ledger.credit(lot, minutes, reason="accrual"))


def _held(state: CardState, trip: UUID, minutes: int) -> CardState:
    entries = ledger.hold(state, trip, minutes, on=START, today=START)
    return ledger.apply(state, *entries)


def test_time_is_there_on_its_last_day_and_lapses_on_the_next() -> None:
    last = START + timedelta(days=7)
    state = _a_card(60, last)
    assert (state.available(last), ledger.expire(state, last)) == (60, [])
    lapsed = ledger.expire(state, last + timedelta(days=1))
    assert [(entry.kind, entry.minutes) for entry in lapsed] == [(EntryKind.EXPIRE, 60)]


def test_held_time_neither_lapses_nor_is_held_once_more() -> None:
    state = _held(_a_card(60, START), UUID(int=1), 40)
    assert [entry.minutes for entry in ledger.expire(state, START + timedelta(days=1))] == [20]
    with pytest.raises(InsufficientMinutes) as refusal:
        ledger.hold(state, UUID(int=2), 30, on=START, today=START)
    assert refusal.value.available == 20


def test_a_trip_that_is_called_off_gives_its_own_time_back() -> None:
    first, second = UUID(int=1), UUID(int=2)
    state = _held(_held(_a_card(60), first, 20), second, 30)
    state = ledger.apply(state, *ledger.release(state, first, today=START, reason="cancel"))
    assert [(hold.trip, hold.minutes) for hold in state.holds] == [(second, 30)]
    assert state.available(START) == 30


def test_no_entry_takes_a_lot_below_zero() -> None:
    state = _held(_a_card(60), UUID(int=1), 40)
    lost = Entry(EntryKind.FORFEIT, 21, START, state.lots[0].key, "cap")
    with pytest.raises(InsufficientMinutes):
        ledger.apply(state, lost)


@given(st.permutations(["brought", "came", "given"]), st.integers(1, 89))
def test_lots_of_one_age_are_charged_in_the_order_they_were_set_aside(
    names: list[str], charged: int
) -> None:
    """Whatever order the database gives a trip's holds in."""
    state, trip = CardState(), UUID(int=1)
    for name in sorted(names):
        lot = Lot(Source.ACCRUAL, name, START, None, None)
        state = ledger.apply(state, ledger.credit(lot, 30, reason="accrual"))
    held = ledger.hold(state, trip, 90, on=START, today=START)
    state = ledger.apply(state, *held)
    order = {f"accrual:{name}": place for place, name in enumerate(names)}
    mixed = replace(state, holds=tuple(sorted(state.holds, key=lambda hold: order[hold.lot])))
    found = ledger.settle(mixed, trip, charged, on=START, today=START, reason="trip")
    spent = [entry.lot for entry in found if entry.kind is EntryKind.SPEND]
    assert spent == [entry.lot for entry in held][: len(spent)]
