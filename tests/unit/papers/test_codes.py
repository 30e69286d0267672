"""Codes on slips: what a hand writes wrong is noticed, never taken for another's."""

import random
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.papers.codes import ALPHABET, UnreadableCode, make_code, read_code, shown

CODES = st.integers(0, 2**32).map(lambda seed: make_code(_numbers(seed)))


def _numbers(seed: int):
    chance = random.Random(seed)  # noqa: S311  any numbers do, the same each time
    return (chance.randrange(2**16) for _ in count())


@given(CODES)
def test_a_code_is_read_however_it_is_typed(code: str):
    assert read_code(f" {shown(code).lower()}\n") == code
    assert read_code(f"{code[:4]} {code[4:]}") == code


@given(CODES, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_noticed(code: str, place: int, sign: str):
    wrong = code[:place] + sign + code[place + 1 :]
    if wrong != code:
        with pytest.raises(UnreadableCode):
            read_code(wrong)


@given(CODES, st.integers(0, 5))
def test_two_signs_that_changed_places_are_noticed(code: str, place: int):
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(UnreadableCode):
            read_code(wrong)


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDEFGHJK", "0000-0000", "Æ" * 8])
def test_what_is_no_code_is_refused(typed: str):
    with pytest.raises(UnreadableCode):
        read_code(typed)
