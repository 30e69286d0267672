"""Who gets suggestions and first places, by supplier and by language: what a report shows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from klippekort.domain.matching.facts import Person
from klippekort.domain.matching.ranking import Ranked


@dataclass(frozen=True)
class Share:
    """How a group of people fares: how many they are, how many get a suggestion at all, and for how
    many activities one of them would be asked first.
    """

    group: str
    people: int
    suggested: int
    first_places: int


def first_places(ranked: Iterable[tuple[Person, Sequence[Ranked]]]) -> dict[UUID, UUID]:
    """Return, by activity, whom it suits best; among equals, by id, which nobody chooses."""
    best: dict[UUID, tuple[int, int, UUID]] = {}
    for person, things in ranked:
        for one in things:
            # Ids are made in order of time; mixing in the activity's lets no one be first always.
            turn = person.id.int ^ (one.thing.key.int * 2654435761)
            mine = (-one.points, turn % 1_000_003, person.id)
            key = one.thing.key
            if key not in best or mine < best[key]:
                best[key] = mine
    return {key: person_id for key, (_points, _turn, person_id) in best.items()}


def shares(
    groups: Mapping[UUID, str], ranked: Sequence[tuple[Person, Sequence[Ranked]]]
) -> list[Share]:
    """Return how each group fares, by its name. `groups` is the group of each person."""
    people = Counter(groups[person.id] for person, _things in ranked)
    suggested = Counter(groups[person.id] for person, things in ranked if things)
    firsts = Counter(groups[person_id] for person_id in first_places(ranked).values())
    return [
        Share(group, people[group], suggested[group], firsts[group]) for group in sorted(people)
    ]
