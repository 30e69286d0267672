"""What outreach asks other features: each question is answered by whoever knows, wired in the app.

An answer is a pair of a citizen's id and a day, or for `NotHere` the id alone.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class FollowUpsDue:
    """The question who is to be followed up on a day or before; the day is when it was due."""

    through: date


@dataclass(frozen=True)
class Bereaved:
    """The question who has lost somebody close since a day; the day is when."""

    since: date


@dataclass(frozen=True)
class Moved:
    """The question who has moved since a day; the day is when."""

    since: date


@dataclass(frozen=True)
class NotHere:
    """The question which citizens have died or left the municipality by a day: their ids."""

    on: date
