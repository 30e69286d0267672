"""Questions that accounts cannot answer: how a look is told, and what citizens are called."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class HowTold:
    """Asks for the words of a look's purpose, or else of its action; nothing where none tell it."""

    purpose: str | None
    action: str


@dataclass(frozen=True)
class WhatCalled:
    """Asks for the names of citizens of the municipality at hand: pairs of id and name, none for
    one who is not known any more.
    """

    citizen_ids: frozenset[UUID]
