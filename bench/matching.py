"""Rank 500 dates anew for each of 5,000 citizens, by the rules alone, and say how long it took.

    python bench/matching.py [citizens] [dates]

It prints one line: `result: seconds=… pairs=…`.
"""

import random
import sys
import time
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from klippekort.domain.matching.facts import Because, Company, No, Person, Thing, learn
from klippekort.domain.matching.ranking import rank_all

KINDS = ("walk", "meal", "music", "cards", "crafts", "exercise", "talk", "faith", "other")
PARTS = ("morning", "afternoon", "evening")
ACCESS = ("step_free", "accessible_toilet", "hearing_loop", "parking", "quiet")
LANGUAGES = ("da", "da", "da", "da", "en", "tr", "ar")


def _id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128))


def _thing(chance: random.Random, number: int) -> Thing:
    return Thing(
        id=_id(chance),
        key=_id(chance),
        kind=chance.choice(KINDS),
        starts=float(number),
        part=chance.choice(PARTS),
        language=chance.choice(LANGUAGES),
        people=chance.choice((4, 8, 12, 30)),
        access=frozenset(chance.sample(ACCESS, chance.randint(0, 4))),
        has_wheelchair_place=chance.random() < 0.6,
        area=f"46{chance.randint(80, 95)}",
        oere=chance.choice((0, 0, 2000, 3500, 12000)),
    )


def _person(chance: random.Random) -> Person:
    noes = [
        No(_id(chance), chance.choice(list(Because)), chance.choice(KINDS), "evening", 5000)
        for _number in range(chance.randint(0, 3))
    ]
    return Person(
        id=_id(chance),
        interests=frozenset(chance.sample(KINDS, chance.randint(0, 5))),
        languages=frozenset({"da", chance.choice(LANGUAGES)}),
        parts=frozenset(chance.sample(PARTS, chance.randint(0, 2))),
        company=chance.choice(list(Company)),
        needs=frozenset(chance.sample(ACCESS, chance.choice((0, 0, 1, 2)))),
        needs_wheelchair_place=chance.random() < 0.15,
        minds_money=chance.random() < 0.3,
        area=f"46{chance.randint(80, 95)}",
        lessons=learn(noes),
    )


def main(citizens: int = 5000, dates: int = 500) -> None:
    """Make a town up, rank it three times, and print the median."""
    chance = random.Random(2026)  # noqa: S311
    things = [_thing(chance, number) for number in range(dates)]
    people = [_person(chance) for _number in range(citizens)]
    taken = []
    for _round in range(3):
        began = time.perf_counter()
        found = sum(len(ranked) for _person_, ranked in rank_all(people, things))
        taken.append(time.perf_counter() - began)
    line = f"seconds={sorted(taken)[1]:.2f} pairs={citizens * dates} suggestions={found}"
    sys.stdout.write(f"result: {line}\n")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
