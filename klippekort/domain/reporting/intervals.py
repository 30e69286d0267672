"""Before and after, with how sure we are: means and shares with intervals of 95 per cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

Z = 1.959964


@dataclass(frozen=True)
class Change:
    """The mean change of those measured twice, and the interval it lies in, 95 times of 100."""

    people: int
    before: float
    after: float
    change: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.low > 0 or self.high < 0


def change(pairs: Sequence[tuple[float, float]], fewest: int = 5) -> Change | None:
    """Return what became of those measured before and after, or None for fewer than `fewest` (and
    never of fewer than two, of whom no spread can be told).
    """
    if len(pairs) < max(2, fewest):
        return None
    apart = [after - before for before, after in pairs]
    middle = mean(apart)
    reach = student(len(apart) - 1) * stdev(apart) / sqrt(len(apart))
    return Change(
        len(pairs),
        mean(before for before, _after in pairs),
        mean(after for _before, after in pairs),
        middle,
        middle - reach,
        middle + reach,
    )


def share(part: int, whole: int) -> tuple[float, float, float]:
    """Return a share and its interval by Wilson's formula, as parts of one.

    Raises ValueError unless `part` lies within `whole`, which is not nobody.
    """
    if whole < 1 or not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole}")
    found, square = part / whole, Z * Z
    middle = (found + square / (2 * whole)) / (1 + square / whole)
    spread = sqrt(found * (1 - found) / whole + square / (4 * whole * whole))
    reach = Z * spread / (1 + square / whole)
    return found, max(0.0, middle - reach), min(1.0, middle + reach)


_STUDENT = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)  # fmt: skip


def student(freedom: int) -> float:
    """Return the two-sided 95 per cent point of Student's distribution.

    Beyond thirty it is the expansion of Cornish and Fisher, right to three decimals. Raises
    ValueError below one.
    """
    if freedom < 1:
        raise ValueError(str(freedom))
    if freedom <= len(_STUDENT):
        return _STUDENT[freedom - 1]
    return Z + (Z**3 + Z) / (4 * freedom) + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
