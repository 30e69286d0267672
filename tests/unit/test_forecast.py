"""How many minutes the rest of a year will take."""

from klippekort.domain.forecast import NOTHING, Method, outlook


def test_a_steady_rate_goes_on_without_doubt():
    found = outlook([700] * 13, 14)
    assert (found.low, found.middle, found.high) == (1_400, 1_400, 1_400)


def test_with_less_than_four_weeks_nothing_is_foretold():
    assert outlook([700] * 3, 14) == NOTHING


def test_last_years_december_tells_of_this_ones():
    # The two weeks after the same day last year were empty: Christmas.
    weeks = [700] * 13 + [0, 0] + [700] * 50
    found = outlook(weeks, 14)
    assert (found.method, found.middle) == (Method.SAME_WEEKS, 0)


def test_last_year_is_made_as_large_as_this_one():
    weeks = [700] * 52 + [1_400] * 13
    assert outlook(weeks, 7).middle == 1_400


def test_a_year_of_another_kind_tells_nothing():
    weeks = [100] * 52 + [700] * 13
    assert outlook(weeks, 7).method is Method.RECENT_WEEKS


def test_what_goes_up_and_down_is_less_sure():
    steady, wild = outlook([700] * 12 + [710], 28), outlook([0, 1_400] * 6 + [700], 28)
    assert wild.high - wild.low > steady.high - steady.low


def test_nothing_comes_after_the_last_day():
    assert outlook([700] * 13, 0).high == 0
