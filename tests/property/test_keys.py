"""What is sealed opens in its own place, and nowhere else."""

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import assume, given
from hypothesis import strategies as st

from klippekort.citizens.queries import danish_order, fold, matches, plain_number
from klippekort.platform.keys import KeyRing, Place, new_secret

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


def test_keys_are_long_enough_and_no_two_installations_share_one(tmp_path: Path):
    """No key comes with the program: each is made where it is first started."""
    files = [tmp_path / name / "keys.json" for name in ("one", "two")]
    rings = [KeyRing.load_or_make(file) for file in files]
    made = [key for one in rings for key in (one.master, one.index, one.pepper)]
    assert {len(key) * 8 for key in made} == {256}
    assert len(set(made)) == 6
    assert len(rings[0].with_new_master().master) * 8 == 256
    assert b64decode(json.loads(files[0].read_text())["master"]) == rings[0].master
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_persons_key_is_of_256_bits_and_her_own():
    place = Place(1, UUID(int=1), "key")
    opened = {RING._opened(RING.new_data_key(place), place) for _person in range(50)}
    assert {len(key) * 8 for key in opened} == {256}
    assert len(opened) == 50


def test_secrets_have_128_bits_and_none_comes_twice():
    made = [new_secret() for _time in range(1000)]
    assert len(set(made)) == len(made)
    assert min(len(one) for one in made) * 6 >= 128
