"""Any slip of a key that is forgiven is forgiven everywhere, and folding is stable."""

from hypothesis import assume, given
from hypothesis import strategies as st

from klippekort.domain.spelling import Text, fold, forgiven, rank, slips, words_of, worth

LETTERS = "abcdefghijklmnoprstuvyæøå"
words = st.text(LETTERS, min_size=1, max_size=14)
long_words = st.text(LETTERS, min_size=6, max_size=14)
plain = st.text("abcdefg", max_size=8)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_folded_text_is_plain_letters_digits_and_single_spaces(text: str) -> None:
    folded = fold(text)
    assert all(mark in "abcdefghijklmnopqrstuvwxyz0123456789 " for mark in folded)
    assert "  " not in folded
    assert folded == folded.strip()


@given(words)
def test_danish_letters_and_those_that_stand_for_them_are_alike(word: str) -> None:
    written = word.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    assert fold(word.upper()) == fold(written) == fold(word)


@given(words, words)
def test_a_word_is_found_by_itself_wherever_it_stands(word: str, other: str) -> None:
    for text in (Text(f"{other} {word}"), Text(other, description=word), Text(other, place=word)):
        assert rank(words_of(word), text) > 0


@given(long_words, st.data())
def test_one_slip_of_the_keys_is_forgiven_in_a_long_word(word: str, data: st.DataObject) -> None:
    folded = fold(word)
    assume(len(folded) > 4)
    at = data.draw(st.integers(0, len(folded) - 2))
    slip = data.draw(
        st.sampled_from(
            [
                folded[:at] + folded[at + 1 :],
                folded[:at] + "x" + folded[at:],
                folded[:at] + "x" + folded[at + 1 :],
                folded[:at] + folded[at + 1] + folded[at] + folded[at + 2 :],
            ]
        )
    )
    assume(forgiven(slip) and fold(slip) == slip)
    assert worth(slip, folded) > 0


@given(plain, plain)
def test_slips_are_the_same_both_ways(one: str, other: str) -> None:
    assert slips(one, other, 8) == slips(other, one, 8)


@given(plain, plain, st.integers(0, 3))
def test_a_limit_changes_no_count_within_it(one: str, other: str, most: int) -> None:
    assert slips(one, other, most) == min(slips(one, other, 99), most + 1)


@given(st.lists(words, max_size=3), st.lists(words, max_size=6))
def test_more_words_looked_for_find_no_more(query: list[str], text: list[str]) -> None:
    found, whole = Text(" ".join(text)), words_of(" ".join(query))
    if rank(whole, found):
        assert all(rank((word,), found) for word in whole)
