"""What is offered in place of a date that is off."""

from datetime import UTC, datetime, timedelta

from klippekort.domain.other_dates import Candidate, instead_of

THURSDAY = datetime(2026, 11, 26, 13, tzinfo=UTC)
GONE = Candidate("gone", "song", "music", THURSDAY, 10)


def a_date(key: str, activity: str = "song", kind: str = "music", days: int = 7, way: int = 10):
    return Candidate(key, activity, kind, THURSDAY + timedelta(days=days), way)


def keys(*dates: Candidate) -> list[object]:
    return [one.key for one in instead_of(GONE, dates)]


def test_the_same_activity_comes_first_the_nearest_in_time():
    assert keys(a_date("late", days=14), a_date("soon"), a_date("cards", "whist", "cards")) == [
        "soon",
        "late",
        "cards",
    ]


def test_something_else_is_among_three():
    same = [a_date(f"same {week}", days=7 * week) for week in (1, 2, 3)]
    assert keys(*same, a_date("choir", "choir")) == ["same 1", "same 2", "choir"]


def test_with_nothing_else_the_same_fills_the_list():
    assert len(keys(*(a_date(f"same {week}", days=7 * week) for week in (1, 2, 3, 4)))) == 3


def test_of_others_the_same_kind_goes_before_the_same_weekday_and_that_before_a_short_way():
    dates = [
        a_date("near", "walk", "walk", days=1, way=5),
        a_date("thursday", "whist", "cards", days=7, way=40),
        a_date("choir", "choir", "music", days=2, way=40),
    ]
    assert keys(*dates) == ["choir", "thursday", "near"]


def test_another_activity_stands_once():
    dates = [a_date("choir 1", "choir", days=7), a_date("choir 2", "choir", days=14)]
    assert keys(*dates) == ["choir 1"]


def test_what_is_off_is_not_offered():
    assert keys(GONE) == []
