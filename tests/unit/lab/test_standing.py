"""Standing wishes in a replayed life: when they lead to a trip, and when they give way."""

from collections.abc import Sequence
from datetime import date

import pytest

from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.standing import (
    StandingWishes,
    total_with_wishes,
    with_standing_wishes,
)
from klippekort.domain.lab.town import Days, History, total
from klippekort.domain.schemes import SchemeFile, load
from tests.unit.lab.playing import WEEKLY_HOUR, line, lived

# Mondays in May 2025: the 5th, 12th, 19th and 26th. Thursday the 29th is Ascension Day.
MAY = Days(date(2025, 5, 5), date(2025, 6, 1))
GRANT = line("2025-04-07", "grant")
Row = dict[str, str]


def scheme(more: str = "") -> SchemeFile:
    return load(WEEKLY_HOUR + more)


def trip(day: str, ref: str = "a", minutes: int = 60) -> tuple[Row, Row]:
    """Return a trip that was ordered the day before and made."""
    before = f"{day[:-2]}{int(day[-2:]) - 1:02}"
    order = line(f"{day}T10:00", "trip", ref=ref, minutes=minutes, ordered_at=before)
    return order, line(f"{day}T12:00", "done", ref=ref, minutes=minutes)


def wished(
    *rows: Row, rules: str = "", every_weeks: int = 1, minutes: int = 60, days: Days = MAY
) -> list[str]:
    """Return the days of the trips that standing wishes add to a life, as "05-07"."""
    history = History("a", tuple(lived(*rows)))
    life = with_standing_wishes(
        history, scheme(rules), every_weeks=every_weeks, minutes=minutes, days=days
    )
    return [f"{event.at:%m-%d}" for event in orders(life.events[len(history.events) :])]


def orders(events: Sequence[Event]) -> list[Event]:
    """Return the trips among events."""
    return [event for event in events if event.event is Happening.TRIP]


def first_start(rules: str, part: str = "any") -> str:
    """Return when in May the first trip begins that a wish of an hour leads to, or ""."""
    history = History("a", tuple(lived(GRANT)), day_part=part)
    life = with_standing_wishes(history, scheme(rules), every_weeks=1, minutes=60, days=MAY)
    return next((f"{order.at:%a %H:%M}" for order in orders(life.events)), "")


ALL_WEEKS = ["05-07", "05-14", "05-21", "05-28"]


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        ([GRANT], ALL_WEEKS),
        ([GRANT, *trip("2025-05-16")], ["05-07", "05-21", "05-28"]),
        ([GRANT, line("2025-05-13", "absence", kind="hospital", until="2025-05-14")],
         ["05-07", "05-15", "05-21", "05-28"]),
        ([GRANT, line("2025-05-12", "absence", kind="hospital", until="2025-05-25")],
         ["05-07", "05-28"]),
        ([GRANT, line("2025-05-19", "absence", kind="hospital")], ["05-07", "05-14"]),
        ([GRANT, line("2025-05-19", "end", kind="death")], ["05-07", "05-14"]),
        ([line("2025-04-07", "grant", until="2025-05-13")], ["05-07", "05-13"]),
        ([line("2025-05-12", "grant")], ["05-14", "05-21", "05-28"]),
        ([], []),
    ],
    ids=["always", "own trip", "two days away", "two weeks away", "away for good", "ended",
         "grant over", "granted later", "no card"],
)  # fmt: skip
def test_a_trip_is_added_in_weeks_without_one_while_the_card_runs(
    rows: list[Row], days: list[str]
) -> None:
    assert wished(*rows) == days


def test_the_rhythm_is_kept() -> None:
    assert wished(GRANT, every_weeks=2) == ["05-07", "05-21"]


def test_a_public_holiday_moves_the_trip_within_its_week() -> None:
    christmas = Days(date(2025, 12, 22), date(2025, 12, 28))
    constitution = Days(date(2025, 4, 14), date(2025, 4, 20))  # Maundy Thursday, Good Friday
    away = line("2025-04-14", "absence", kind="hospital", until="2025-04-16")
    assert wished(GRANT, days=christmas) == ["12-24"]
    assert wished(GRANT, away, days=constitution) == []


