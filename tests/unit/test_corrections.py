"""Putting a card right: nobody is ever taken below zero, and what is not taken back is seen."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.domain import corrections, ledger
from klippekort.domain.corrections import NotReversible, needs_second
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source

TODAY = date(2026, 11, 23)
TRIP = UUID(int=7)


def _card(*free: int, days: int = 30) -> CardState:
    lots = tuple(
        Lot(Source.ACCRUAL, str(n), TODAY, TODAY + timedelta(days=days + n), "rolling", granted=m)
        for n, m in enumerate(free)
    )
    return CardState(lots)


def _entry(kind: EntryKind, minutes: int, lot: str | None = "accrual:0") -> Entry:
    return Entry(kind, minutes, TODAY, lot, "x", TRIP)


def _said(entries: list[Entry]) -> list[tuple[str, int]]:
    return [(entry.kind.value, entry.minutes) for entry in entries]


def test_added_time_is_a_lot_of_its_own() -> None:
    lot = Lot(Source.ADJUSTMENT, "1", TODAY)
    entries = corrections.add(lot, 45, reason="typing_error")
    after = ledger.apply(CardState(), *entries)
    assert _said(entries) == [("adjust_up", 45)]
    assert after.available(TODAY) == 45


def test_taken_time_is_taken_where_it_lapses_first() -> None:
    entries = corrections.take(_card(30, 60), 45, today=TODAY, reason="typing_error")
    assert [(e.lot, e.minutes) for e in entries] == [("accrual:0", 30), ("accrual:1", 15)]


def test_what_the_card_does_not_hold_is_waived() -> None:
    entries = corrections.take(_card(30), 45, today=TODAY, reason="typing_error")
    assert _said(entries) == [("adjust_down", 30), ("waive", 15)]
    assert ledger.apply(_card(30), *entries).available(TODAY) == 0


def test_an_empty_card_waives_it_all() -> None:
    assert _said(corrections.take(_card(), 45, today=TODAY, reason="x")) == [("waive", 45)]


def test_waiving_touches_no_lot() -> None:
    [entry] = corrections.waive(20, today=TODAY, reason="goodwill")
    assert (entry.kind, entry.minutes, entry.lot) == (EntryKind.WAIVE, 20, None)


def _spent(minutes: int, last: date | None = None) -> CardState:
    lot = Lot(Source.ACCRUAL, "0", TODAY, last, "rolling", granted=60, used=minutes)
    return CardState((lot,))


def test_a_reversed_spend_frees_the_minutes() -> None:
    target = _entry(EntryKind.SPEND, 40)
    entries = corrections.reverse(_spent(40), target, today=TODAY, reason="wrong_trip")
    assert _said(entries) == [("reverse", 40)]
    assert ledger.apply(_spent(40), *entries).available(TODAY) == 60


def test_a_reversed_spend_lapses_at_once_when_its_day_has_gone() -> None:
    state = _spent(60, TODAY - timedelta(days=1))
    entries = corrections.reverse(
        state, _entry(EntryKind.SPEND, 40), today=TODAY, reason="wrong_trip"
    )
    assert _said(entries) == [("reverse", 40), ("expire", 40)]
    assert corrections.outcome(entries).lapsed == 40


def test_a_reversed_credit_takes_what_is_left_and_waives_the_rest() -> None:
    target = _entry(EntryKind.CREDIT, 60)
    entries = corrections.reverse(_spent(45), target, today=TODAY, reason="typing_error")
    assert _said(entries) == [("reverse", 15), ("waive", 45)]
    found = corrections.outcome(entries)
    assert (found.moved, found.waived, found.lapsed) == (15, 45, 0)


def test_a_reversed_credit_that_is_all_used_is_only_waived() -> None:
    target = _entry(EntryKind.CREDIT, 60)
    entries = corrections.reverse(_spent(60), target, today=TODAY, reason="typing_error")
    assert _said(entries) == [("waive", 60)]


@pytest.mark.parametrize("kind", [EntryKind.ADJUST_DOWN, EntryKind.FORFEIT])
def test_what_was_taken_comes_back(kind: EntryKind) -> None:
    lost = 30 if kind is EntryKind.FORFEIT else 0
    lot = Lot(Source.ACCRUAL, "0", TODAY, None, None, granted=60, expired=lost)
    entries = corrections.reverse(
        CardState((lot,)), _entry(kind, 30), today=TODAY, reason="complaint"
    )
    free = ledger.apply(CardState((lot,)), *entries).available(TODAY)
    assert free == lot.free + 30


@pytest.mark.parametrize(
    "kind",
    [EntryKind.HOLD, EntryKind.RELEASE, EntryKind.EXPIRE, EntryKind.WAIVE, EntryKind.REVERSE],
)
def test_some_lines_cannot_be_countered(kind: EntryKind) -> None:
    with pytest.raises(NotReversible) as refusal:
        corrections.reverse(_card(60), _entry(kind, 10), today=TODAY, reason="x")
    assert refusal.value.kind == kind


@pytest.mark.parametrize(
    ("minutes", "limit", "asked"),
    [(60, 60, False), (61, 60, True), (1, 0, True), (1, None, True)],
)
def test_above_the_limit_a_second_person_looks(
    minutes: int, limit: int | None, asked: bool
) -> None:
    assert needs_second(minutes, limit) is asked


def test_what_a_full_card_turned_away_is_not_waived_when_its_arrival_is_countered() -> None:
    lot = Lot(Source.ACCRUAL, "2026-W48", TODAY, None, None, granted=45, expired=24)
    came = Entry(EntryKind.CREDIT, 45, TODAY, lot.key, "accrual")
    found = corrections.reverse(CardState((lot,)), came, today=TODAY, reason="mistake")
    assert [(entry.kind, entry.minutes) for entry in found] == [(EntryKind.REVERSE, 21)]
