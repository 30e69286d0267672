"""What is noticed is followed up, put on the list for a reason, and forgotten in time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from klippekort.domain.outreach import cases, rules
from klippekort.domain.outreach.cases import (
    Answer,
    Consent,
    InTheFuture,
    InThePast,
    Pace,
    Source,
    Standing,
    TooFar,
    Trouble,
)
from klippekort.domain.outreach.offers import Coming, could_become
from klippekort.domain.outreach.rules import Chosen, Facts, Key, Step
from klippekort.domain.outreach.signs import Sign, Vocabulary, own_key, renewed

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LONG_AGO = date(2026, 1, 1)
USUAL = rules.usual()
FINE = Facts(LONG_AGO, last_asked_on=TODAY, last_out_on=TODAY)


def keys(facts: Facts) -> set[Key]:
    return {reason.key for reason in rules.reasons(facts, USUAL, TODAY)}


def weeks(number: int) -> date:
    return TODAY - timedelta(weeks=number)


def test_nobody_stands_on_the_list_without_a_reason():
    assert keys(FINE) == set()


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        (replace(FINE, last_asked_on=None), Key.NEVER_ASKED),
        (replace(FINE, last_asked_on=date(2025, 11, 23)), Key.NOT_ASKED),
        (replace(FINE, signs=frozenset({"sad"}), noted_on=TODAY), Key.SIGNS),
        (replace(FINE, lapsing=((TODAY + timedelta(28), 30),)), Key.LAPSING),
        (replace(FINE, last_out_on=weeks(8)), Key.NOTHING_ATTENDED),
        (replace(FINE, last_out_on=weeks(8), free_minutes=60), Key.UNUSED),
        (replace(FINE, cancelled_by_us=(TODAY, weeks(8))), Key.CANCELLED_BY_US),
        (replace(FINE, group_ended_on=weeks(8)), Key.GROUP_ENDED),
        (replace(FINE, follow_up_on=TODAY), Key.FOLLOW_UP),
        (replace(FINE, moved_on=weeks(12)), Key.MOVED),
        (replace(FINE, bereaved_on=weeks(26)), Key.BEREAVED),
    ],
)
def test_each_rule_puts_somebody_on_the_list_at_its_limit(facts: Facts, key: Key):
    assert key in keys(facts)


@pytest.mark.parametrize(
    "facts",
    [
        replace(FINE, last_asked_on=None, known_since=weeks(3)),
        replace(FINE, last_asked_on=date(2025, 11, 24)),
        replace(FINE, lapsing=((TODAY + timedelta(29), 300),)),
        replace(FINE, lapsing=((TODAY, 300),)),
        replace(FINE, lapsing=((TODAY + timedelta(7), 29),)),
        replace(FINE, last_out_on=weeks(60), free_minutes=900, has_trip_ahead=True),
        replace(FINE, cancelled_by_us=(TODAY, TODAY - timedelta(57))),
        replace(FINE, follow_up_on=TODAY + timedelta(1)),
        replace(FINE, group_ended_on=TODAY + timedelta(1)),
    ],
)
def test_just_short_of_a_limit_is_no_reason(facts: Facts):
    assert keys(facts) == set()


def test_a_rule_that_is_off_gives_no_reason():
    choice = {**USUAL, Key.NEVER_ASKED: Chosen(False, {"weeks": 4})}
    assert rules.reasons(replace(FINE, last_asked_on=None), choice, TODAY) == ()


def test_lapsing_minutes_are_added_up_and_the_first_day_is_told():
    facts = replace(FINE, lapsing=((TODAY + timedelta(7), 20), (TODAY + timedelta(14), 40)))
    (reason,) = rules.reasons(facts, USUAL, TODAY)
    assert (reason.on, reason.number) == (TODAY + timedelta(7), 60)


def test_what_was_kept_out_of_bounds_is_as_usual():
    kept: dict[str, dict[str, object]] = {
        "not_asked": {"on": False, "months": 999},
        "unheard_of": {"on": True},
    }
    assert rules.chosen_from(kept)[Key.NOT_ASKED] == Chosen(False, {"months": 12})


def test_later_comes_back_on_its_day():
    step = Step(Answer.LATER, NOW, TODAY + timedelta(5))
    rest = [rules.rests(step, TODAY + timedelta(n), noted_at=None, self_at=None) for n in (0, 4, 5)]
    assert rest == [True, True, False]


def test_something_new_brings_back_what_was_put_off():
    step = Step(Answer.LATER, NOW, TODAY + timedelta(50))
    assert not rules.rests(step, TODAY, noted_at=NOW + timedelta(hours=1), self_at=None)


def test_a_no_is_not_brought_back_by_what_others_see():
    step = Step(Answer.NO, NOW, TODAY + timedelta(50))
    assert rules.rests(step, TODAY, noted_at=NOW + timedelta(hours=1), self_at=None)


def test_a_no_is_brought_back_when_she_asks_herself():
    step, later = Step(Answer.NO, NOW, None), NOW + timedelta(hours=1)
    assert not rules.rests(step, TODAY, noted_at=later, self_at=later)


def test_four_in_five_on_the_list_is_almost_everybody():
    assert [rules.is_almost_all(n, 10) for n in (7, 8)] == [False, True]


def test_a_no_holds_against_staff_and_not_against_herself():
    asks = [(Source.STAFF, Consent.NOT_ASKED), (Source.SELF, Consent.YES)]
    until = TODAY + timedelta(1)
    assert [cases.opens(source, said, until, TODAY) for source, said in asks] == [False, True]


def test_a_no_is_over_on_its_day():
    assert cases.opens(Source.STAFF, Consent.NOT_ASKED, TODAY, TODAY)


@pytest.mark.parametrize(
    ("case", "trouble"),
    [
        (Standing(TODAY - timedelta(1)), Trouble.OVERDUE),
        (Standing(TODAY, has_owner=False), Trouble.NO_OWNER),
        (Standing(TODAY, is_owner_here=False), Trouble.OWNER_GONE),
        (Standing(TODAY, handed_on=TODAY - timedelta(4)), Trouble.HAND_OVER_WAITS),
        (Standing(TODAY, reply_by=TODAY - timedelta(1)), Trouble.REPLY_OVERDUE),
    ],
)
def test_what_nobody_looks_after_is_trouble(case: Standing, trouble: Trouble):
    assert cases.troubles(case, TODAY, Pace()) == (trouble,)


def test_a_case_due_today_is_in_good_hands():
    held = Standing(TODAY, handed_on=TODAY - timedelta(3), reply_by=TODAY)
    assert cases.troubles(held, TODAY, Pace()) == ()


def test_tomorrow_has_not_been_noticed():
    with pytest.raises(InTheFuture):
        cases.check_told(TODAY + timedelta(1), TODAY)


def test_yesterday_is_no_next_date():
    with pytest.raises(InThePast):
        cases.check_ahead(TODAY - timedelta(1), TODAY)


def test_nothing_is_put_off_for_years():
    with pytest.raises(TooFar):
        cases.check_ahead(TODAY + timedelta(400), TODAY)


@pytest.mark.parametrize(
    ("consent", "closed_on", "expected"),
    [
        (Consent.NO, TODAY, TODAY + timedelta(30)),
        (Consent.NOT_ASKED, None, TODAY + timedelta(30)),
        (Consent.YES, None, None),
        (Consent.YES, TODAY + timedelta(60), TODAY + timedelta(90)),
    ],
)
def test_signs_go_in_time_unless_somebody_works_with_a_yes(
    consent: Consent, closed_on: date | None, expected: date | None
):
    assert cases.forget_on(TODAY, consent, closed_on, Pace()) == expected


def test_a_first_date_is_a_day_the_office_is_open():
    # Eighteen days on is Christmas Eve's eve of a closed week: 24–27 December is closed.
    assert cases.first_date(date(2026, 12, 17), Pace(first_days=7)) == date(2026, 12, 28)


def coming(number: int, days: int, minutes: int = 60, seats: int = 5, chairs: int = 0) -> Coming:
    starts = NOW + timedelta(days=days)
    ends = starts + timedelta(minutes=minutes)
    day, which = UUID(int=days), UUID(int=number)
    return Coming(day, which, "Café", "Ellen", starts, ends, seats, chairs)


def test_two_hours_become_a_cafe_twice():
    found = could_become(120, [coming(1, 3), coming(1, 10), coming(1, 17)])
    assert found is not None
    assert (found.title, found.times, found.on) == ("Café", 2, date(2026, 11, 26))


def test_it_is_told_no_oftener_than_there_are_dates_before_the_minutes_lapse():
    dates = [coming(1, 3), coming(1, 10)]
    found = could_become(600, dates, until=TODAY + timedelta(5))
    assert found is not None
    assert found.times == 1


@pytest.mark.parametrize("date_", [coming(1, 3, minutes=121), coming(1, 3, seats=0)])
def test_what_does_not_fit_is_not_told(date_: Coming):
    assert could_become(120, [date_]) is None


def test_a_wheelchair_needs_a_place_of_its_own():
    dates = [coming(1, 3), coming(2, 4, chairs=1)]
    found = could_become(120, dates, needs_wheelchair=True)
    assert found is not None
    assert found.activity_id == UUID(int=2)


def test_own_words_that_are_put_away_still_say_something():
    before = renewed(Vocabulary(), (), ["Taler om at dø"])
    after = renewed(before, {Sign.SAD}, [])
    key = own_key("taler om  at dø")
    assert (after.offered.count(key), after.words_of(key)) == (0, "Taler om at dø")
    assert after.known([key, "unknown", Sign.SAD]) == (Sign.SAD, key)
