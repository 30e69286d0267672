"""A change of terms is reckoned for a card before anybody decides it."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest

from klippekort.domain.accrual import advance
from klippekort.domain.calendar import instant
from klippekort.domain.changes import BookedTrip, Totals, compare, with_terms
from klippekort.domain.ledger import CardState, Pledge
from klippekort.domain.plans import GrantSpan, Plan
from klippekort.domain.schemes import (
    Allowance,
    AtCap,
    Cap,
    Change,
    CountedFrom,
    Expiry,
    FirstPeriod,
    Hours,
    Notice,
    OnChange,
    Saving,
    Span,
    Terms,
    TermsFrom,
    Unit,
)
from klippekort.domain.wishes import TripWish

BEGAN, TODAY, NEW = date(2026, 1, 5), date(2026, 11, 22), date(2026, 12, 7)
TRIP = UUID(int=1)
WEEKLY = Allowance(30, counted_from=CountedFrom.ISO_WEEK, first=FirstPeriod.GRANT_PERIOD)


def capped(minutes: int, at_cap: AtCap = AtCap.REFUSE) -> Saving:
    return Saving({"most": Cap(minutes=minutes, at_cap=at_cap)})


OLD = Terms(allowance=WEEKLY, saving=capped(240), expiry=Expiry((Span(20, Unit.WEEKS),)))
PLAN = Plan((TermsFrom(date(2026, 1, 1), OLD),), (GrantSpan(BEGAN),))


def full_card() -> CardState:
    return advance(CardState(), PLAN, TODAY).state


def a_trip(day: date, hour: int = 10) -> BookedTrip:
    start = instant(day, time(hour))
    wish = TripWish(start, start + timedelta(hours=1), 20, instant(TODAY, time(9)))
    return BookedTrip(TRIP, wish, 60)


def test_terms_that_say_the_same_change_nothing() -> None:
    effect = compare(full_card(), PLAN, OLD, NEW)
    assert effect.old == effect.new
    assert not effect.is_felt


def test_a_lower_cap_takes_what_it_has_no_room_for_on_the_first_day() -> None:
    new = replace(OLD, saving=capped(120), change=Change(OnChange.NEW_TERMS))
    effect = compare(full_card(), PLAN, new, NEW)
    assert (effect.old.first, effect.new.first) == (240, 120)
    assert effect.new.lost_first["cap"] - effect.old.lost_first["cap"] == 120


def test_saved_time_that_keeps_its_terms_is_not_taken() -> None:
    effect = compare(full_card(), PLAN, replace(OLD, expiry=Expiry()), NEW)
    assert effect.new.first == effect.old.first == 240


def test_saved_time_may_lapse_when_the_terms_change() -> None:
    new = replace(OLD, change=Change(OnChange.LAPSE))
    effect = compare(full_card(), PLAN, new, NEW)
    assert effect.new.lost_first["forfeit"] == 240


def test_terms_that_say_the_same_but_let_saved_time_lapse_are_felt() -> None:
    harsh = replace(OLD, change=Change(OnChange.LAPSE))
    plan = Plan((TermsFrom(date(2026, 1, 1), harsh),), PLAN.grants)
    assert compare(full_card(), plan, harsh, NEW).new.lost_first["forfeit"] == 240


def test_what_is_lost_anyway_is_not_blamed_on_the_change() -> None:
    effect = compare(full_card(), PLAN, replace(OLD, minutes_per_punch=15), NEW)
    assert effect.new.lost == effect.old.lost > 0
    assert effect.more_lost == 0


def test_time_that_waits_for_an_answer_is_counted() -> None:
    new = replace(OLD, saving=capped(240, AtCap.UNDECIDED))
    # Thirteen weeks bring half an hour; one of them finds the room that lapsed time left.
    assert compare(full_card(), PLAN, new, NEW).new.waiting == 12 * 30


def test_a_trip_outside_the_new_hours_no_longer_fits() -> None:
    new = replace(OLD, hours=Hours(starts_from=time(12)))
    [unfit] = compare(full_card(), PLAN, new, NEW, [a_trip(date(2026, 12, 9))]).unfit
    assert unfit.rule == "hours"


def test_a_trip_before_the_first_day_is_left_alone() -> None:
    new = replace(OLD, hours=Hours(starts_from=time(12)))
    assert compare(full_card(), PLAN, new, NEW, [a_trip(date(2026, 12, 4))]).unfit == ()


def test_a_trip_that_fits_neither_is_not_blamed_on_the_change() -> None:
    old = replace(OLD, hours=Hours(starts_from=time(12)))
    plan = Plan((TermsFrom(date(2026, 1, 1), old),), PLAN.grants)
    new = replace(OLD, hours=Hours(starts_from=time(13)))
    assert compare(full_card(), plan, new, NEW, [a_trip(date(2026, 12, 9))]).unfit == ()


def test_a_trip_ordered_before_the_change_needs_no_longer_notice() -> None:
    new = replace(OLD, notice=Notice(saved_time=Span(2, Unit.MONTHS)))
    assert compare(full_card(), PLAN, new, NEW, [a_trip(date(2026, 12, 9))]).unfit == ()


def test_a_trip_that_can_no_longer_be_paid_is_named() -> None:
    trip = a_trip(date(2026, 12, 21))
    card = replace(full_card(), pledges=(Pledge(TRIP, 120, trip.wish.on),), lots=())
    new = replace(OLD, allowance=replace(WEEKLY, minutes=5), saving=Saving())
    [unfit] = compare(card, PLAN, new, NEW, [trip]).unfit
    assert unfit.rule == "balance"


def test_terms_that_begin_later_stay() -> None:
    later = TermsFrom(date(2027, 1, 1), replace(OLD, minutes_per_punch=15))
    plan = with_terms(replace(PLAN, versions=(*PLAN.versions, later)), OLD, NEW)
    assert [version.from_on for version in plan.versions] == [
        date(2026, 1, 1),
        NEW,
        date(2027, 1, 1),
    ]


@pytest.mark.parametrize("cards", [0, 3])
def test_totals_count_every_card(cards: int) -> None:
    totals = Totals()
    new = replace(OLD, change=Change(OnChange.LAPSE))
    for _card in range(cards):
        totals.add(compare(full_card(), PLAN, new, NEW))
    assert (totals.cards, totals.losers, totals.before) == (cards, cards, 240 * cards)
