"""Addresses as people write them: taken out of a line of text, and known again."""

import re
from dataclasses import dataclass

_STREET = re.compile(r"\s*([^\W\d][^,\d]*\s\d{1,3}(?:\s?[a-zA-ZæøåÆØÅ](?!\w))?)(?![\w])")
_POSTCODE = re.compile(r"(?:^|[\s,])(\d{4})(?=\s+[^\W\d])")


@dataclass(frozen=True)
class Address:
    """A road with a number, and the postcode where it is known."""

    street: str
    postcode: str | None


def read(text: str) -> Address | None:
    """Return the address in a line such as "Meeting, Kirkevej 3, 4681 Lindeby", or None."""
    found = next(filter(None, (_STREET.match(part) for part in text.split(","))), None)
    if found is None:
        return None
    postcode = _POSTCODE.search(text)
    return Address(found[1].strip(), postcode[1] if postcode else None)


def known(address: str | None, postcode: str | None, text: str) -> Address | None:
    """Return the address that was given, else the one in the text, else None."""
    if address:
        said = read(address)
        return Address(address, postcode or (said.postcode if said else None))
    said = read(text)
    return Address(said.street, postcode or said.postcode) if said else None


def street_key(street: str) -> str:
    """Return a road and number without what people write one way and another."""
    said = read(street)
    plain = (said.street if said else street).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def is_same_postcode(one: str | None, other: str | None) -> bool:
    """Say whether two postcodes can be one; an unknown one can be any."""
    first, second = (one or "").strip(), (other or "").strip()
    return not first or not second or first == second


def is_same(one: Address, other: Address) -> bool:
    """Say whether two addresses are one door, as far as they tell."""
    key = street_key(one.street)
    same = bool(key) and key == street_key(other.street)
    return same and is_same_postcode(one.postcode, other.postcode)
