"""An address as people write it: taken out of a line of text, and known again."""

import pytest

from klippekort.domain.addresses import Address, is_same, read


@pytest.mark.parametrize(
    ("text", "street", "postcode"),
    [
        ("Møde, Kirkestræde 2, 4681 Lindeby", "Kirkestræde 2", "4681"),
        ("Kirkestræde 2, 4681 Lindeby", "Kirkestræde 2", "4681"),
        ("Møde, Kirkestræde 2 A", "Kirkestræde 2 A", None),
        ("Kirkestræde 2 4681 Lindeby", "Kirkestræde 2", "4681"),
        (
            "Møde,  H. C. Andersens Vej 12B , 1. sal, 4681 Lindeby",
            "H. C. Andersens Vej 12B",
            "4681",
        ),
    ],
)
def test_an_address_is_taken_out_of_what_is_written(
    text: str, street: str, postcode: str | None
) -> None:
    assert read(text) == Address(street, postcode)


@pytest.mark.parametrize(
    "text", ["", "A walk round the lake", "Café Linden, 1. sal", "4681 Lindeby"]
)
def test_where_none_is_written_there_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Address("Kirkestræde 2", "4681"), Address("kirkestræde  2", "4681")),
        (Address("Kirkestræde 2", "4681"), Address("Kirkestræde 2", None)),
        (Address("Kirkestræde 2A", None), Address("Kirkestræde 2 a.", "4681")),
        (Address("Ågade 3", "4681"), Address("ågade 3, 4681 Lindeby", None)),
        (Address("Ågade 3", "4681"), Address("Ågade 3", " 4681 ")),
    ],
)
def test_the_same_door_is_known_again(one: Address, other: Address) -> None:
    assert is_same(one, other)
    assert is_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Address("Kirkestræde 2", "4681"), Address("Kirkestræde 2", "4700")),
        (Address("Kirkestræde 2", "4681"), Address("Kirkestræde 12", "4681")),
        (Address("", None), Address("", None)),
    ],
)
def test_another_door_is_another(one: Address, other: Address) -> None:
    assert not is_same(one, other)
