"""Whatever is told, nobody can take the rest apart: an attacker tries every sum there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from klippekort.domain.reporting.counts import MEASURES, Measure
from klippekort.domain.reporting.figures import axes_of, is_told, is_told_by_cause
from klippekort.domain.reporting.periods import chain
from klippekort.domain.reporting.secrecy import Atom, Axis, Cube, Key, flat, kept_back, nested

MONTHS = [f"2026-{month:02d}-01" for month in (1, 2, 12)]
SUPPLIERS = ("own", "private")
CAUSES = ("citizen:ill", "citizen:tired", "supplier:late")
FEWEST = 5
PRIME = 2**61 - 1


def by_time(part: str) -> tuple[str, ...]:
    return chain(date.fromisoformat(part))


AXES = (Axis(by_time, adds_people=False), Axis(flat()), Axis(flat()))
amounts = st.integers(min_value=0, max_value=12)


def a_cube(atoms: Mapping[tuple[str, str, str], int]) -> Cube:
    return Cube(AXES, {key: Atom(n, n) for key, n in atoms.items() if n})


def cubes() -> st.SearchStrategy[Cube]:
    keys = list(product(MONTHS, ("nord", "syd", "vest"), SUPPLIERS))
    return st.fixed_dictionaries(dict.fromkeys(keys, amounts)).map(a_cube)


def told_as(atoms: Mapping[Key, int], measure: Measure, *, is_cut: bool) -> Cube:
    """Return a measure as the cockpit and the yearly report tell it."""
    told = is_told_by_cause if is_cut else is_told
    held = {key: Atom(n, n) for key, n in atoms.items() if n}
    return Cube(axes_of(measure, is_cut=is_cut), held, told)


def some_of(keys: Iterable[Key], *, is_cut: bool) -> st.SearchStrategy[Cube]:
    """Return cubes in which many of the finest cells are empty, as in life."""
    held = st.dictionaries(st.sampled_from(list(keys)), amounts, min_size=1)
    measures = st.sampled_from([MEASURES["trips.not_made"], MEASURES["trips.first"]])
    return st.builds(told_as, held, measures, is_cut=st.just(is_cut))


def cubes_as_told() -> st.SearchStrategy[Cube]:
    return some_of(product(MONTHS, ("nord", "syd", "vest"), SUPPLIERS, ("",)), is_cut=False)


def cubes_by_cause() -> st.SearchStrategy[Cube]:
    return some_of(product(MONTHS, ("nord", "syd"), SUPPLIERS, CAUSES), is_cut=True)


@dataclass(frozen=True)
class World:
    """What an attacker sees: each cell as ones and noughts over all finest cells, empty ones too.

    `told` are those that may be told, `secret` those kept back and the small ones never told.
    """

    every: list[Key]
    rows: dict[Key, list[int]]
    told: list[Key]
    secret: set[Key]


def seen(cube: Cube, hidden: set[Key]) -> World:
    every = list(product(*(sorted(chains) for chains in cube.chains)))
    whole = replace(cube, atoms=dict.fromkeys(every, Atom(1, 1)))
    rows: dict[Key, list[int]] = {}
    for place, atom in enumerate(every):
        for held, _levels in whole.cells_of(atom):
            rows.setdefault(held, [0] * len(every))[place] = 1
    told = [one for one in rows if cube.is_told(whole.levels[one]) and one not in hidden]
    return World(every, rows, told, hidden & rows.keys() | small(cube))


def small(cube: Cube) -> set[Key]:
    return {cell for cell, people in cube.people.items() if 0 < people < FEWEST}


def found_out(world: World) -> set[Key]:
    """Return the secret cells that some sum of told cells is, by solving the equations modulo a
    large prime.
    """
    basis = list[tuple[int, list[int]]]()

    def reduced(row: list[int]) -> list[int]:
        for pivot, other in basis:
            if factor := row[pivot]:
                row = [(a - factor * b) % PRIME for a, b in zip(row, other, strict=True)]
        return row

    for held in world.told:
        rest = reduced(world.rows[held])
        lead = next((n for n, value in enumerate(rest) if value), None)
        if lead is not None:
            inverse = pow(rest[lead], -1, PRIME)
            basis.append((lead, [value * inverse % PRIME for value in rest]))
    return {cell for cell in world.secret if not any(reduced(world.rows[cell]))}


def pinned(cube: Cube, world: World) -> set[Key]:
    """Return the small cells that can only be one number when nothing is below zero: bounds are
    tightened by every told sum until none moves.
    """
    places = range(len(world.every))
    low, high = [0 for _ in places], [10_000 for _ in places]
    told = [
        (cube.amounts.get(cell, 0), [n for n in places if world.rows[cell][n]])
        for cell in world.told
    ]
    for _round in range(30):
        before = low[:], high[:]
        for total, atoms in told:
            least, most = sum(low[n] for n in atoms), sum(high[n] for n in atoms)
            for n in atoms:
                rest, room = least - low[n], most - high[n]
                low[n], high[n] = max(low[n], total - room), min(high[n], total - rest)
                least, most = rest + low[n], room + high[n]
        if before == (low, high):
            break
    return {
        cell
        for cell in small(cube)
        if all(low[n] == high[n] for n in places if world.rows[cell][n])
    }


@settings(max_examples=30, deadline=None)
@given(cubes() | cubes_as_told() | cubes_by_cause())
def test_no_sum_of_what_is_told_is_a_small_cell(cube: Cube) -> None:
    hidden = kept_back(cube, FEWEST)
    assert {one for one in small(cube) if cube.is_told(cube.levels[one])} <= hidden
    assert not found_out(seen(cube, hidden))


@settings(max_examples=30, deadline=None)
@given(cubes() | cubes_as_told() | cubes_by_cause())
def test_no_small_cell_is_pinned_by_what_cannot_be_below_zero(cube: Cube) -> None:
    assert not pinned(cube, seen(cube, kept_back(cube, FEWEST)))


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(["a:1", "a:2", "b:1", "c"], amounts)))
def test_causes_within_causes_are_kept_apart(by_cause: dict[str, int]) -> None:
    axes = (Axis(nested, adds_people=False),)
    cube = Cube(axes, {(key,): Atom(n, n) for key, n in by_cause.items() if n})
    assert not found_out(seen(cube, kept_back(cube, FEWEST)))


def test_a_cause_of_a_month_that_is_never_told_cannot_be_reckoned_from_others() -> None:
    atoms: dict[Key, int] = {
        ("2026-02-01", "nord", "private", "citizen:tired"): 11,
        ("2026-02-01", "syd", "private", "supplier:late"): 4,
        ("2026-01-01", "syd", "own", "supplier:late"): 3,
        ("2026-12-01", "nord", "own", "citizen:ill"): 12,
    }
    cube = told_as(atoms, MEASURES["trips.not_made"], is_cut=True)
    assert not pinned(cube, seen(cube, kept_back(cube, FEWEST)))


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
