"""Whatever a scheme says can be shown as fields, and the fields say the same again."""

from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import Cap, InSetting, Saving, Setting, Span, Terms, Unit
from klippekort.domain.schemes.codec import hints, read
from klippekort.punchcards.forms.leaves import (
    Data,
    Read,
    nodes_of,
    understood,
    with_row,
    without_row,
    written,
)

NAMES = st.text("abcæ1_-", min_size=1, max_size=6)
WORDS = st.text("ab æ=<&", max_size=8).map(str.strip)
LINES = st.lists(WORDS.filter(bool), max_size=3).map(tuple)


def some_of(words: type[StrEnum]) -> st.SearchStrategy[Any]:
    return st.sets(st.sampled_from(words)).map(
        lambda chosen: tuple(word for word in words if word in chosen)
    )


SPANS = st.builds(
    Span,
    st.integers(0, 99_999),
    st.sampled_from(Unit),
    st.none() | st.integers(0, 23).map(lambda hour: time(hour, 30)),
)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    bool: st.booleans(),
    str: WORDS,
    int: st.integers(0, 9_999),
    float: st.integers(0, 400).map(lambda hundredths: hundredths / 100),
    time: st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60)),
    date: st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    Span: SPANS,
    tuple[str, ...]: LINES,
    tuple[Span, ...]: st.lists(SPANS, max_size=3).map(tuple),
}


def value_of(kind: Any) -> st.SearchStrategy[Any]:
    if kind in SIMPLE:
        return SIMPLE[kind]
    if get_origin(kind) is dict:
        return st.dictionaries(NAMES, value_of(get_args(kind)[1]), max_size=3)
    if get_origin(kind) is tuple:
        return some_of(get_args(kind)[0])
    if get_args(kind):
        return st.one_of([value_of(arm) for arm in get_args(kind)])
    if is_dataclass(kind):
        made: Any = kind
        known = hints(made)
        return st.builds(made, **{name: value_of(inner) for name, inner in known.items()})
    return st.sampled_from(kind)


parts = {name: value_of(kind) for name, kind in hints(Terms).items()}
parts["settings"] = st.dictionaries(
    st.sampled_from(Setting).map(str), value_of(InSetting), max_size=2
)
terms = st.builds(Terms, **parts)


EVERY_PART = [part.name for part in fields(Terms)]


def read_back(said: Terms) -> Read:
    data = written(said, EVERY_PART)
    return understood(nodes_of(EVERY_PART, data), data)


@given(said=terms)
@settings(max_examples=80, deadline=None)
def test_any_terms_are_read_back_from_their_fields(said: Terms) -> None:
    told = read_back(said)
    assert told.faults == []
    assert read(Terms, told.plain) == said


@pytest.mark.parametrize("preset_id", PRESETS)
def test_every_published_scheme_is_read_back_from_its_fields(preset_id: str) -> None:
    said = PRESETS[preset_id].terms
    assert read(Terms, read_back(said).plain) == said


def saving(caps: dict[str, Cap]) -> Data:
    return written(Terms(saving=Saving(caps)), ["saving"])


def test_a_row_that_is_added_and_removed_leaves_no_trace() -> None:
    more = with_row(saving({}), "saving-caps")
    more["saving-caps-0-minutes"] = "60"
    assert without_row(more, "saving-caps", 0) == saving({})


def test_the_rows_after_a_removed_one_move_up() -> None:
    a, b, c = Cap(minutes=1), Cap(minutes=2), Cap(minutes=3)
    less = without_row(saving({"a": a, "b": b, "c": c}), "saving-caps", 1)
    assert less == saving({"a": a, "c": c})
