"""Which postcodes a district reaches over, as far as where its citizens live tells."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

SHARE = 0.2
"""The part of a postcode's citizens who live in a district from which the postcode is of it."""


def postcodes_of(citizens: Mapping[tuple[UUID, str], int]) -> dict[UUID, frozenset[str]]:
    """Return the postcodes of each district, by how many citizens of it live in each.

    One who lives at the far end of another postcode does not bring it along.
    """
    in_all: dict[str, int] = defaultdict(int)
    for (_district, postcode), count in citizens.items():
        in_all[postcode] += count
    found: dict[UUID, set[str]] = defaultdict(set)
    for (district, postcode), count in citizens.items():
        if count >= SHARE * in_all[postcode]:
            found[district].add(postcode)
    return {district: frozenset(postcodes) for district, postcodes in found.items()}
