"""Where a volunteer meets a citizen: never at an address of theirs."""

import re

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import address_of

_WORD = re.compile(r"\w+")


def tells_home(citizen: Citizen, meeting_point: str) -> bool:
    """Say whether a meeting point tells where a citizen lives.

    Street and number together tell it, however they are written; where the address is protected,
    so does any word that stands in it.
    """
    told = set(_WORD.findall(meeting_point.casefold()))
    address = _WORD.findall((address_of(citizen) or "").casefold())
    if not told or not address:
        return False
    if citizen.has_protected_address:
        return any(word in told for word in address if len(word) > 2)
    first_number = next((n for n, word in enumerate(address) if word[0].isdigit()), None)
    street_and_number = address if first_number is None else address[: first_number + 1]
    return all(word in told for word in street_and_number)
