"""Whatever is told, nobody can take the rest apart: an attacker tries every sum there is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from klippekort.domain.reporting.periods import chain
from klippekort.domain.reporting.secrecy import Atom, Axis, Cube, Key, flat, kept_back, nested

MONTHS = [f"2026-{month:02d}-01" for month in (1, 2, 12)]
FEWEST = 5
PRIME = 2**61 - 1


def by_time(part: str) -> tuple[str, ...]:
    return chain(date.fromisoformat(part))


AXES = (Axis(by_time, adds_people=False), Axis(flat()), Axis(flat()))
amounts = st.integers(min_value=0, max_value=12)


def a_cube(atoms: Mapping[tuple[str, str, str], int]) -> Cube:
    return Cube(AXES, {key: Atom(n, n) for key, n in atoms.items() if n})


def cubes() -> st.SearchStrategy[Cube]:
    keys = list(product(MONTHS, ("nord", "syd", "vest"), ("own", "private")))
    return st.fixed_dictionaries(dict.fromkeys(keys, amounts)).map(a_cube)


def sums(cube: Cube) -> dict[Key, list[int]]:
    """Return every cell that may be told as ones and noughts over all finest cells, empty too."""
    leaves = [sorted(chains) for chains in cube.chains]
    every = list(product(*leaves))
    whole = replace(cube, atoms=dict.fromkeys(every, Atom(1, 1)))
    rows: dict[Key, list[int]] = {}
    for place, atom in enumerate(every):
        for held, _levels in whole.cells_of(atom):
            rows.setdefault(held, [0] * len(every))[place] = 1
    return rows


def found_out(cube: Cube, hidden: set[Key]) -> set[Key]:
    """Return the cells kept back that some sum of told cells is, by solving the equations modulo a
    large prime.
    """
    rows, basis = sums(cube), list[tuple[int, list[int]]]()

    def reduced(row: list[int]) -> list[int]:
        for pivot, other in basis:
            if factor := row[pivot]:
                row = [(a - factor * b) % PRIME for a, b in zip(row, other, strict=True)]
        return row

    for held, row in rows.items():
        rest = reduced(row) if held not in hidden else []
        lead = next((n for n, value in enumerate(rest) if value), None)
        if lead is not None:
            inverse = pow(rest[lead], -1, PRIME)
            basis.append((lead, [value * inverse % PRIME for value in rest]))
    return {cell for cell in hidden if cell in rows and not any(reduced(rows[cell]))}


def pinned(cube: Cube, hidden: set[Key]) -> set[Key]:
    """Return the finest small cells that can only be one number when nothing is below zero: bounds
    are tightened by every told sum until none moves.
    """
    every = list(product(*(sorted(chains) for chains in cube.chains)))
    low, high = dict.fromkeys(every, 0), dict.fromkeys(every, 10_000)
    told = [
        (cube.amounts.get(cell, 0), [every[n] for n, one in enumerate(row) if one])
        for cell, row in sums(cube).items()
        if cell not in hidden
    ]
    for _round in range(30):
        for total, atoms in told:
            least, most = sum(low[a] for a in atoms), sum(high[a] for a in atoms)
            for atom in atoms:
                rest, room = least - low[atom], most - high[atom]
                low[atom] = max(low[atom], total - room)
                high[atom] = min(high[atom], total - rest)
                least, most = rest + low[atom], room + high[atom]
    few = {atom for atom, held in cube.atoms.items() if 0 < held.people < FEWEST}
    return {atom for atom in few if low[atom] == high[atom]}


@settings(max_examples=30, deadline=None)
@given(cubes())
def test_no_sum_of_what_is_told_is_a_small_cell(cube: Cube) -> None:
    hidden = kept_back(cube, FEWEST)
    assert {cell for cell, people in cube.people.items() if 0 < people < FEWEST} <= hidden
    assert not found_out(cube, hidden)


@settings(max_examples=30, deadline=None)
@given(cubes())
def test_no_small_cell_is_pinned_by_what_cannot_be_below_zero(cube: Cube) -> None:
    hidden = kept_back(cube, FEWEST)
    assert not pinned(cube, hidden)


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(["a:1", "a:2", "b:1", "c"], amounts)))
def test_causes_within_causes_are_kept_apart(by_cause: dict[str, int]) -> None:
    axes = (Axis(nested, adds_people=False),)
    cube = Cube(axes, {(key,): Atom(n, n) for key, n in by_cause.items() if n})
    assert not found_out(cube, kept_back(cube, FEWEST))


def test_with_nothing_small_everything_is_told() -> None:
    cube = a_cube({("2026-01-01", "nord", "own"): 7, ("2026-02-01", "syd", "own"): 9})
    assert not kept_back(cube, FEWEST)


def test_a_small_district_takes_another_with_it_but_not_the_sum() -> None:
    month = "2026-01-01"
    cube = a_cube({(month, "nord", "own"): 3, (month, "syd", "own"): 9, (month, "vest", "own"): 8})
    hidden = kept_back(cube, FEWEST)
    assert ("2026", "nord", "") in hidden
    assert len([one for one in hidden if one[0] == "2026" and one[2] == "" and one[1]]) == 2
    assert ("2026", "", "") not in hidden
