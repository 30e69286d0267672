"""Which passwords are refused because anybody would try them here."""

import re
from collections.abc import Iterable

# What the program and those who use it are called, and what common passwords are made of.
REFUSED = (
    "klippekort",
    "kommune",
    "adgangskode",
    "kodeord",
    "administrator",
    "velkommen",
    "sommer",
    "vinter",
    "password",
    "passord",
    "qwerty",
    "123456",
    "654321",
    "abcdef",
)
FEWEST_OWN = 8
FEWEST_SIGNS = 5


SHORTEST_WORD = 3


def is_easily_guessed(password: str, names: Iterable[str] = ()) -> bool:
    """Say whether a password rests on such words: fewer than FEWEST_OWN signs stand beside them.

    `names` are known to others here: the person's and the municipality's. So is one of fewer than
    FEWEST_SIGNS different signs. Large and small letters are alike.
    """
    own = password.casefold()
    signs = len(set(own))
    parts = (part for name in names for part in re.split(r"[\W_]+", name.casefold()))
    for word in (*REFUSED, *sorted(parts, key=len, reverse=True)):
        own = own.replace(word, "") if len(word) >= SHORTEST_WORD else own
    return len(own.strip()) < FEWEST_OWN or signs < FEWEST_SIGNS