@pytest.mark.parametrize(
    ("rules", "minutes", "days"),
    [
        ("[hours]\nstarts_from = '09:00'\nends_by = '13:00'\n", 300, []),
        ("[hours]\nends_by = '15:00'\n", 60, ALL_WEEKS),
        ("[visits]\nlongest = 60\n", 90, []),
        ("[notice.by_length.all]\nnotice = '2 weeks'\n", 60, ALL_WEEKS),
        ("[notice.by_length.all]\nnotice = '10 working days'\n", 60, ALL_WEEKS),
        ("[notice]\nsaved_time = '3 weeks'\n", 60, ALL_WEEKS),
        ("[notice.by_length.all]\nnotice = '48 hours'\n", 60, ALL_WEEKS),
    ],
)
def test_it_is_ordered_in_time_and_what_the_rules_refuse_is_not_made(
    rules: str, minutes: int, days: list[str]
) -> None:
    assert wished(GRANT, rules=rules, minutes=minutes) == days


@pytest.mark.parametrize(
    ("hours", "part", "start"),
    [
        ("", "any", "Wed 14:00"),
        ("", "morning", "Wed 10:00"),
        ("", "evening", "Wed 18:00"),
        ("ends_by = '13:00'", "any", "Wed 12:00"),
        ("ends_by = '10:30'", "morning", "Wed 09:30"),
        ("starts_from = '15:00'", "any", "Wed 15:00"),
        ("starts_by = '10:30'", "any", "Wed 10:30"),
        ("starts_from = '09:00'\nends_by = '11:00'", "morning", "Wed 10:00"),
        ("starts_from = '09:00'\nends_by = '15:00'", "evening", ""),
        ("ends_by = 'undecided'", "any", ""),
        ("days = ['mon', 'tue']", "any", "Tue 14:00"),
        ("days = ['sat']", "any", "Sat 14:00"),
        ("closed_days = ['05-07']", "any", "Thu 14:00"),
        ("days = ['mon']\n[hours.windows.late]\ndays = ['thu']\nstarts_from = '16:30'",
         "any", "Thu 16:30"),
    ],
)  # fmt: skip
def test_it_begins_when_the_hours_and_her_own_part_of_the_day_allow(
    hours: str, part: str, start: str
) -> None:
    assert first_start(f"[hours]\n{hours}\n", part) == start


def test_a_wish_the_card_cannot_pay_is_not_made() -> None:
    late = line("2025-05-05", "grant")
    assert wished(late, minutes=120) == ["05-14", "05-28"]


def test_a_wish_gives_way_to_a_trip_that_was_really_made() -> None:
    spent = line("2025-05-05", "adjust", minutes=-240, reason="spent")
    long = trip("2025-05-30", minutes=240)
    assert wished(GRANT, spent, *long) == []


def test_wishes_stay_as_far_as_the_real_trip_can_spare_them() -> None:
    spent = line("2025-05-05", "adjust", minutes=-240, reason="spent")
    assert wished(GRANT, spent, *trip("2025-05-30", minutes=120)) == ["05-07", "05-14"]


def test_what_was_lived_through_keeps_its_lines_and_the_ledger_its_moves() -> None:
    history = History("a", tuple(lived(GRANT, *trip("2025-05-16"))))
    life = with_standing_wishes(history, scheme(), every_weeks=1, minutes=60, days=MAY)
    assert life.events[: len(history.events)] == history.events
    assert len({event.line for event in life.events}) == len(life.events)


def test_less_time_lapses_in_a_town_where_all_have_a_standing_wish() -> None:
    capped = scheme("[saving.caps.most]\nminutes = 120\nat_cap = 'refuse'\n")
    town = [History(name, tuple(lived(GRANT))) for name in "ab"]
    without = total(town, capped, MAY)
    wished = total_with_wishes(town, capped, StandingWishes(1, 60), MAY)
    assert (without.minutes("lapsed"), wished.minutes("lapsed")) == (480, 120)
    assert wished.refused == {}
