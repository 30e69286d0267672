"""How much room words take on paper: rather a line too many than one too few."""

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.papers.room import Words, height_of, lines_of, width_of

WORDS = st.text("aim WÆø1,.", max_size=120)


def test_a_line_is_broken_between_words():
    both = width_of("klip klip", 18)
    assert lines_of("klip klip", both, 18) == 1
    assert lines_of("klip klip", both - 1, 18) == 2


def test_a_word_that_is_too_long_goes_on_on_the_next_line():
    assert lines_of("a" * 30, width_of("a" * 10, 18) + 1, 18) == 3


def test_letters_nobody_knows_are_as_wide_as_any():
    assert width_of("漢", 18) > width_of("W", 18)


@given(WORDS, WORDS)
def test_more_words_never_take_less_room(text: str, more: str):
    assert lines_of(f"{text} {more}", 200, 18) >= lines_of(text, 200, 18)


def test_bold_words_take_more_room():
    assert width_of("klip", 18, is_bold=True) > width_of("klip", 18)


def test_paragraphs_stand_below_each_other():
    one = Words("klip", 200, 18, 24, 6)
    assert height_of([one, one]) == 60
