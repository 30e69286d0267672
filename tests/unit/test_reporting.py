"""Periods, intervals and figures: what is told of a year, and how surely."""

from datetime import date
from uuid import UUID

import pytest

from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.figures import figures, packed, unpacked
from klippekort.domain.reporting.intervals import change, share, student
from klippekort.domain.reporting.periods import BadPeriod, chain, counted_of, offered, parse

NORTH, SOUTH, OWN = UUID(int=1), UUID(int=2), UUID(int=3)
JANUARY = date(2026, 1, 1)


def a_count(district: UUID, amount: int, people: int | None = None, cut: str = "") -> Count:
    people = amount if people is None else people
    return Count("trips.not_made", JANUARY, district, OWN, cut, amount, people)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-K4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_has_its_days(code: str, first: date, last: date) -> None:
    assert (parse(code).from_on, parse(code).until_on) == (first, last)


@pytest.mark.parametrize("code", ["", "2026-13", "2026-K5", "26", "1999", "2026-1", "2026-01-01"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(BadPeriod):
        parse(code)


def test_only_what_has_begun_is_offered() -> None:
    codes = [one.code for one in offered(date(2026, 5, 3), years=1)]
    assert codes == [
        "2026",
        "2026-K2",
        "2026-K1",
        *(f"2026-{month:02d}" for month in (5, 4, 3, 2, 1)),
    ]


def test_a_month_lies_in_its_quarter_and_year() -> None:
    assert chain(date(2026, 9, 30)) == ("2026-09", "2026-K3", "2026")


def test_a_period_under_way_is_counted_until_its_month_is_over() -> None:
    today = date(2026, 11, 23)
    assert counted_of(parse("2026"), today).until_on == date(2026, 11, 30)
    assert counted_of(parse("2026-K3"), today) == parse("2026-K3")


def test_an_interval_of_a_change_is_students() -> None:
    found = change([(1, 3), (2, 3), (3, 6), (4, 5), (5, 8)])
    assert found is not None
    assert (found.people, found.change) == (5, 2)
    assert found.low == pytest.approx(2 - 2.7764 * 1 / 5**0.5, abs=0.001)
    assert found.is_sure


def test_a_change_of_too_few_is_not_told() -> None:
    assert change([(1, 3), (2, 3), (3, 6), (4, 5)]) is None


def test_students_points_go_on_smoothly_beyond_the_table() -> None:
    assert student(60) == pytest.approx(2.0003, abs=0.001)
    assert student(30) > student(31) > student(1000) > 1.9599


def test_a_share_has_wilsons_interval() -> None:
    assert share(5, 10) == pytest.approx((0.5, 0.2366, 0.7634), abs=0.001)
    assert share(0, 10)[1] == 0
    with pytest.raises(ValueError, match="11 of 10"):
        share(11, 10)


def test_many_trips_of_few_people_are_kept_back() -> None:
    told = figures(2026, [a_count(NORTH, 40, 2), a_count(SOUTH, 9), a_count(OWN, 8)], 5)
    assert told.of("trips.not_made").get("2026", str(NORTH)) is None
    assert told.of("trips.not_made").get("2026") == 57


def test_causes_are_told_with_their_wholes() -> None:
    counts = [a_count(NORTH, 9, cut="supplier:busy"), a_count(NORTH, 6, cut="supplier:other")]
    told = figures(2026, counts, 5).of("trips.not_made")
    assert told.get("2026", cut="supplier/") == 15
    assert told.get("2026", cut="supplier:busy") == 9


def lapsed(month: int, amount: int, people: int, cut: str) -> Count:
    day = date(2026, month, 1)
    return Count("minutes.lapsed", day, NORTH, OWN, cut, amount, people)


def test_what_was_undone_the_same_month_keeps_nothing_back() -> None:
    counts = [lapsed(1, 600, 20, "expired"), lapsed(1, 0, 1, "card_closed")]
    told = figures(2026, counts, 5).of("minutes.lapsed")
    assert told.get("2026", cut="expired/") == 600
    assert told.parts(3, "2026") == ["expired", "expired/"]


def test_what_was_undone_the_next_month_keeps_nothing_of_the_year_back() -> None:
    counts = [lapsed(month, 600, 20, "expired") for month in (1, 2)]
    counts += [lapsed(1, 60, 1, "card_closed"), lapsed(2, -60, 1, "card_closed")]
    told = figures(2026, counts, 5).of("minutes.lapsed")
    assert told.get("2026", cut="expired/") == 1200
    assert told.parts(3, "2026") == ["expired", "expired/"]


def test_a_part_that_is_kept_back_is_not_among_the_parts() -> None:
    """It would tell where the few are, for a part where nobody is is not there either."""
    counts = [a_count(NORTH, 9, cut="citizen"), a_count(SOUTH, 9, cut="citizen")]
    told = figures(2026, [*counts, a_count(SOUTH, 1, cut="weather")], 5).of("trips.not_made")
    assert told.get("2026", str(SOUTH), cut="weather/") is None
    assert "weather/" not in told.parts(3, "2026", str(SOUTH))


def test_a_report_keeps_what_it_told() -> None:
    found = figures(2026, [a_count(NORTH, 9), a_count(SOUTH, 6)], 5)
    back = unpacked(packed(found)).of("trips.not_made")
    assert back.get("2026") == 15
    assert back.get("2026", str(NORTH)) == 9
    assert back.get("2026-01") == 15
