"""A card as of a day, as it was known on another: only what had happened, or was known, counts."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain import ledger
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.history import Tally, Totals, Written, as_of, effect_on_free
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source

DAY = date(2026, 11, 2)
TRIP = UUID(int=7)


def _after(days: int) -> date:
    return DAY + timedelta(days=days)


def _lot(name: str, on: date = DAY, last: date | None = None) -> Lot:
    return Lot(Source.ACCRUAL, name, on, last)


def _credit(name: str, minutes: int, on: date = DAY) -> Entry:
    return ledger.credit(_lot(name, on), minutes, reason="accrual")


def _on(
    kind: EntryKind, minutes: int, on: date, name: str = "a", trip: UUID | None = None
) -> Entry:
    return Entry(kind, minutes, on, f"accrual:{name}", "x", trip)


def _at_once(*entries: Entry) -> list[Written]:
    return [Written(entry, entry.effective_on) for entry in entries]


def test_what_came_later_does_not_count() -> None:
    history = _at_once(_credit("a", 30), _credit("b", 30, _after(7)))
    assert as_of(history, _after(6)).available(_after(6)) == 30


def test_the_day_itself_counts() -> None:
    history = _at_once(_credit("a", 30), _credit("b", 30, _after(7)))
    assert as_of(history, _after(7)).available(_after(7)) == 60


def test_before_the_first_entry_the_card_is_empty() -> None:
    assert as_of(_at_once(_credit("a", 30)), _after(-1)) == CardState()


def test_what_was_written_later_was_not_known() -> None:
    late = Written(_credit("b", 30), _after(3))
    history = [*_at_once(_credit("a", 30)), late]
    known = [as_of(history, _after(5), _after(day)).available(_after(5)) for day in (2, 3)]
    assert known == [30, 60]


def test_without_a_day_of_knowing_everything_is_known() -> None:
    assert as_of([Written(_credit("a", 30), _after(90))], _after(1)).available(_after(1)) == 30


def test_time_that_was_set_aside_is_held_on_that_day() -> None:
    history = _at_once(
        _credit("a", 60),
        _on(EntryKind.HOLD, 40, _after(1), trip=TRIP),
        _on(EntryKind.SPEND, 40, _after(5), trip=TRIP),
    )
    before, after = as_of(history, _after(2)), as_of(history, _after(5))
    assert (before.held(), before.available(_after(2))) == (40, 20)
    assert (after.held(), after.holds, after.lot("accrual:a").used) == (0, (), 40)


def test_what_is_dated_before_what_it_moves_waits_for_it() -> None:
    history = [
        Written(_credit("a", 60, _after(3)), _after(3)),
        Written(_on(EntryKind.ADJUST_DOWN, 20, _after(1)), _after(4)),
    ]
    assert as_of(history, _after(2)) == CardState()
    assert as_of(history, _after(3)).available(_after(3)) == 40


def test_what_takes_more_than_had_come_by_then_is_left_out() -> None:
    history = [
        Written(_credit("a", 60), DAY),
        Written(_on(EntryKind.HOLD, 50, _after(1), trip=TRIP), _after(1)),
        Written(_on(EntryKind.RELEASE, 50, _after(4), trip=TRIP), _after(4)),
        Written(_on(EntryKind.ADJUST_DOWN, 30, _after(2)), _after(5)),
    ]
    assert as_of(history, _after(3)).available(_after(3)) == 10
    assert as_of(history, _after(4)).available(_after(4)) == 30


def test_an_entry_on_a_lot_that_is_not_there_is_refused() -> None:
    with pytest.raises(InsufficientMinutes):
        Tally().add(_on(EntryKind.HOLD, 10, DAY))


def test_totals_take_nothing_that_is_not_there() -> None:
    totals = Totals()
    totals.add("a", EntryKind.CREDIT, 60)
    totals.add("a", EntryKind.HOLD, 20)
    with pytest.raises(InsufficientMinutes):
        totals.add("a", EntryKind.SPEND, 21)
    with pytest.raises(InsufficientMinutes):
        totals.add("b", EntryKind.HOLD, 1)
    assert totals.pop("a") == (60, 20, 0, 0)
    assert totals.pop("b") == (0, 0, 0, 0)
    assert totals.rest() == []


@pytest.mark.parametrize("lot", ["a", None])
def test_totals_take_no_word_that_no_entry_has(lot: str | None) -> None:
    with pytest.raises((KeyError, ValueError)):
        Totals().add(lot, "gift", 60)


def test_a_reversal_of_nothing_is_no_entry() -> None:
    with pytest.raises(KeyError):
        Totals().add("a", EntryKind.REVERSE, 60)


@st.composite
def _histories(draw: st.DrawFn) -> list[Entry]:
    """Return what a card may go through, day by day."""
    state, entries, trips = CardState(), list[Entry](), list[UUID]()

    def do(new: list[Entry]) -> None:
        nonlocal state
        state = ledger.apply(state, *new)
        entries.extend(new)

    for number in range(draw(st.integers(1, 12))):
        day = _after(number * 2)
        last = day + timedelta(days=draw(st.integers(0, 15)))
        do(ledger.expire(state, day))
        do([ledger.credit(_lot(str(number), day, last), draw(st.integers(1, 90)), reason="x")])
        free = state.available(day)
        if free and draw(st.booleans()):
            trips.append(UUID(int=number + 1))
            minutes = draw(st.integers(1, free))
            do(ledger.hold(state, trips[-1], minutes, on=day, today=day))
        elif trips:
            trip, minutes = trips.pop(), draw(st.integers(1, 120))
            do(ledger.settle(state, trip, minutes, on=day, today=day, reason="trip"))
    return entries


def _prefixes(entries: list[Entry]) -> Iterator[tuple[date, list[Entry]]]:
    for day in sorted({entry.effective_on for entry in entries}):
        yield day, [entry for entry in entries if entry.effective_on <= day]


@given(_histories())
def test_totals_are_those_of_the_replay(entries: list[Entry]) -> None:
    totals = Totals()
    for entry in entries:
        totals.add(entry.lot, entry.kind, entry.minutes, entry.undoes)
    for lot in ledger.replay(entries).lots:
        assert totals.pop(lot.key) == (lot.granted, lot.held, lot.used, lot.expired)
    assert totals.rest() == []


@given(_histories())
def test_as_of_any_day_is_the_replay_of_what_had_happened(entries: list[Entry]) -> None:
    for day, had_happened in _prefixes(entries):
        found, replayed = as_of(_at_once(*entries), day), ledger.replay(had_happened)
        assert found.lots == replayed.lots
        assert set(found.holds) == set(replayed.holds)


@given(_histories())
def test_as_known_on_any_day_is_the_replay_of_what_was_written(entries: list[Entry]) -> None:
    written = [Written(entry, entry.effective_on + timedelta(days=3)) for entry in entries]
    for day, had_happened in _prefixes(entries):
        known = as_of(written, date.max, day + timedelta(days=3))
        assert known.lots == ledger.replay(had_happened).lots


@given(_histories())
def test_the_free_minutes_are_the_sum_of_what_each_line_does_to_them(entries: list[Entry]) -> None:
    free = sum(entry.minutes * effect_on_free(entry.kind) for entry in entries)
    assert free == sum(lot.free for lot in ledger.replay(entries).lots)


@pytest.mark.parametrize(
    ("undone", "effect"),
    [
        (EntryKind.SPEND, 1),
        (EntryKind.FORFEIT, 1),
        (EntryKind.CREDIT, -1),
        (EntryKind.ADJUST_UP, -1),
    ],
)
def test_a_countered_line_does_the_opposite(undone: EntryKind, effect: int) -> None:
    assert effect_on_free(EntryKind.REVERSE, undone) == effect
