"""Somebody's sex, as the person number tells it."""

from enum import StrEnum


class Sex(StrEnum):
    """The two that a Danish person number knows."""

    WOMAN = "woman"
    MAN = "man"


def sex_in(person_number: str) -> Sex:
    """Return what the last of the ten digits tells: even for a woman, odd for a man.

    The rule is the civil registration office's (CPR-kontoret, "Personnummeret i CPR").
    """
    return Sex.MAN if int(person_number[-1]) % 2 else Sex.WOMAN
