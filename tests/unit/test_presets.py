"""The five published schemes behave as their municipalities wrote them."""

from datetime import date, time, timedelta

import pytest

from klippekort.domain import booking
from klippekort.domain.accrual import AbsenceSpan, GrantSpan, Plan, advance
from klippekort.domain.booking import TripWish
from klippekort.domain.calendar import instant, local
from klippekort.domain.errors import Refused
from klippekort.domain.ledger import CardState, EntryKind
from klippekort.domain.presets import FAXE, FURESO, HADERSLEV, NYBORG, PRESETS, RANDERS, Preset
from klippekort.domain.schemes import Terms, TermsFrom, decide, missing_to_run

MONDAY = date(2026, 1, 5)
TUESDAY = date(2026, 3, 3)
EASTER_MONDAY = date(2026, 4, 6)
ANSWERS = {
    "allowance.counted_from": "iso_week",
    "allowance.first": "grant_period",
    "saving.at_cap": "refuse",
    "travel": "counts",
}


def running(preset: Preset, **answers: str) -> Terms:
    given = ANSWERS | {name.replace("__", "."): value for name, value in answers.items()}
    return decide(preset.terms, given)


def after(
    terms: Terms,
    weeks: int,
    *,
    minutes: int | None = None,
    absences: tuple[AbsenceSpan, ...] = (),
) -> CardState:
    """Return a card from MONDAY at the end of so many weeks."""
    plan = Plan((TermsFrom(MONDAY, terms),), (GrantSpan(MONDAY, minutes=minutes),), absences)
    return advance(CardState(), plan, MONDAY + timedelta(weeks=weeks, days=-1)).state


def trip(day: date, start: str, end: str, *, ordered: date | None = None) -> TripWish:
    begins, ends = (instant(day, time.fromisoformat(at)) for at in (start, end))
    return TripWish(begins, ends, travel=0, ordered_on=ordered or day)


def refusal(preset: Preset, wish: TripWish) -> str | None:
    return booking.broken_rule(running(preset), wish)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_no_source_says_when_the_first_time_arrives(preset: Preset):
    assert {"allowance.counted_from", "allowance.first"} <= set(missing_to_run(preset.terms))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_four_answers_are_enough_to_run(preset: Preset):
    assert missing_to_run(running(preset)) == []


@pytest.mark.parametrize(
    ("preset", "minutes"), [(NYBORG, 30), (FURESO, 30), (FAXE, 30), (HADERSLEV, 30), (RANDERS, 15)]
)
def test_one_punch_arrives_each_week(preset: Preset, minutes: int):
    assert after(running(preset), 3).saved() == 3 * minutes


@pytest.mark.parametrize(
    ("preset", "most"), [(NYBORG, 240), (FURESO, 240), (FAXE, 180), (HADERSLEV, 180)]
)
def test_saving_stops_at_the_published_sum(preset: Preset, most: int):
    assert after(running(preset), 30).saved() == most


def test_randers_names_no_limit_and_no_expiry():
    assert after(running(RANDERS), 50).saved() == 50 * 15


def test_randers_is_not_asked_about_a_full_card():
    assert "saving.at_cap" not in missing_to_run(RANDERS.terms)


def test_a_nyborg_punch_lives_eight_weeks():
    first = after(running(NYBORG), 1).lots[0]
    assert first.expires_on == MONDAY + timedelta(weeks=8, days=-1)


@pytest.mark.parametrize(("preset", "weeks"), [(FURESO, 8), (FAXE, 6), (HADERSLEV, 6)])
def test_a_punch_lives_its_published_weeks(preset: Preset, weeks: int):
    first = after(running(preset), 1).lots[0]
    assert first.expires_on == MONDAY + timedelta(weeks=weeks, days=-1)


def test_nothing_in_nyborg_moves_to_the_new_year():
    plan = Plan((TermsFrom(MONDAY, running(NYBORG)),), (GrantSpan(date(2026, 11, 2)),))
    on_the_last_day = advance(CardState(), plan, date(2026, 12, 31)).state
    in_the_new_year = advance(on_the_last_day, plan, date(2027, 1, 3)).state
    assert on_the_last_day.available(date(2026, 12, 31)) == 240
    assert in_the_new_year.saved() == 0


def test_the_year_end_decides_where_it_comes_first():
    plan = Plan((TermsFrom(MONDAY, running(NYBORG)),), (GrantSpan(date(2026, 12, 7)),))
    [lot] = advance(CardState(), plan, date(2026, 12, 7)).state.lots
    assert (lot.expires_on, lot.expiry_rule) == (date(2026, 12, 31), "year_end")


def test_time_in_furesoe_moves_to_the_new_year():
    plan = Plan((TermsFrom(MONDAY, running(FURESO)),), (GrantSpan(date(2026, 12, 28)),))
    assert advance(CardState(), plan, date(2027, 1, 3)).state.saved() == 30


def test_a_full_card_that_refuses_keeps_its_oldest_time():
    state = after(running(NYBORG), 6, minutes=60)
    kept = [lot.credited_on for lot in state.lots if lot.saved]
    assert kept == [MONDAY + timedelta(weeks=week) for week in range(4)]


def test_a_full_card_that_renews_keeps_its_newest_time():
    state = after(running(NYBORG, saving__at_cap="oldest_lapse"), 6, minutes=60)
    kept = [lot.credited_on for lot in state.lots if lot.saved]
    assert kept == [MONDAY + timedelta(weeks=week) for week in range(2, 6)]


