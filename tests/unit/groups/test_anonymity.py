"""What a group has promised about names decides what may be kept, and only grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.groups.anonymity import (
    ALLOWED,
    Anonymity,
    Kept,
    PromiseOnlyGrows,
    is_at_least,
    may_keep,
    purged_by,
)

LEVELS = st.sampled_from(Anonymity)


def test_only_a_named_group_knows_its_citizens():
    assert [level for level in Anonymity if may_keep(level, Kept.CITIZEN)] == [Anonymity.NAMED]


def test_only_a_named_group_keeps_who_came():
    assert [level for level in Anonymity if may_keep(level, Kept.ATTENDANCE)] == [Anonymity.NAMED]


def test_a_head_count_keeps_no_name_and_no_place():
    assert ALLOWED[Anonymity.HEAD_COUNT] == {Kept.HEAD_COUNT, Kept.CONTACT_WHILE_WAITING}


def test_every_group_counts_heads():
    assert all(may_keep(level, Kept.HEAD_COUNT) for level in Anonymity)


@given(LEVELS, LEVELS)
def test_a_promise_that_grows_purges_just_what_it_forbids(before: Anonymity, after: Anonymity):
    if before is after or not is_at_least(after, before):
        with pytest.raises(PromiseOnlyGrows):
            purged_by(before, after)
    else:
        kept = ALLOWED[before] - purged_by(before, after)
        assert kept == ALLOWED[before] & ALLOWED[after]


@given(LEVELS, LEVELS)
def test_who_promises_more_keeps_less(one: Anonymity, other: Anonymity):
    if is_at_least(one, other):
        assert ALLOWED[one] <= ALLOWED[other]
