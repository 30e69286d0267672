"""What minutes cost, and how a grant of money will do."""

from datetime import date

from klippekort.domain.budgets import (
    Forecast,
    Line,
    Price,
    Standing,
    amount_of,
    cost,
    cost_ahead,
    forecast,
    price_on,
    verdict,
)
from klippekort.domain.forecast import NOTHING, Method, Outlook

PRICES = [Price(date(2026, 1, 1), 42_000), Price(date(2026, 7, 1), 45_000)]


def test_a_price_holds_from_its_own_day():
    assert price_on(PRICES, date(2026, 6, 30)) == 42_000
    assert price_on(PRICES, date(2026, 7, 1)) == 45_000


def test_before_the_first_price_there_is_none():
    assert price_on(PRICES, date(2025, 12, 31)) is None


def test_half_an_oere_is_rounded_up():
    assert cost(1, 30) == 1
    assert cost(1, 29) == 0


def test_minutes_without_a_price_are_told_apart():
    found = amount_of(Line(date(2025, 12, 31), 30), PRICES)
    assert (found.minutes, found.oere, found.unpriced) == (30, 0, 30)


def test_each_line_is_rounded_by_itself():
    assert amount_of(Line(date(2026, 2, 1), 1, times=60), [Price(date(2026, 1, 1), 30)]).oere == 60


def test_coming_minutes_cost_what_their_days_do():
    assert cost_ahead(120, PRICES, date(2026, 6, 30), date(2026, 7, 1)) == 87_000


def test_a_year_comes_at_least_to_what_is_booked():
    found = forecast(1_000, 500, NOTHING, PRICES, date(2026, 11, 23), 2026)
    assert found == Forecast(1_500, 1_500, 1_500)


def test_a_year_that_is_over_comes_to_what_was_used():
    ahead = Outlook(Method.RECENT_WEEKS, 13, 10, 20, 30)
    assert forecast(900, 0, ahead, PRICES, date(2027, 1, 1), 2026) == Forecast(900, 900, 900)


def test_money_that_is_gone_is_called_overspent():
    assert verdict(100, 101, Forecast(101, 101, 101)).standing is Standing.OVERSPENT


def test_a_grant_that_only_an_unlikely_year_exceeds_may_be_exceeded():
    assert verdict(100, 50, Forecast(80, 90, 110)).standing is Standing.MAY_BE_OVER
    assert verdict(100, 50, Forecast(101, 110, 120)).standing is Standing.WILL_BE_OVER


def test_more_than_a_twentieth_left_is_left_over():
    assert verdict(1_000, 0, Forecast(900, 949, 990)).standing is Standing.LEFT_OVER
    assert verdict(1_000, 0, Forecast(900, 950, 990)).standing is Standing.FITS
