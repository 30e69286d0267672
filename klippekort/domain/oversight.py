"""What those who oversee go by: which looks are drawn by lot, what tied a person to a citizen."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from klippekort.domain.permissions import Role, Scope

# A look within so many days of a trip has to do with it.
NEAR_A_TRIP = timedelta(days=14)
MOST_DRAWN = 200


class Tie(StrEnum):
    """What a person had to do with a citizen when they looked, the strongest first."""

    TRIP = "trip"
    OPENING = "opening"
    SHIFT = "shift"
    DISTRICT = "district"
    SUPPORT = "support"
    ROLE = "role"
    NONE = "none"


class Judged(StrEnum):
    """What somebody thought of a look: it fits, it must be asked about, or it is a breach."""

    FITS = "fits"
    ASK = "ask"
    BREACH = "breach"


@dataclass(frozen=True)
class Near:
    """What is known about a person and a citizen around the time of a look."""

    trip_days: frozenset[date]
    has_opening: bool
    is_on_shift: bool
    is_same_district: bool
    is_let_in: bool  # from outside, to help
    scope: Scope | None


def draw(seed: str, lines: Iterable[UUID], number: int) -> list[UUID]:
    """Return `number` of the lines, drawn by lot: the same seed draws the same, whoever asks.

    A line that comes later changes nothing but whether it is drawn itself.
    """
    return sorted(lines, key=lambda line: _lot(seed, line))[:number]


def _lot(seed: str, line: UUID) -> bytes:
    return hashlib.sha256(f"{seed}|{line}".encode()).digest()


def tie(near: Near, on: date) -> Tie:
    """Return the strongest tie between a person and a citizen on a day."""
    if any(abs(day - on) <= NEAR_A_TRIP for day in near.trip_days):
        return Tie.TRIP
    if near.has_opening:
        return Tie.OPENING
    if near.is_same_district:
        return Tie.SHIFT if near.is_on_shift else Tie.DISTRICT
    if near.is_let_in:
        return Tie.SUPPORT
    return Tie.ROLE if near.scope is Scope.MUNICIPALITY else Tie.NONE


def is_drawn_from(role: str) -> bool:
    """Say whether a role's looks are drawn: the program's own and the citizen's are not."""
    return role not in (Role.SYSTEM, Role.CITIZEN)
