"""When a case closed, and when what is known about it is due."""

from datetime import date

import pytest

from klippekort.domain.retention import (
    FIVE_YEARS,
    Reason,
    Source,
    clear,
    closed_on,
    delete,
    keep,
    next_due,
)

LEFT, ENDED, SEEN = date(2026, 5, 1), date(2026, 3, 1), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("left", "cards", "seen", "closed"),
    [
        (None, [], None, None),
        (None, [], SEEN, None),
        (LEFT, [None], SEEN, LEFT),
        (None, [ENDED], None, ENDED),
        (None, [ENDED, None], None, None),
        (None, [ENDED], SEEN, SEEN),
        (None, [ENDED, date(2025, 1, 1)], date(2025, 2, 2), ENDED),
    ],
)
def test_a_case_closes_when_she_leaves_or_her_last_card_ends(
    left: date | None, cards: list[date | None], seen: date | None, closed: date | None
) -> None:
    assert closed_on(left, cards, seen) == closed


def test_months_are_calendar_months_and_leap_days_are_kept() -> None:
    rule = delete("note", FIVE_YEARS, "notes")
    assert rule.due_on(date(2024, 2, 29)) == date(2029, 2, 28)
    assert rule.cutoff(date(2029, 3, 1)) == date(2024, 3, 1)


def test_what_is_due_for_a_citizen_is_told_by_day() -> None:
    rules = [
        delete("a", 12, "relatives"),
        clear("b", 60, "notes", "text"),
        delete("c", 60, "absences"),
        delete("d", 1, "traces", since="ends_at", source=Source.NEED),
        *keep(Reason.PROOF, "e"),
    ]
    assert dict(next_due(rules, date(2026, 1, 31))) == {
        date(2027, 1, 31): ("relatives",),
        date(2031, 1, 31): ("absences", "notes"),
    }
