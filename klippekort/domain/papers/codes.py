"""Codes that are printed on slips and typed by hand: short, and a slip of the key is noticed."""

import re
from collections.abc import Iterable

from klippekort.domain.errors import DomainError

# Nothing that looks like something else: no 0 and O, no 1, I and L, no U beside V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_PRIME = 31
_ROOM = len(ALPHABET)
_TOKEN = re.compile(r"[0-9A-Z]{4}[ -]?[0-9A-Z]{4}(?![0-9A-Z])")


class UnreadableCode(DomainError):
    """What was typed is no code: it is too short or too long, or holds a slip of the key."""


def make_code(draw: Iterable[int]) -> str:
    """Return a code of seven signs, picked by numbers that nobody can foresee, and one that checks
    them. Numbers whose check has no sign are passed over.
    """
    signs: list[str] = []
    for number in draw:
        signs.append(ALPHABET[number % _ROOM])
        signs = signs[-(LENGTH - 1) :]
        if len(signs) == LENGTH - 1 and (last := _check(signs)) < _ROOM:
            return "".join(signs) + ALPHABET[last]
    raise ValueError("too few numbers to make a code of")


def shown(code: str) -> str:
    """Return a code in two halves, as people read it aloud."""
    return f"{code[:4]}-{code[4:]}"


def read_code(typed: str) -> str:
    """Return the code in what somebody typed or a reader sent: small letters, blanks and words
    around it do no harm. Raises UnreadableCode.
    """
    found: list[str] = _TOKEN.findall(typed.upper())
    if not found:
        raise UnreadableCode
    code = re.sub("[ -]", "", found[-1])
    signs, last = code[:-1], code[-1]
    if not set(code) <= set(ALPHABET) or _check(signs) != ALPHABET.index(last):
        raise UnreadableCode
    return code


def _check(signs: Iterable[str]) -> int:
    """Return a number that changes when one sign does, or two beside each other change places."""
    total = sum(ALPHABET.index(sign) * weight for weight, sign in enumerate(signs, start=2))
    return total % _PRIME
