"""Names stand in a list where its readers look for them."""

import pytest

from klippekort.domain.alphabet import order

NAMES = ["Ø", "å", "zebra", "Anna B", "Annabel", "anders", "Æ", "Aase", "7", "Ätta", "Ósk", "Otto"]


@pytest.mark.parametrize(
    ("language", "sorted_names"),
    [
        ("da", "7 anders Anna_B Annabel Ósk Otto zebra Æ Ätta Ø å Aase"),
        ("nb", "7 anders Anna_B Annabel Ósk Otto zebra Æ Ätta Ø å Aase"),
        ("sv", "7 Aase anders Anna_B Annabel Ósk Otto zebra å Æ Ätta Ø"),
        ("en", "7 å Aase Æ anders Anna_B Annabel Ätta Ø Ósk Otto zebra"),
    ],
)
def test_a_list_follows_the_alphabet_of_its_readers(language: str, sorted_names: str):
    found = sorted(NAMES, key=lambda name: order(name, language))
    assert [name.replace(" ", "_") for name in found] == sorted_names.split()


def test_equal_spellings_have_an_order_too():
    assert order("Ane") != order("ane")
    assert sorted(["ane", "Ane"], key=order) == ["Ane", "ane"]
