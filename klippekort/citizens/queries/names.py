"""Danish names: how they are searched and how they are sorted."""

import re
import unicodedata

_ALPHABET = {letter: rank for rank, letter in enumerate("abcdefghijklmnopqrstuvwxyzæøå")}
_SISTERS = str.maketrans({"ä": "æ", "ö": "ø", "đ": "d", "ł": "l"})
_BETWEEN_PARTS = re.compile(r"[^\w]+")
LONGEST_SEARCH_NAME = 170
FEWEST_LETTERS = 2


def fold(text: str) -> str:
    """Return a name as it is searched: small letters, parts set apart by one space, å as aa.

    Æ and ø stay letters of their own; accents on other letters are dropped.
    """
    small = unicodedata.normalize("NFC", text).casefold().translate(_SISTERS).replace("å", "aa")
    plain = "".join(
        mark for mark in unicodedata.normalize("NFD", small) if not unicodedata.combining(mark)
    )
    return _BETWEEN_PARTS.sub(" ", plain.replace("_", " ")).strip()


def search_name(first_name: str, last_name: str) -> str:
    """Return the column that a citizen is found by."""
    return fold(f"{first_name} {last_name}")[:LONGEST_SEARCH_NAME]


def is_long_enough(text: str) -> bool:
    """Say whether `text` has the two letters that a search takes."""
    return sum(mark.isalnum() for mark in text) >= FEWEST_LETTERS


def danish_order(name: str) -> tuple[int, ...]:
    """Return the key that sorts names as a Danish list does: Æ, Ø, and Å with Aa at the end."""
    letters = fold(name).replace("aa", "å")
    return tuple(_ALPHABET.get(letter, -1) for letter in letters)


def matches(searched: str, text: str) -> bool:
    """Say whether each word of `text` begins a part of a name that is folded already."""
    parts, words = searched.split(), fold(text).split()
    return bool(words) and all(any(part.startswith(word) for part in parts) for word in words)
