"""Counts of people that may be shown without anybody being known by them."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

FEWEST = 5

Key = TypeVar("Key", bound=Hashable)


def suppressed(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """Return counts in which those from one to four are None; nobody is nobody, and is told.

    A single hidden count could be found by taking the others from the sum, so then the next
    smallest is hidden with it.
    """
    shown: dict[Key, int | None] = {
        key: None if 0 < count < FEWEST else count for key, count in counts.items()
    }
    hidden = [key for key, count in shown.items() if count is None]
    if len(hidden) == 1:
        others = [key for key, count in counts.items() if count >= FEWEST]
        if others:
            shown[min(others, key=lambda key: counts[key])] = None
    return shown


def total_of(counts: Mapping[Key, int]) -> int | None:
    """Return the sum of counts, or None where so few must not be told."""
    total = sum(counts.values())
    return None if 0 < total < FEWEST else total
