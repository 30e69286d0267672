"""Figures that may be told without anybody being known by them, not even by taking them apart.

A cell with fewer people than the municipality has set is kept back. It could still be found by
taking other cells from a sum, so more cells are kept back until there is a *second world*: other
numbers, just as possible, in which everything told is the same and the cell is not. A second world
is made by moving one from some of the finest cells to others: whatever the move changes is kept
back, and whatever it leaves alone may be told. It is looked for so that as little as possible goes.

Some cells are told of nobody, as a cause of one month is not. A small one of those is nothing to
keep back, but it could be reckoned all the same, and so it has its second world like the others.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

Key = tuple[str, ...]
Chain = tuple[str, ...]
ChainOf = Callable[[str], Chain]
Levels = tuple[int, ...]
_PARTNERS = 3


@dataclass(frozen=True)
class Atom:
    """One of the finest cells: an amount, and how many people stand behind it."""

    amount: int
    people: int


@dataclass(frozen=True)
class Axis:
    """One way of dividing: the finest parts, and for each what it belongs to, itself first.

    With `adds_people` nobody is in two parts, so that people may be added; else there are at least
    as many people in a whole as in its largest part.
    """

    chain: ChainOf
    adds_people: bool = True


@dataclass
class Cube:
    """Amounts by several axes at once, at every level of each; those that `is_told` are told."""

    axes: Sequence[Axis]
    atoms: Mapping[Key, Atom]
    is_told: Callable[[Levels], bool] = lambda _levels: True
    amounts: dict[Key, int] = field(init=False, default_factory=dict)
    people: dict[Key, int] = field(init=False, default_factory=dict)
    levels: dict[Key, Levels] = field(init=False, default_factory=dict)
    chains: list[dict[str, Chain]] = field(init=False)
    below: list[dict[str, set[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self.chains = [
            {key[place]: axis.chain(key[place]) for key in self.atoms}
            for place, axis in enumerate(self.axes)
        ]
        self.below = []
        for chains in self.chains:
            below: dict[str, set[str]] = defaultdict(set)
            for leaf, nodes in chains.items():
                for node in nodes:
                    below[node].add(leaf)
            self.below.append(below)
        self._sum_amounts()
        self._sum_people()

    def cells_of(self, atom: Key) -> Iterator[tuple[Key, Levels]]:
        """Yield every cell that holds a finest cell, with its levels."""
        chains = [self.chains[place][part] for place, part in enumerate(atom)]
        for levels in product(*(range(len(chain)) for chain in chains)):
            yield tuple(chain[n] for chain, n in zip(chains, levels, strict=True)), levels

    def told(self) -> dict[Key, int]:
        """Return the amounts that are told where nothing is kept back."""
        return {cell: n for cell, n in self.amounts.items() if self.is_told(self.levels[cell])}

    def _sum_amounts(self) -> None:
        amounts: dict[Key, int] = defaultdict(int)
        for key, atom in self.atoms.items():
            for cell, levels in self.cells_of(key):
                amounts[cell] += atom.amount
                self.levels[cell] = levels
        self.amounts = dict(amounts)

    def _sum_people(self) -> None:
        """Count the people of each cell, at least: added where nobody is in two parts."""
        added = [place for place, axis in enumerate(self.axes) if axis.adds_people]
        most: dict[tuple[Key, Key], int] = defaultdict(int)
        for key, atom in self.atoms.items():
            people = max(atom.people, 1 if atom.amount else 0)
            own = tuple(key[place] for place in added)
            for cell, _levels in self.cells_of(key):
                most[cell, own] = max(most[cell, own], people)
        people_of: dict[Key, int] = defaultdict(int)
        for (cell, _own), people in most.items():
            people_of[cell] += people
        self.people = dict(people_of)


def kept_back(cube: Cube, fewest: int) -> set[Key]:
    """Return the cells that must not be told: those with from one to `fewest` - 1 people, and what
    they, or such cells that are never told, could be found by.
    """
    small = {
        cell
        for cell, people in cube.people.items()
        if 0 < people < fewest and cube.amounts[cell]  # behind what was undone stands nobody
    }
    moved: dict[Key, Levels] = {}
    for cell in sorted(small, key=lambda one: _order(cube, one)):
        if cell not in moved:
            moved |= _cheapest(cube, cell, small, moved)
    gone = moved | {cell: cube.levels[cell] for cell in small}
    return {cell for cell, levels in gone.items() if cube.is_told(levels)}


def _order(cube: Cube, cell: Key) -> tuple[bool, int, Key]:
    levels = cube.levels[cell]
    return not cube.is_told(levels), -sum(levels), cell


def _cheapest(
    cube: Cube, cell: Key, small: Container[Key], moved: Container[Key]
) -> dict[Key, Levels]:
    """Return what is changed by the move to a second world that costs the fewest other cells."""
    best: tuple[int, dict[Key, Levels]] | None = None
    for changed in _moves(cube, cell, small, moved):
        cost = sum(
            1 + 4 * sum(levels)
            for one, levels in changed.items()
            if one not in small and one not in moved and cube.is_told(levels)
        )
        if best is None or cost < best[0]:
            best = cost, changed
        if cost == 0:
            break
    assert best is not None  # noqa: S101  adding one to a single cell is always possible
    return best[1]


def _moves(
    cube: Cube, cell: Key, small: Container[Key], moved: Container[Key]
) -> Iterator[dict[Key, Levels]]:
    """Yield what possible moves would change, those that leave most sums alone first."""
    levels = cube.levels[cell]
    tops = [max(len(chain) for chain in chains.values()) - 1 for chains in cube.chains]
    open_axes = [place for place, level in enumerate(levels) if level < tops[place]]
    atoms = _atoms_under(cube, cell)
    for size in range(len(open_axes), -1, -1):
        found = False
        for axes in combinations(open_axes, size):
            partners = [_partners(cube, cell, place, small, moved) for place in axes]
            for atom, other in product(atoms, product(*partners)):
                corners = dict(zip(axes, other, strict=True))
                if _is_possible(cube, atom, corners):
                    found = True
                    yield _changed(cube, atom, corners)
        if found and size:
            return


def _atoms_under(cube: Cube, cell: Key) -> list[Key]:
    """Return a few of the finest cells in a cell, the largest first."""
    found = [
        key
        for key in product(*(cube.below[place][part] for place, part in enumerate(cell)))
        if key in cube.atoms and cube.atoms[key].amount > 0
    ]
    if not found:
        found = [
            key
            for key in product(*(cube.below[place][part] for place, part in enumerate(cell)))
            if key in cube.atoms
        ]
    return sorted(found, key=lambda key: (-cube.atoms[key].amount, key))[:_PARTNERS]


def _partners(
    cube: Cube, cell: Key, place: int, small: Container[Key], moved: Container[Key]
) -> list[str]:
    """Return the finest parts of other cells beside a cell on one axis, those to begin with first:
    what is kept back already costs nothing more, and a near one changes fewer sums.
    """
    chains, level = cube.chains[place], cube.levels[cell][place]
    own = chains[next(iter(cube.below[place][cell[place]]))]
    ranked: list[tuple[int, int, int, str]] = []
    for leaf, chain in chains.items():
        if len(chain) <= level or chain[level] == cell[place]:
            continue
        beside = (*cell[:place], chain[level], *cell[place + 1 :])
        apart = sum(node not in own for node in chain)
        is_gone = beside in moved or beside in small
        amount = cube.amounts.get(beside, 0)
        ranked.append((apart, 0 if is_gone else 1 if amount else 2, amount, leaf))
    nearest = sorted(ranked)[:_PARTNERS]
    cheapest = sorted(ranked, key=lambda one: (one[1], one[0], one[2], one[3]))[:_PARTNERS]
    return list(dict.fromkeys(one[3] for one in (*nearest, *cheapest)))


def _is_possible(cube: Cube, atom: Key, other: Mapping[int, str]) -> bool:
    """Say whether no cell would come below zero: one is taken from one half of the corners and
    given to the other half, or the other way round.
    """
    least = {0: 1, 1: 1}
    for key, odd in _corners(atom, other):
        held = cube.atoms[key].amount if key in cube.atoms else 0
        least[odd] = min(least[odd], held)
    return not other or least[0] >= 1 or least[1] >= 1


def _corners(atom: Key, other: Mapping[int, str]) -> Iterator[tuple[Key, int]]:
    for turned in product((False, True), repeat=len(other)):
        key = list(atom)
        for (place, leaf), is_turned in zip(other.items(), turned, strict=True):
            if is_turned:
                key[place] = leaf
        yield tuple(key), sum(turned) % 2


def _changed(cube: Cube, atom: Key, other: Mapping[int, str]) -> dict[Key, Levels]:
    """Return the cells that hold more of one half of the corners than of the other, with their
    levels; of those nobody stands in, it is told that they are empty.
    """
    nodes: list[list[tuple[str, int]]] = []
    for place, part in enumerate(atom):
        chain = cube.chains[place][part]
        if place in other:
            beside = cube.chains[place][other[place]]
            pairs = [(chain, beside), (beside, chain)]
        else:
            pairs = [(chain, ())]
        nodes.append(
            [
                (node, level)
                for one, without in pairs
                for level, node in enumerate(one)
                if node not in without
            ]
        )
    found: dict[Key, Levels] = {}
    for cell in product(*nodes):
        found[tuple(node for node, _level in cell)] = tuple(level for _node, level in cell)
    return found


def flat(name: str = "") -> ChainOf:
    """Return an axis of parts that belong to one whole alone, called `name`."""
    return lambda part: (part, name)


def nested(part: str) -> Chain:
    """Return the chain of a part written "whole:part", or "whole" where it is not divided: itself,
    the whole (with a stroke, so that the two are told apart), and everything.
    """
    return part, f"{part.partition(':')[0]}/", ""
