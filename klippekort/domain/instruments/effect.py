"""Before and after: how much a score has changed, and how sure one can be of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

# Student's t for 95 %, by degrees of freedom; beyond the table the next lower one is used, which
# makes the interval a little too wide and never too narrow.
_T = {
    1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262,
    10: 2.228, 11: 2.201, 12: 2.179, 13: 2.160, 14: 2.145, 15: 2.131, 16: 2.120, 17: 2.110,
    18: 2.101, 19: 2.093, 20: 2.086, 21: 2.080, 22: 2.074, 23: 2.069, 24: 2.064, 25: 2.060,
    26: 2.056, 27: 2.052, 28: 2.048, 29: 2.045, 30: 2.042, 40: 2.021, 60: 2.000, 120: 1.980,
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """How scores changed from before to after for `n` people who gave both.

    `mean` is after minus before; the true mean lies between `low` and `high` in 95 of 100 such
    counts. Both are None for fewer than two people.
    """

    n: int
    before: float
    after: float
    mean: float
    low: float | None
    high: float | None


def change(pairs: Sequence[tuple[int, int]]) -> Change | None:
    """Return how much the scores of people changed, or None where nobody gave both."""
    n = len(pairs)
    if n == 0:
        return None
    differences = [after - before for before, after in pairs]
    mean = sum(differences) / n
    margin = _margin(differences, mean)
    return Change(
        n=n,
        before=sum(before for before, _ in pairs) / n,
        after=sum(after for _, after in pairs) / n,
        mean=mean,
        low=None if margin is None else mean - margin,
        high=None if margin is None else mean + margin,
    )


def _margin(differences: Sequence[int], mean: float) -> float | None:
    n = len(differences)
    if n < 2:
        return None
    variance = sum((one - mean) ** 2 for one in differences) / (n - 1)
    return _t(n - 1) * sqrt(variance / n)


def _t(freedom: int) -> float:
    return _T[max(known for known in _T if known <= freedom)]
