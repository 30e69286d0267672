"""A statement's code survives being read aloud, and its figures always add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from klippekort.domain.genuine import Figures, code_of, figures_of, plain_code, shown_code
from klippekort.domain.ledger import CardState, Lot, Source

TODAY = date(2026, 11, 23)


@given(some.integers(0, 2**256))
def test_a_code_is_read_back_however_it_is_typed(number: int):
    code = code_of(number)
    typed = shown_code(code).lower().replace("0", "o").replace("1", "l")
    assert plain_code(typed) == code


@pytest.mark.parametrize("typed", ["", "K7QF", "U" * 16, "K7QF-2MHT-9XPA-04CDE", "æ" * 16])
def test_what_can_be_no_code_is_none(typed: str):
    assert plain_code(typed) is None


def test_figures_add_up_with_what_is_set_aside_counted_as_left():
    lots = (
        Lot(Source.ACCRUAL, "2026-10", TODAY, granted=300, held=60, used=100, expired=40),
        Lot(Source.ACCRUAL, "2026-11", TODAY, granted=120),
    )
    assert figures_of(CardState(lots, ())) == Figures(given=420, used=100, lapsed=40, left=280)


def test_each_figure_and_the_day_is_vouched_for():
    said = {
        Figures(*figures).written(on)
        for on in (TODAY, date(2026, 11, 24))
        for figures in [(10, 1, 1, 8), (1, 10, 1, 8), (10, 1, 0, 9), (11, 1, 1, 9)]
    }
    assert len(said) == 8
