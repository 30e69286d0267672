"""Ranking all there is to go to for one person or five thousand.

Points depend on a few facts of a thing only, so things that share them stand in one cell, and a
cell is reckoned once. Only the cells of the kinds somebody looks for are looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from klippekort.domain.matching.facts import FEW, Person, Thing
from klippekort.domain.matching.scoring import (
    for_area,
    for_company,
    for_kind,
    for_language,
    for_part,
    for_price,
    looks_for,
    total,
)

MOST = 5


@dataclass(frozen=True)
class Ranked:
    """A thing with its points."""

    thing: Thing
    points: int


class _Cell(NamedTuple):
    language: str
    part: str
    is_many: bool
    area: str
    oere: int
    access: frozenset[str]
    has_wheelchair_place: bool


def _order(thing: Thing) -> tuple[float, bytes]:
    return thing.starts, thing.id.bytes


class Board:
    """All there is to go to, set out so that it is quickly ranked."""

    def __init__(self, things: Iterable[Thing]) -> None:
        cells: defaultdict[str, defaultdict[_Cell, list[Thing]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for one in sorted(things, key=_order):
            cell = _Cell(
                one.language,
                one.part,
                one.people > FEW,
                one.area,
                one.oere,
                one.access,
                one.has_wheelchair_place,
            )
            cells[one.kind][cell].append(one)
        self._kinds = {kind: list(found.items()) for kind, found in cells.items()}
        flat = [cell for found in cells.values() for cell in found]
        self._languages = {cell.language for cell in flat}
        self._parts = {cell.part for cell in flat}
        self._areas = {cell.area for cell in flat}
        self._prices = {cell.oere for cell in flat}

    def best(self, person: Person, most: int = MOST) -> list[Ranked]:
        """Return what suits somebody best, at most one date of each activity.

        What is barred or has no point in its favour is left out. Equals come in order of time.
        """
        refused, seen, found = person.lessons.refused, set(person.lessons.refused), []
        for points, cells in groupby(self._scored(person), key=lambda scored: scored[0]):
            things = [
                thing for _points, held in cells for thing in held if thing.key not in refused
            ]
            for thing in sorted(things, key=_order):
                if thing.key in seen:
                    continue
                seen.add(thing.key)
                found.append(Ranked(thing, points))
                if len(found) == most:
                    return found
        return found

    def _scored(self, person: Person) -> list[tuple[int, list[Thing]]]:
        scored = list(self._cells(person))
        scored.sort(key=lambda one: -one[0])
        return scored

    def _cells(self, person: Person) -> Iterator[tuple[int, list[Thing]]]:
        """Yield the cells that are open to somebody, with their points if there are any."""
        spoken = {
            code: total(for_language(person, code)) for code in self._languages & person.languages
        }
        parts = {part: total(for_part(person, part)) for part in self._parts}
        areas = {area: total(for_area(person, area)) for area in self._areas}
        prices = {oere: total(for_price(person, oere)) for oere in self._prices}
        sizes = [total(for_company(person, is_many=is_many)) for is_many in (False, True)]
        needs, wheelchair = person.needs, person.needs_wheelchair_place
        wanted = looks_for(person) or self._kinds.keys()
        for kind in self._kinds.keys() & wanted:
            base = total(for_kind(person, kind))
            for cell, things in self._kinds[kind]:
                language, part, is_many, area, oere, access, has_wheelchair_place = cell
                if language not in spoken or not needs <= access:
                    continue
                if wheelchair and not has_wheelchair_place:
                    continue
                points = base + spoken[language] + parts[part] + areas[area]
                points += prices[oere] + sizes[is_many]
                if points > 0:
                    yield points, things


def rank_all(
    people: Iterable[Person], things: Iterable[Thing], most: int = MOST
) -> Iterator[tuple[Person, list[Ranked]]]:
    """Yield what suits each of them best."""
    board = Board(things)
    for person in people:
        yield person, board.best(person, most)
