"""What is sealed opens in its own place, and nowhere else."""

from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import assume, given
from hypothesis import strategies as st

from klippekort.citizens.queries import danish_order, fold, matches, plain_number
from klippekort.platform.keys import KeyRing, Place

RING = KeyRing(master=b"m" * 32, index=b"i" * 32, pepper=b"p" * 32)
PLACES = st.builds(
    Place,
    municipality_id=st.integers(1, 99),
    row=st.uuids(),
    column=st.sampled_from(["person_number", "address", "phone"]),
)
NAMES = st.text("abcæøåABCÆØÅéü -", min_size=1, max_size=20)


def _owner(place: Place) -> Place:
    return replace(place, column="key")


@given(place=PLACES, text=st.text(max_size=200))
def test_what_is_sealed_is_opened(place: Place, text: str):
    wrapped = RING.new_data_key(_owner(place))
    sealed = RING.encrypt(wrapped, _owner(place), text, place)
    assert RING.decrypt(wrapped, _owner(place), sealed, place) == text


@given(place=PLACES, other=PLACES)
def test_a_ciphertext_opens_in_no_other_place(place: Place, other: Place):
    assume(place != other)
    wrapped = RING.new_data_key(_owner(place))
    sealed = RING.encrypt(wrapped, _owner(place), "Åvej 7", place)
    with pytest.raises(InvalidTag):
        RING.decrypt(wrapped, _owner(place), sealed, other)


@given(place=PLACES, row=st.uuids())
def test_a_key_opens_for_no_other_person(place: Place, row: UUID):
    assume(place.row != row)
    wrapped = RING.new_data_key(_owner(place))
    sealed = RING.encrypt(wrapped, _owner(place), "Åvej 7", place)
    with pytest.raises(InvalidTag):
        RING.decrypt(wrapped, replace(_owner(place), row=row), sealed, place)


@given(place=PLACES, data=st.data())
def test_a_changed_ciphertext_does_not_open(place: Place, data: st.DataObject):
    wrapped = RING.new_data_key(_owner(place))
    sealed = bytearray(RING.encrypt(wrapped, _owner(place), "Åvej 7", place))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidTag):
        RING.decrypt(wrapped, _owner(place), bytes(sealed), place)


@given(place=PLACES)
def test_the_same_text_is_never_sealed_alike(place: Place):
    wrapped = RING.new_data_key(_owner(place))
    one, two = (RING.encrypt(wrapped, _owner(place), "Åvej 7", place) for _ in range(2))
    assert one != two


@given(number=st.from_regex(r"[0-9]{6}-[0-9A-Z]{4}", fullmatch=True))
def test_a_person_number_has_one_index_a_municipality(number: str):
    plain = plain_number(number)
    assert RING.blind_index(1, plain) == RING.blind_index(1, plain_number(number.replace("-", " ")))
    assert RING.blind_index(1, plain) != RING.blind_index(2, plain)


@given(name=NAMES)
def test_a_folded_name_is_folded_already(name: str):
    assert fold(fold(name)) == fold(name)


@given(name=NAMES, data=st.data())
def test_the_beginning_of_any_part_finds_the_name(name: str, data: st.DataObject):
    parts = fold(name).split()
    assume(parts)
    part = data.draw(st.sampled_from(parts))
    assert matches(fold(name), part[: data.draw(st.integers(1, len(part)))])


@given(name=NAMES)
def test_large_and_small_letters_sort_alike(name: str):
    assert danish_order(name) == danish_order(name.swapcase())
