"""A statement that anybody who holds it can check: its code, its figures, and how long it holds."""

from dataclasses import dataclass
from datetime import date, timedelta

from klippekort.domain.ledger import CardState

# Crockford's letters: none is taken for another, whether read aloud or typed from paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
HOLDS_FOR = timedelta(days=365)
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True)
class Figures:
    """What a card had come to at the end of a day, in minutes: they always add up."""

    given: int
    used: int
    lapsed: int
    left: int

    def written(self, on: date) -> str:
        """Return the figures and their day as the text that is vouched for."""
        return f"{on.isoformat()}|{self.given}|{self.used}|{self.lapsed}|{self.left}"


def figures_of(state: CardState) -> Figures:
    """Return what a card's lots come to; what is set aside for trips is still left."""
    lots = state.lots
    return Figures(
        given=sum(lot.granted for lot in lots),
        used=sum(lot.used for lot in lots),
        lapsed=sum(lot.expired for lot in lots),
        left=sum(lot.saved for lot in lots),
    )


def code_of(number: int) -> str:
    """Return a large number as a code of sixteen letters, without its dashes."""
    letters = []
    for _place in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def shown_code(code: str) -> str:
    """Return a code as it stands on paper: "K7QF-2MHT-9XPA-04CD"."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def plain_code(typed: str) -> str | None:
    """Return a code as it was made, however it was typed; None for what can be no code."""
    said = "".join(mark for mark in typed.upper() if mark.isalnum()).translate(_ALIKE)
    is_code = len(said) == LENGTH and set(said) <= set(ALPHABET)
    return said if is_code else None
