"""Whom a group is for, by theme, language, relation and age, and what does not fit somebody."""

from dataclasses import dataclass
from enum import StrEnum

YOUNGEST, OLDEST = 18, 110
"""The ages in years between which a group may say whom it is for."""


class Relation(StrEnum):
    """Whom somebody has lost or cares for, seen from themselves."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    FRIEND = "friend"


class Misfit(StrEnum):
    """What of a group does not fit somebody."""

    THEME = "theme"
    LANGUAGE = "language"
    RELATION = "relation"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"


@dataclass(frozen=True)
class Sought:
    """Whom a group is for, its first and last age in years included; None is anybody."""

    theme: str
    language: str
    relation: str | None = None
    youngest: int | None = None
    oldest: int | None = None


@dataclass(frozen=True)
class Seeker:
    """Somebody who would like a group; None is what was not said."""

    theme: str
    language: str
    relation: str | None = None
    age: int | None = None


def misfits(sought: Sought, seeker: Seeker) -> list[Misfit]:
    """Return what of a group does not fit somebody. What was not said fits, and nothing here bars
    anybody: people decide.
    """
    found = []
    if seeker.theme != sought.theme:
        found.append(Misfit.THEME)
    if seeker.language != sought.language:
        found.append(Misfit.LANGUAGE)
    if None not in (sought.relation, seeker.relation) and sought.relation != seeker.relation:
        found.append(Misfit.RELATION)
    if seeker.age is not None:
        if sought.youngest is not None and seeker.age < sought.youngest:
            found.append(Misfit.TOO_YOUNG)
        if sought.oldest is not None and seeker.age > sought.oldest:
            found.append(Misfit.TOO_OLD)
    return found


def may_fit(sought: Sought, seeker: Seeker) -> bool:
    """Say whether a group is worth showing to somebody: it is about the same, or for the same
    relation.
    """
    is_same = seeker.relation is not None and seeker.relation == sought.relation
    return is_same or seeker.theme == sought.theme
