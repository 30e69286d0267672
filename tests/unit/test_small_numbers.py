"""Nobody is known by a count."""

from klippekort.domain.small_numbers import suppressed, total_of


def test_one_to_four_are_hidden():
    assert suppressed({"a": 1, "b": 4, "c": 5}) == {"a": None, "b": None, "c": 5}


def test_nobody_is_told():
    assert suppressed({"a": 0, "b": 9}) == {"a": 0, "b": 9}


def test_a_single_hidden_count_takes_the_next_smallest_with_it():
    assert suppressed({"a": 3, "b": 12, "c": 8}) == {"a": None, "b": 12, "c": None}


def test_a_small_sum_is_hidden():
    assert (total_of({"a": 4}), total_of({"a": 0}), total_of({"a": 4, "b": 1})) == (None, 0, 5)
