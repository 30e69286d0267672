"""How long people waited, told as the median and as what nine of ten waited at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Of fewer people, nine of ten would be the wait of a single one.
ENOUGH_FOR_NINE = 20


@dataclass(frozen=True)
class Wait:
    """Days waited: half waited `median` at most, nine of ten `ninth` (None for so few people)."""

    people: int
    median: int
    ninth: int | None


def wait_of(waits: Sequence[tuple[Any, int]], fewest: int) -> Wait | None:
    """Return how long people waited, from pairs of who and days, or None of fewer than `fewest`."""
    people = len({who for who, _days in waits})
    if people < max(2, fewest):
        return None
    days = sorted(number for _who, number in waits)
    ninth = _at(days, 9) if people >= max(ENOUGH_FOR_NINE, 2 * fewest) else None
    return Wait(people, _at(days, 5), ninth)


def _at(days: Sequence[int], tenths: int) -> int:
    """Return the fewest days that so many tenths waited at most."""
    return days[-(-tenths * len(days) // 10) - 1]