def test_what_a_cap_takes_stands_in_the_ledger():
    plan = Plan((TermsFrom(MONDAY, running(NYBORG)),), (GrantSpan(MONDAY, minutes=60),))
    entries = advance(CardState(), plan, MONDAY + timedelta(weeks=4)).entries
    assert [e.minutes for e in entries if e.kind is EntryKind.FORFEIT] == [60]


@pytest.mark.parametrize("kind", ["hospital", "rehab", "holiday"])
def test_furesoe_gives_nothing_while_the_citizen_is_away(kind: str):
    away = AbsenceSpan(kind, MONDAY + timedelta(weeks=1), MONDAY + timedelta(weeks=3, days=-1))
    assert after(running(FURESO), 4, absences=(away,)).saved() == 60


def test_nyborg_says_nothing_of_pauses_so_time_arrives():
    away = AbsenceSpan("hospital", MONDAY, None)
    assert after(running(NYBORG), 4, absences=(away,)).saved() == 120


@pytest.mark.parametrize(
    ("answer", "granted_on", "minutes"),
    [
        ("grant_period", date(2026, 1, 7), 60),
        ("next_period", date(2026, 1, 7), 30),
        ("next_period", date(2026, 1, 5), 60),
    ],
)
def test_the_first_week_is_as_it_was_answered(answer: str, granted_on: date, minutes: int):
    terms = running(NYBORG, allowance__first=answer)
    plan = Plan((TermsFrom(MONDAY, terms),), (GrantSpan(granted_on),))
    assert advance(CardState(), plan, date(2026, 1, 12)).state.saved() == minutes


def test_a_week_from_the_grant_day_fills_on_its_weekday():
    terms = running(NYBORG, allowance__counted_from="grant_day")
    plan = Plan((TermsFrom(MONDAY, terms),), (GrantSpan(date(2026, 1, 7)),))
    lots = advance(CardState(), plan, date(2026, 1, 20)).state.lots
    assert [lot.credited_on for lot in lots] == [date(2026, 1, 7), date(2026, 1, 14)]


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        (trip(TUESDAY, "10:00", "15:00"), None),
        (trip(TUESDAY, "09:55", "11:00"), "hours"),
        (trip(TUESDAY, "14:00", "15:01"), "hours"),
        (trip(date(2026, 3, 7), "11:00", "12:00"), "weekday"),
        (trip(EASTER_MONDAY, "11:00", "12:00"), "holiday"),
    ],
)
def test_nyborg_goes_out_on_weekdays_between_ten_and_three(wish: TripWish, rule: str | None):
    assert refusal(NYBORG, wish) == rule


def test_nyborg_offers_the_next_day_that_would_work():
    with pytest.raises(Refused) as refused:
        booking.check(running(NYBORG), trip(date(2026, 3, 7), "11:00", "12:00"))
    assert refused.value.earliest == local(instant(date(2026, 3, 9), time(11)))


def test_nyborg_changes_a_standing_agreement_four_weeks_ahead():
    assert NYBORG.terms.notice.agreement_change_weeks == 4


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        (trip(TUESDAY, "16:30", "17:00"), None),
        (trip(TUESDAY, "16:45", "17:01"), "hours"),
        (trip(date(2026, 3, 8), "12:00", "12:30"), "weekday"),
        (trip(TUESDAY, "12:00", "13:00", ordered=date(2026, 2, 4)), "notice"),
        (trip(TUESDAY, "12:00", "13:00", ordered=date(2026, 2, 3)), None),
    ],
)
def test_furesoe_wants_saved_time_a_month_ahead(wish: TripWish, rule: str | None):
    assert refusal(FURESO, wish) == rule


def test_an_early_trip_in_furesoe_is_a_caution_only():
    early = trip(TUESDAY, "09:00", "09:30")
    assert booking.cautions(running(FURESO), early) == ["soft_starts_from"]
    assert refusal(FURESO, early) is None


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        (trip(TUESDAY, "14:30", "15:30"), None),
        (trip(TUESDAY, "14:31", "15:31"), "hours"),
        (trip(date(2026, 3, 7), "12:00", "12:30"), "weekday"),
    ],
)
def test_faxe_is_home_by_half_past_three(wish: TripWish, rule: str | None):
    assert refusal(FAXE, wish) == rule


def test_the_way_costs_in_faxe_without_being_asked():
    assert booking.minutes_charged(FAXE.terms, 90, 30) == 90


def test_a_faxe_citizen_pays_the_helper_too():
    assert FAXE.terms.helper_costs_paid_by == "citizen"


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        (trip(TUESDAY, "12:00", "12:30", ordered=date(2026, 2, 25)), "notice"),
        (trip(TUESDAY, "12:00", "12:30", ordered=date(2026, 2, 24)), None),
        (trip(TUESDAY, "12:00", "13:00", ordered=date(2026, 2, 18)), "notice"),
        (trip(TUESDAY, "12:00", "13:00", ordered=date(2026, 2, 17)), None),
    ],
)
def test_haderslev_wants_a_week_for_one_punch_and_two_for_more(wish: TripWish, rule: str | None):
    assert refusal(HADERSLEV, wish) == rule


@pytest.mark.parametrize("preset", [HADERSLEV, RANDERS])
def test_where_no_hours_are_published_none_are_kept(preset: Preset):
    late_sunday = trip(date(2026, 3, 8), "20:00", "20:15", ordered=date(2026, 2, 8))
    assert refusal(preset, late_sunday) is None
