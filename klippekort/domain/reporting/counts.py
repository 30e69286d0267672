"""What is counted for the five guideposts: measures, and the counts they are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Unit(StrEnum):
    """What a measure counts in."""

    NUMBER = "number"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Count:
    """An amount of one month, district, supplier and cause, and how many people stand behind it.

    What belongs to no citizen (a volunteer's hours) has neither district nor supplier. `cut` is why
    or what kind; after a colon stands a finer kind of it.
    """

    measure: str
    month: date
    district: UUID | None
    supplier: UUID | None
    cut: str
    amount: int
    people: int


@dataclass(frozen=True)
class Measure:
    """One figure of a guidepost.

    With `once` nobody is counted twice, so that people may be added over time. `whole` belongs to
    the municipality alone, and `slow` is only counted at night once it has been.
    """

    code: str
    guidepost: int
    unit: Unit = Unit.NUMBER
    once: bool = False
    whole: bool = False
    slow: bool = False


MEASURES: Mapping[str, Measure] = {
    one.code: one
    for one in (
        Measure("outreach.noticed", 1),
        Measure("outreach.answered", 1),
        Measure("courses.talks", 2),
        Measure("courses.barriers", 2),
        Measure("measures.heard", 2),
        Measure("trips.made", 3),
        Measure("trips.first", 3, once=True),
        Measure("trips.escorts", 3),
        Measure("minutes.given", 3, Unit.MINUTES, slow=True),
        Measure("minutes.used", 3, Unit.MINUTES, slow=True),
        Measure("minutes.lapsed", 3, Unit.MINUTES, slow=True),
        Measure("trips.not_made", 3),
        Measure("waiting.unmet", 3),
        Measure("waiting.time", 3),
        Measure("trips.came_again", 4, once=True, slow=True),
        Measure("groups.meetings", 4, whole=True),
        Measure("groups.guests", 4, whole=True),
        Measure("groups.came_again", 4, once=True, slow=True),
        Measure("measures.needed", 4),
        Measure("measures.taken", 4, whole=True),
        Measure("hosting.minutes", 5, Unit.MINUTES, whole=True),
        Measure("hosting.associations", 5, Unit.MINUTES, whole=True),
        Measure("courses.gifts", 5),
        Measure("feedback.told", 5, whole=True),
        Measure("feedback.changed", 5, whole=True),
    )
}

# How things stand: of people as they are, not of what happened month by month.
STANDING: Mapping[str, Measure] = {
    code: Measure(code, guidepost, once=True)
    for code, guidepost in (("coverage", 1), ("ages", 1), ("reach", 1), ("phases", 2))
}


def known(counts: Iterable[Count]) -> list[Count]:
    """Return the counts of measures there are; what is stored may be older than the program."""
    return [one for one in counts if one.measure in MEASURES]
