"""What the care record calls a citizen there: any short text, but never the person number."""

import re
import unicodedata
from datetime import date

LONGEST = 60
REPLACEMENT_DAY = 60
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_BETWEEN = re.compile(r"[\s.\-]+")
_TEN_DIGITS = re.compile(r"\d{10}", re.ASCII)
_NUMBER = re.compile(r"(?<!\w)(\d\d)(\d\d)(\d\d)[-. ]?[0-9A-Z]{4}(?!\w)", re.ASCII)


def written(typed: str) -> str:
    """Return a reference on one line, without blanks around it."""
    return " ".join(typed.split())


def is_fit(ref: str) -> bool:
    """Say whether a text can be somebody's reference at all."""
    return 0 < len(ref) <= LONGEST and ref.isprintable() and not looks_like_person_number(ref)


def looks_like_person_number(text: str) -> bool:
    """Say whether a text is ten digits, however they are parted, or has a person number in it.

    A replacement number (day + 60, or letters among the last four) is one too.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).upper()
    together = _BETWEEN.sub("", plain)
    if _TEN_DIGITS.fullmatch(together):
        return True
    found = [*_NUMBER.finditer(plain), *_NUMBER.finditer(together)]
    return any(_is_birthday(*(int(part) for part in match.groups())) for match in found)


def _is_birthday(day: int, month: int, year: int) -> bool:
    real_day = day - REPLACEMENT_DAY if day > REPLACEMENT_DAY else day
    return any(_is_day(century + year, month, real_day) for century in (1800, 1900, 2000))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
