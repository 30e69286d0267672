"""Finding Danish words however they are spelled: æ or ae, å or aa, one letter or two, a slip of a
key.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

ONE_SLIP = 5
"""Letters from which a word may be one slip of a key away."""

TWO_SLIPS = 9
"""Letters from which a word may be two slips of a key away."""

INSIDE = 4
"""Letters from which a word is found inside another: "sang" in "fællessangen"."""

AT_THE_END = 3
"""Letters from which a word is found at the end of another: "tur" in "gåtur"."""

EXACT, BEGUN, WITHIN, SLIPPED = 8, 6, 4, 3
"""What a word is worth: it is the word, begins it, stands inside it, or is a slip away."""

LONGEST_QUERY = 80
"""Letters of what is looked for that are read at all."""

SMALL = frozenset(
    (
        *("af", "and", "at", "en", "et", "for", "i", "in", "med", "og", "of", "om", "pa", "the"),
        *("til", "ved", "with"),
    )
)
"""Folded words that say nothing of what somebody looks for."""

_FOR_LETTERS = str.maketrans(
    {"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "ü": "y", "đ": "d", "ł": "l"}
)
_DOUBLED = re.compile(r"([a-z])\1+")
_BETWEEN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Text:
    """What a thing is found by; the parts weigh from the title down to the description."""

    title: str
    kind: str = ""
    place: str = ""
    town: str = ""
    description: str = ""


WEIGHTS = (("title", 8), ("kind", 5), ("place", 4), ("town", 3), ("description", 1))
"""The parts of a text, and how much a hit in each of them counts."""


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return a text as it is compared: words of a to z and 0 to 9 with one space between.

    Danish letters become the two that stand for them, accents go, and of a letter written twice
    one is left, so that å, aa and a are alike.
    """
    small = unicodedata.normalize("NFC", text.casefold()).translate(_FOR_LETTERS)
    plain = "".join(
        mark for mark in unicodedata.normalize("NFD", small) if not unicodedata.combining(mark)
    )
    return _BETWEEN.sub(" ", _DOUBLED.sub(r"\1", plain)).strip()


def words_of(query: str) -> tuple[str, ...]:
    """Return the folded words of what somebody looks for, without the small ones between them."""
    words = fold(query[:LONGEST_QUERY]).split()
    return tuple(word for word in words if word not in SMALL) or tuple(words)


def slips(one: str, other: str, most: int) -> int:
    """Return how many slips of a key lie between two words: a letter wrong, missing, too many, or
    two neighbours swapped. What is more than `most` is told as `most` + 1.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            best = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                best = min(best, older[to - 2] + 1)
            row.append(best)
    return min(row[-1], most + 1)


def forgiven(word: str) -> int:
    """Return how many slips a folded word may hold: none in a short one."""
    return 2 if len(word) >= TWO_SLIPS else 1 if len(word) >= ONE_SLIP else 0


@lru_cache(maxsize=32768)
def worth(looked_for: str, word: str) -> int:
    """Return what a word is worth to one that is looked for, both folded; 0 is no likeness."""
    if word == looked_for:
        return EXACT
    if word.startswith(looked_for):
        return BEGUN
    length = len(looked_for)
    ends = length >= AT_THE_END and word.endswith(looked_for)
    if ends or (length >= INSIDE and looked_for in word):
        return WITHIN
    return SLIPPED if _is_foreign(looked_for, word) or _is_slip(looked_for, word) else 0


def _is_foreign(looked_for: str, word: str) -> bool:
    """Say whether a word begins like that on keys without Danish letters, where ø becomes o."""
    return len(looked_for) >= INSIDE and word.replace("oe", "o").startswith(looked_for)


def _is_slip(looked_for: str, word: str) -> bool:
    """Say whether a word, or as much of it as was typed, is only slips away."""
    most = forgiven(looked_for)
    if not most:
        return False
    if slips(looked_for, word, most) <= most:
        return True
    # Half a word is little to go by: one slip at most, and not in its first letter.
    length = len(looked_for)
    begun = (word[:end] for end in range(length - 1, length + 2) if end < len(word))
    return word[0] == looked_for[0] and any(slips(looked_for, part, 1) <= 1 for part in begun)


def rank(looked_for: Sequence[str], text: Text) -> int:
    """Return how well a text answers folded words; 0 when one of them is found nowhere in it.

    Nothing looked for is answered by every text alike, with 1.
    """
    if not looked_for:
        return 1
    parts = [(_parts(getattr(text, name)), weight) for name, weight in WEIGHTS]
    found = [_best(word, parts) for word in looked_for]
    return sum(found) if all(found) else 0


def _best(looked_for: str, parts: Sequence[tuple[tuple[str, ...], int]]) -> int:
    return max(
        (worth(looked_for, one) * weight for words, weight in parts for one in words), default=0
    )


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str, ...]:
    """Return the words of a text, and each two of them as one: people split words at will."""
    words = fold(text).split()
    return (*words, *(fold(one + other) for one, other in pairwise(words)))
