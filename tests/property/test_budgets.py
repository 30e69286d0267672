"""Parts add up to their total, however the lines are divided."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.budgets import Line, Price, amount_of, spread, total

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
PRICES = st.lists(st.builds(Price, DAYS, st.integers(1, 100_000)), max_size=4).map(
    lambda prices: sorted(prices, key=lambda price: price.from_on)
)
LINES = st.lists(
    st.tuples(st.integers(0, 3), st.builds(Line, DAYS, st.integers(1, 480), st.integers(1, 5))),
    max_size=30,
)


@given(LINES, PRICES)
def test_districts_add_up_to_the_total(lines: list[tuple[int, Line]], prices: list[Price]):
    parts = [
        total(amount_of(line, prices) for place, line in lines if place == district)
        for district in range(4)
    ]
    assert total(parts) == total(amount_of(line, prices) for _, line in lines)


@given(LINES, PRICES)
def test_equal_lines_together_cost_what_they_do_apart(
    lines: list[tuple[int, Line]], prices: list[Price]
):
    for _, line in lines:
        apart = total(amount_of(Line(line.day, line.minutes), prices) for _ in range(line.times))
        assert amount_of(line, prices) == apart


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_what_is_spread_adds_up_to_the_whole(whole: int, weights: list[int]):
    assert sum(spread(whole, weights)) == whole
