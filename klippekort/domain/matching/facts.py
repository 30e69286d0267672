"""What is compared: somebody and what they said, things to go to, and noes that were given."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

FEW = 8
"""The most people there are in what is still called a small company."""


class Because(StrEnum):
    """Why a suggestion was not for somebody."""

    TOO_FAR = "too_far"
    TOO_MANY = "too_many"
    NOT_MY_THING = "not_my_thing"
    WRONG_TIME = "wrong_time"
    TOO_DEAR = "too_dear"
    OTHER = "other"


class Company(StrEnum):
    """How many people somebody likes to be with."""

    ONE = "one"
    FEW = "few"
    MANY = "many"
    ANY = "any"


@dataclass(frozen=True)
class No:
    """A suggestion that was declined, with what it was like then. `oere` is the price in øre."""

    key: UUID
    because: Because
    kind: str = ""
    part: str = ""
    oere: int = 0


@dataclass(frozen=True)
class Lessons:
    """What noes have taught: how many were given to each kind and part of a day, for the way and
    for crowds; the lowest price that was too much; and what is not suggested again.
    """

    kinds: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)
    far: int = 0
    crowds: int = 0
    dear_oere: int | None = None
    refused: frozenset[UUID] = frozenset()


NOTHING_LEARNT = Lessons()


def learn(noes: Iterable[No]) -> Lessons:
    """Return what noes teach. A no for another reason teaches only that this one is not wanted."""
    given = list(noes)
    reasons = Counter(one.because for one in given)
    dear = [one.oere for one in given if one.because is Because.TOO_DEAR and one.oere]
    return Lessons(
        kinds=Counter(one.kind for one in given if one.because is Because.NOT_MY_THING),
        parts=Counter(one.part for one in given if one.because is Because.WRONG_TIME and one.part),
        far=reasons[Because.TOO_FAR],
        crowds=reasons[Because.TOO_MANY],
        dear_oere=min(dear, default=None),
        refused=frozenset(one.key for one in given),
    )


@dataclass(frozen=True)
class Person:
    """Somebody who may like to go somewhere, by what they have said: no sex, supplier or score.

    `needs` are what a place must have, as codes; `wished` are kinds asked for before; `area` is a
    postcode, and `around` are those of the same district. What is empty narrows nothing, but for
    languages: then it is Danish.
    """

    id: UUID
    interests: frozenset[str] = frozenset()
    wished: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"da"})
    parts: frozenset[str] = frozenset()
    company: Company = Company.ANY
    needs: frozenset[str] = frozenset()
    needs_wheelchair_place: bool = False
    minds_money: bool = False
    area: str = ""
    around: frozenset[str] = frozenset()
    lessons: Lessons = NOTHING_LEARNT


@dataclass(frozen=True)
class Thing:
    """Something to go to: a date of an activity, or a group. `key` is the activity or the group.

    `people` is how many there are room for; `starts` orders equals. Online, the area is empty.
    """

    id: UUID
    key: UUID
    kind: str
    starts: float
    part: str = "afternoon"
    language: str = "da"
    people: int = FEW
    access: frozenset[str] = frozenset()
    has_wheelchair_place: bool = True
    area: str = ""
    oere: int = 0


def part_of(hour: int) -> str:
    """Return the part of the day that a Danish clock hour lies in."""
    return "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"
