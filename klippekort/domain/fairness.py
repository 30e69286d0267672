"""Whose turn it is when a seat comes free: points that anybody can reckon after.

The table below is all there is to it, and the public page prints it as it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from klippekort.domain.calendar import local_day

LOOKS_BACK_WEEKS = 26
"""How far back a cancellation of ours counts, in weeks."""
LOOKS_AHEAD_DAYS = 30
"""How far ahead time that lapses counts, in days."""


class Part(StrEnum):
    """What gives points."""

    SINCE_LAST = "since_last"
    WAITED = "waited"
    CANCELLED = "cancelled"
    LAPSING = "lapsing"
    NEVER_OUT = "never_out"
    LIVES_ALONE = "lives_alone"


@dataclass(frozen=True)
class Rule:
    """How many points a part gives for every whole `per` of it, and the most it can give."""

    part: Part
    points: int
    per: int
    most: int

    def points_for(self, amount: int) -> int:
        """Return the points for so many weeks, times or minutes."""
        return min(self.points * (max(amount, 0) // self.per), self.most)


RULES: tuple[Rule, ...] = (
    Rule(Part.SINCE_LAST, points=2, per=1, most=52),
    Rule(Part.WAITED, points=3, per=1, most=60),
    Rule(Part.CANCELLED, points=10, per=1, most=30),
    Rule(Part.LAPSING, points=1, per=30, most=10),
    Rule(Part.NEVER_OUT, points=20, per=1, most=20),
    Rule(Part.LIVES_ALONE, points=5, per=1, most=5),
)


@dataclass(frozen=True)
class Claim:
    """What is known of somebody who waits for a seat.

    `last_trip_on` is the day of the last trip that was made, None for never; then the weeks count
    from `known_since`, the day the card began. `cancelled_by_us` are trips the last 26 weeks,
    `lapsing_minutes` free time that runs out within 30 days.
    """

    citizen_id: UUID
    waiting_since: datetime
    known_since: date
    last_trip_on: date | None = None
    cancelled_by_us: int = 0
    lapsing_minutes: int = 0
    lives_alone: bool = False


@dataclass(frozen=True)
class Points:
    """One line of a score sheet: the part, how much of it there was, and the points it gave."""

    part: Part
    amount: int
    points: int


@dataclass(frozen=True)
class ScoreSheet:
    """Somebody's points, line by line, in the order of the table."""

    citizen_id: UUID
    waiting_since: datetime
    parts: tuple[Points, ...] = field(default=())

    @property
    def total(self) -> int:
        """Return all points together."""
        return sum(line.points for line in self.parts)

    def as_json(self) -> dict[str, Any]:
        """Return the sheet as it is kept."""
        return {
            "citizen": str(self.citizen_id),
            "waiting_since": self.waiting_since.isoformat(),
            "total": self.total,
            "parts": [[line.part.value, line.amount, line.points] for line in self.parts],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return a sheet that was kept."""
        return cls(
            UUID(kept["citizen"]),
            datetime.fromisoformat(kept["waiting_since"]),
            tuple(Points(Part(part), amount, points) for part, amount, points in kept["parts"]),
        )


def score(claim: Claim, now: datetime) -> ScoreSheet:
    """Return the score sheet of one who waits, as of now."""
    amounts = _amounts(claim, now)
    return ScoreSheet(
        claim.citizen_id,
        claim.waiting_since,
        tuple(
            Points(rule.part, amounts[rule.part], rule.points_for(amounts[rule.part]))
            for rule in RULES
        ),
    )


def in_turn(claims: Iterable[Claim], now: datetime) -> list[ScoreSheet]:
    """Return the score sheets, whose turn it is first.

    Most points first; of equals, whoever has waited longest. Two who asked in the same instant
    stand in an order that never changes.
    """
    sheets = [score(claim, now) for claim in claims]
    return sorted(
        sheets, key=lambda sheet: (-sheet.total, sheet.waiting_since, str(sheet.citizen_id))
    )


def _amounts(claim: Claim, now: datetime) -> dict[Part, int]:
    today = local_day(now)
    return {
        Part.SINCE_LAST: _weeks(claim.last_trip_on or claim.known_since, today),
        Part.WAITED: _weeks(local_day(claim.waiting_since), today),
        Part.CANCELLED: claim.cancelled_by_us,
        Part.LAPSING: claim.lapsing_minutes,
        Part.NEVER_OUT: int(claim.last_trip_on is None),
        Part.LIVES_ALONE: int(claim.lives_alone),
    }


def _weeks(since: date, today: date) -> int:
    """Return the whole weeks gone since a day; a day to come counts for none."""
    return max((today - since).days, 0) // 7
