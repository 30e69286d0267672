"""Two people who may get on with each other, volunteers who may go along, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Tie(StrEnum):
    """What two people have in common."""

    STAIRWELL = "stairwell"
    NEAR = "near"
    INTEREST = "interest"
    LANGUAGE = "language"
    COLLEAGUES = "colleagues"
    GIFT = "gift"
    DAY = "day"
    FIRST_TIMES = "first_times"


TIES: dict[Tie, int] = {
    Tie.STAIRWELL: 25,
    Tie.NEAR: 10,
    Tie.INTEREST: 20,
    Tie.LANGUAGE: 20,
    Tie.COLLEAGUES: 30,
    Tie.GIFT: 30,
    Tie.DAY: 10,
    Tie.FIRST_TIMES: 5,
}
MOST_INTERESTS = 3


@dataclass(frozen=True)
class Neighbour:
    """Somebody by what others may be matched with.

    `stairwell` and `works` are fingerprints of the address without the flat and of places of work;
    a protected address has none. `gives` and `wishes` are codes of what people do for others.
    """

    id: UUID
    interests: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"da"})
    stairwell: str | None = None
    works: frozenset[str] = frozenset()
    area: str = ""
    gives: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shared:
    """One thing two people share, with its points; `what` is its code, where it has one."""

    tie: Tie
    points: int
    what: str = ""


@dataclass(frozen=True)
class Pair:
    """Somebody for somebody, with what they share."""

    id: UUID
    shared: tuple[Shared, ...]

    @property
    def points(self) -> int:
        """Return the points of all they share together."""
        return sum(one.points for one in self.shared)


def _shared(tie: Tie, what: str = "") -> Shared:
    return Shared(tie, TIES[tie], what)


def shared(one: Neighbour, other: Neighbour) -> tuple[Shared, ...]:
    """Return what two people share; none where they live near each other and no more.

    It is the same whoever is named first. Two who speak no common language share nothing.
    """
    if not one.languages & other.languages:
        return ()
    common = sorted(one.interests & other.interests)[:MOST_INTERESTS]
    found = [_shared(Tie.INTEREST, kind) for kind in common]
    own = sorted((one.languages & other.languages) - {"da"})
    found += [_shared(Tie.LANGUAGE, code) for code in own[:1]]
    found += [_shared(Tie.COLLEAGUES)] if one.works & other.works else []
    gifts = (one.gives & other.wishes) | (other.gives & one.wishes)
    found += [_shared(Tie.GIFT, code) for code in sorted(gifts)]
    if one.stairwell is not None and one.stairwell == other.stairwell:
        return (*found, _shared(Tie.STAIRWELL))
    if found and one.area and one.area == other.area:
        found.append(_shared(Tie.NEAR))
    return tuple(found)


def pairs(
    one: Neighbour,
    others: Iterable[Neighbour],
    refused: frozenset[UUID] = frozenset(),
    most: int = 3,
) -> list[Pair]:
    """Return who suits somebody best, the best first; whom somebody has declined is left out."""
    found = [
        Pair(other.id, ties)
        for other in others
        if other.id != one.id and other.id not in refused and (ties := shared(one, other))
    ]
    return sorted(found, key=lambda pair: (-pair.points, pair.id.bytes))[:most]


@dataclass(frozen=True)
class Friend:
    """A volunteer who goes along: what they like, speak, and when; `times_left` with her."""

    id: UUID
    interests: frozenset[str]
    languages: frozenset[str]
    parts: frozenset[str]
    times_left: int


def friends(
    one: Neighbour,
    parts: frozenset[str],
    willing: Iterable[Friend],
    refused: frozenset[UUID] = frozenset(),
    most: int = 3,
) -> list[Pair]:
    """Return which go-along friends suit somebody best, the best first."""
    found = []
    for friend in willing:
        ties = _ties(one, parts, friend) if friend.times_left and friend.id not in refused else ()
        if ties:
            found.append(Pair(friend.id, ties))
    return sorted(found, key=lambda pair: (-pair.points, pair.id.bytes))[:most]


def _ties(one: Neighbour, parts: frozenset[str], friend: Friend) -> tuple[Shared, ...]:
    spoken = friend.languages or frozenset({"da"})
    if not one.languages & spoken:
        return ()
    common = sorted(one.interests & friend.interests)[:MOST_INTERESTS]
    found = [_shared(Tie.INTEREST, kind) for kind in common]
    found += [_shared(Tie.LANGUAGE, code) for code in sorted((one.languages & spoken) - {"da"})[:1]]
    found += [_shared(Tie.DAY)] if parts & friend.parts else []
    return (*found, _shared(Tie.FIRST_TIMES))
