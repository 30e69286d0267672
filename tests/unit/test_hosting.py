"""What a host may see and until when, what people are called, and the year's thanks."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from klippekort.domain.calendar import instant
from klippekort.domain.hosting import (
    Done,
    Milestone,
    Need,
    Paid,
    Thanks,
    call_names,
    has_time,
    may_see_guests,
    mileage_oere,
    needs_at_place,
    part_of_day,
    statement,
    thanks,
    usual_of,
    weeks_of,
)

ENDED = datetime(2026, 11, 24, 15, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
SECOND = timedelta(seconds=1)
FORTNIGHT = timedelta(days=14)


def test_a_host_sees_the_guests_before_it_has_been() -> None:
    assert may_see_guests(ENDED - timedelta(days=30), ENDED, None)


def test_after_14_days_a_host_sees_nobody_though_nothing_is_confirmed() -> None:
    assert may_see_guests(ENDED + FORTNIGHT - SECOND, ENDED, None)
    assert not may_see_guests(ENDED + FORTNIGHT, ENDED, None)


def test_the_names_go_the_moment_the_log_is_confirmed() -> None:
    confirmed = ENDED + timedelta(hours=2)
    assert may_see_guests(confirmed - SECOND, ENDED, confirmed)
    assert not may_see_guests(confirmed, ENDED, confirmed)


def test_a_log_confirmed_early_leaves_the_names_until_the_end() -> None:
    confirmed = ENDED - timedelta(minutes=30)
    assert may_see_guests(ENDED - SECOND, ENDED, confirmed)
    assert not may_see_guests(ENDED, ENDED, confirmed)


def test_a_late_confirmation_opens_nothing_again() -> None:
    assert not may_see_guests(ENDED + FORTNIGHT + SECOND, ENDED, ENDED + timedelta(days=30))


def names(*people: tuple[str, str]) -> list[str]:
    return list(
        call_names((UUID(int=n), first, last) for n, (first, last) in enumerate(people)).values()
    )


def test_two_alike_get_a_letter() -> None:
    found = names(("Ellen", "Bach"), ("Ellen", "Sørensen"), ("Poul", "Dam"))
    assert found == ["Ellen B.", "Ellen S.", "Poul"]


def test_two_alike_in_their_letter_too_get_another() -> None:
    assert names(("Ellen", "Bach"), ("Ellen", "Berg")) == ["Ellen Ba.", "Ellen Be."]


def test_two_of_wholly_one_name_are_called_by_all_of_it() -> None:
    assert names(("Ellen", "Berg"), ("Ellen", "Berg")) == ["Ellen Berg", "Ellen Berg"]


def test_a_host_learns_only_of_aids_that_the_place_must_be_ready_for() -> None:
    aids = ("Rollator", "Høreapparat", "Badebænk", "Iltapparat")
    found = needs_at_place(aids, takes_wheelchair_place=False)
    assert found == (Need.ROOM_FOR_WALKER, Need.HEARS_BADLY)


def test_a_wheelchair_place_is_named_first() -> None:
    found = needs_at_place(("gangstativ",), takes_wheelchair_place=True)
    assert found == (Need.WHEELCHAIR_PLACE, Need.ROOM_FOR_WALKER)


@pytest.mark.parametrize(
    ("hour", "part"), [(11, "morning"), (12, "afternoon"), (16, "afternoon"), (17, "evening")]
)
def test_the_part_of_the_day_is_by_the_danish_clock(hour: int, part: str) -> None:
    assert part_of_day(instant(TUESDAY, time(hour))) == part


def test_who_has_told_no_times_has_all() -> None:
    assert has_time(ENDED, (), ())
    assert has_time(ENDED, (1,), ("afternoon",))
    assert not has_time(ENDED, (0,), ())
    assert not has_time(ENDED, (1,), ("morning",))


def test_driving_is_worth_the_rate_for_each_kilometre() -> None:
    assert mileage_oere(12, 228) == 2736


@pytest.mark.parametrize("km", [0, -1, 501])
def test_nobody_drives_that_far(km: int) -> None:
    with pytest.raises(ValueError, match="km"):
        mileage_oere(km, 228)


def test_a_statement_tells_of_its_year_alone() -> None:
    done = [Done(date(2025, 12, 31), 60, 3), Done(date(2026, 1, 1), 90, 4)]
    told = statement(2026, date(2024, 5, 1), done, [Paid(2500), Paid(2736, km=12)])
    assert (told.times, told.minutes, told.guests) == (1, 90, 4)
    assert (told.expense_oere, told.km, told.mileage_oere) == (2500, 12, 2736)


def test_round_years_are_celebrated() -> None:
    since = date(2021, 3, 1)
    assert thanks(2026, since, 0, 0) == (Thanks(Milestone.YEARS, 5),)
    assert thanks(2025, since, 0, 0) == ()


def test_the_tenth_time_is_celebrated_in_the_year_it_came() -> None:
    since = date(2024, 3, 1)
    assert thanks(2026, since, 8, 10) == (Thanks(Milestone.TIMES, 10),)
    assert thanks(2026, since, 10, 14) == ()


def test_days_are_counted_in_whole_weeks_before_this_one() -> None:
    days = [date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 9), date(2026, 11, 23)]
    assert weeks_of(days, TUESDAY, 3) == (0, 1, 2)


@pytest.mark.parametrize(
    ("weeks", "usual"),
    [((0, 0, 1, 2, 2, 2), 2.0), ((2, 2, 2), None), ((0, 0, 0, 0), None), ((1, 0, 1, 0), 0.5)],
)
def test_what_is_usual_is_known_after_four_weeks(
    weeks: tuple[int, ...], usual: float | None
) -> None:
    assert usual_of(weeks) == usual
