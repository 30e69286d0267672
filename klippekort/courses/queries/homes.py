"""Which homes share a stairwell, as far as an address tells."""

import re

from klippekort.citizens.queries import fold

_STAIRWELL = re.compile(r"^(.*?\d+\s*[a-zæøå]?)(?:\s|,|$)", re.IGNORECASE)


def stairwell_of(address: str | None, postcode: str | None) -> str | None:
    """Return an address without floor and door, as it is compared, or None without a number.

    Åvej 7, 2. tv and Åvej 7 st. are one stairwell, 7 A and 7 B are two.
    """
    found = _STAIRWELL.match(address.split(",")[0].strip() + ",") if address else None
    if found is None or not postcode:
        return None
    return f"{fold(found[1]).replace(' ', '')}|{postcode}"
