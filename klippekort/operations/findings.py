"""What a check says: how it came out, and one sentence."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check came out. Whatever could not be looked at is never called fine."""

    FINE = "fine"
    WRONG = "wrong"
    UNCHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """One check's verdict and its sentence."""

    verdict: Verdict
    sentence: str


def fine(sentence: str) -> Finding:
    """Return that all is well."""
    return Finding(Verdict.FINE, sentence)


def wrong(sentence: str) -> Finding:
    """Return what is wrong and how it is mended."""
    return Finding(Verdict.WRONG, sentence)


def unchecked(sentence: str) -> Finding:
    """Return what could not be looked at, and why."""
    return Finding(Verdict.UNCHECKED, sentence)
