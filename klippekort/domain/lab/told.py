"""What a replay tells people: answers to lines, explanations, tasks and letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from klippekort.domain.eligibility import Clause

ACCEPTED, REFUSED, ASK = "accepted", "refused", "ask"


@dataclass
class Result:
    """What became of a line. `earliest` is a day, or a day and time, as ISO text; `lacking` are
    the conditions on the citizen that are not met, `condition` the words of one the activity has.
    `why` is the reason where the rule alone does not tell it; "later" is a line that was not
    judged. `became` is the event that told what became of a trip, on the trip's line and on its
    own, where `taken` are the minutes it took.
    """

    line: int
    event: str
    ref: str = ""
    outcome: str = ACCEPTED
    rule: str | None = None
    choices: tuple[str, ...] = ()
    earliest: str | None = None
    charged: int = 0
    soft: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    why: str = ""
    condition: str = ""
    became: str = ""
    taken: int = 0


def conditions_told(found: Iterable[Clause]) -> tuple[str, ...]:
    """Return conditions as a scheme writes them, each with what is known of it."""
    return tuple(f"{one.condition} ({one.said or '?'})" for one in found)


class Said(NamedTuple):
    """One line of the explanation: what an entry or an event did, on which day, by which rule.

    `until` is the last day of time that came, or the day on which an absence was told late.
    """

    on: date
    code: str
    minutes: int = 0
    rule: str = ""
    until: date | None = None
    line: int = 0


@dataclass(frozen=True)
class Task:
    """Something a person must do: call the citizen, decide a rule, review, cancel a trip."""

    on: date
    kind: str
    rule: str
    ref: str = ""


@dataclass(frozen=True)
class Post:
    """A letter to the citizen."""

    on: date
    kind: str
    complaint_guidance: bool


def moment_text(at: datetime, *, with_time: bool) -> str:
    """Return a local day, or day and time, as ISO text."""
    return at.strftime("%Y-%m-%dT%H:%M") if with_time else at.date().isoformat()
