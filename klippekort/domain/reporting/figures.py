"""The figures of a year as they may be told: each at every level, or kept back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from klippekort.domain.reporting.counts import MEASURES, STANDING, Count, Measure
from klippekort.domain.reporting.periods import chain
from klippekort.domain.reporting.secrecy import (
    Atom,
    Axis,
    Cube,
    Key,
    Levels,
    flat,
    kept_back,
    nested,
)

NOWHERE = "-"
ALL = ""
ROUNDED_TO = 5
_MONTH, _TOP = 0, 1
_CUT, _CUT_TOP = 3, 2


@dataclass(frozen=True)
class Told:
    """One measure of a year: amounts by (period, district, supplier, cut), None where kept back.

    "" is everything on an axis, `NOWHERE` what has no district or supplier. A cut ends with a
    stroke where it is a whole kind. What is not in it is nothing.
    """

    cells: Mapping[Key, int | None]

    def get(
        self, period: str, district: str = ALL, supplier: str = ALL, cut: str = ALL
    ) -> int | None:
        """Return an amount, or None where it is kept back."""
        return self.cells.get((period, district, supplier, cut), 0)

    def parts(self, place: int, period: str, district: str = ALL, supplier: str = ALL) -> list[str]:
        """Return the parts of a cell on an axis (1 districts, 2 suppliers, 3 cuts) that are told.

        One that is kept back is left out like one where nobody is: it would tell where the few are.
        """
        wanted = [period, district, supplier, ALL]
        found = {
            key[place]
            for key, amount in self.cells.items()
            if amount
            and key[place] != ALL
            and all(key[n] == one for n, one in enumerate(wanted) if n != place)
        }
        return sorted(found)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted at all."""
        return not any(amount is None or amount for amount in self.cells.values())


@dataclass(frozen=True)
class Figures:
    """Every measure of a year, and how few people none of them stands for."""

    year: int
    fewest: int
    measures: Mapping[str, Told] = field(default_factory=dict)

    def of(self, code: str) -> Told:
        """Return a measure; one that was never counted is empty."""
        return self.measures.get(code, Told({}))


def figures(year: int, counts: Iterable[Count], fewest: int) -> Figures:
    """Return the figures of a year, with all that could tell of a few people kept back."""
    atoms: dict[str, dict[Key, tuple[int, int]]] = defaultdict(dict)
    for one in counts:
        if one.month.year == year:
            key = (one.month.isoformat(), _name(one.district), _name(one.supplier), one.cut)
            amount, people = atoms[one.measure].get(key, (0, 0))
            atoms[one.measure][key] = amount + one.amount, max(people, one.people)
    return Figures(
        year,
        fewest,
        {
            code: _told(code, fewest, tuple(sorted(found.items())))
            for code, found in atoms.items()
            if code in MEASURES or code in STANDING
        },
    )


def rounded(found: Figures) -> Figures:
    """Return figures to the nearest five.

    How things stand in one period is no sum of other periods, so that nothing is kept back
    between them; rounded, two periods set beside each other tell of no single person.
    """
    return Figures(
        found.year,
        found.fewest,
        {
            code: Told({key: _round(amount) for key, amount in told.cells.items()})
            for code, told in found.measures.items()
        },
    )


def _round(amount: int | None) -> int | None:
    if amount is None:
        return None
    return (amount + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def _name(part: Any) -> str:
    return str(part) if part else NOWHERE


def _by_time(part: str) -> tuple[str, ...]:
    return chain(date.fromisoformat(part))


def _uncut(part: str) -> tuple[str, ...]:
    return (part,)


def is_told(levels: Levels) -> bool:
    """Say whether a cell by period, district and supplier is told: a month not by both at once."""
    time, district, supplier = levels[:_CUT]
    return time > _MONTH or _TOP in (district, supplier)


def is_told_by_cause(levels: Levels) -> bool:
    """Say whether a cell with a cause too is told: never of a month, and by one of the others."""
    time, district, supplier, cut = levels
    if cut == _CUT_TOP:
        return is_told(levels)
    return time > _MONTH and _TOP in (district, supplier)


# What lies in the past is asked for again and again, and finding what may be told takes a while.
@lru_cache(maxsize=512)
def _told(code: str, fewest: int, atoms: tuple[tuple[Key, tuple[int, int]], ...]) -> Told:
    measure = MEASURES.get(code) or STANDING[code]
    is_cut = any(key[_CUT] for key, _held in atoms)
    cube = Cube(
        axes_of(measure, is_cut=is_cut),
        {
            (*key[:_CUT], key[_CUT] or NOWHERE) if is_cut else key: Atom(*held)
            for key, held in atoms
            if held[0]  # behind what was undone the same month stands nobody
        },
        is_told_by_cause if is_cut else is_told,
    )
    hidden = kept_back(cube, fewest)
    cells: dict[Key, int | None] = dict(cube.told())
    return Told(cells | dict.fromkeys(hidden))


def axes_of(measure: Measure, *, is_cut: bool) -> tuple[Axis, ...]:
    """Return how a measure is divided: by period, district, supplier, and cause if it has any."""
    return (
        Axis(_by_time, adds_people=measure.once),
        Axis(flat()),
        Axis(flat()),
        Axis(nested if is_cut else _uncut, adds_people=measure.once),
    )


def packed(figures: Figures) -> dict[str, Any]:
    """Return what a yearly report tells, as values JSON can hold: every period of the whole
    municipality, and the year of each district, supplier and cause.
    """
    year = str(figures.year)
    return {
        "year": figures.year,
        "fewest": figures.fewest,
        "measures": {
            code: [
                [*key, amount]
                for key, amount in told.cells.items()
                if key[1:] == (ALL, ALL, ALL)
                or (key[0] == year and sum(part != ALL for part in key[1:]) == 1)
            ]
            for code, told in figures.measures.items()
        },
    }


def unpacked(content: Mapping[str, Any]) -> Figures:
    """Return the figures that `packed` made."""
    measures: Mapping[str, Sequence[Sequence[Any]]] = content["measures"]
    return Figures(
        content["year"],
        content["fewest"],
        {
            code: Told({(row[0], row[1], row[2], row[3]): row[4] for row in rows})
            for code, rows in measures.items()
        },
    )
