"""How somebody is reached, as it is written in many ways and means the same."""

import re

_AROUND = re.compile(r"\b(tlf|tel|telefon|telefonnummer|mobil|mob|nr|nummer|phone|ring|til|på)\b")
_DENMARK = re.compile(r"(00)?45(?=\d{8}(?!\d))")


def as_reached(said: str) -> str:
    """Return the letters and digits that tell how somebody is reached: a number is the same with or
    without the country, spaces, and the word for a telephone.
    """
    small = said.casefold()
    letters = "".join(filter(str.isalnum, _AROUND.sub(" ", small)))
    return _DENMARK.sub("", letters, count=1) or small
