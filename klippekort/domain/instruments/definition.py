"""What an instrument is: items, answers, score, cut-offs, and what happens when some are missing.

It holds no wording: the words of a question belong to whoever has the right to them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

ID = re.compile(r"[a-z][a-z0-9_]{0,29}", re.ASCII)


class Rule(StrEnum):
    """How answers become points: their own numbers added up, or how many of them count."""

    SUM = "sum"
    COUNT = "count"


class Better(StrEnum):
    """Which way is better for the person."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True)
class CutOff:
    """What a score from `least` to `most`, both included, is called: a code."""

    code: str
    least: int
    most: int


@dataclass(frozen=True)
class Subscale:
    """A score of its own for some of the items, numbered from one; `missing` may be unanswered."""

    code: str
    items: tuple[int, ...]
    missing: int
    cut_offs: tuple[CutOff, ...] = ()


@dataclass(frozen=True)
class Duty:
    """Somebody must follow up a score of `at_most` within so many days."""

    at_most: int
    days: int


@dataclass(frozen=True)
class Instrument:
    """A questionnaire as it is scored. Answers are whole numbers from `least` to `most`.

    `counts` says for each item which answers count one point, where the rule is to count;
    `is_reversed` names the items read from the other end, numbered from one. The score is the
    points times `times`. With more than `missing` items unanswered there is none. Only measures of
    the same id and version belong on one line. `rule_version` goes up when the key changes.
    """

    id: str
    version: str
    name: str
    items: int
    least: int
    most: int
    rule: Rule
    rule_version: int
    better: Better
    source: str
    licence: str
    times: int = 1
    missing: int = 0
    is_wellbeing: bool = True
    takes_proxy: bool = False
    is_reversed: tuple[int, ...] = ()
    counts: tuple[frozenset[int], ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    subscales: tuple[Subscale, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def key(self) -> str:
        """Return what tells this version from all others, as addresses and tables say it."""
        return f"{self.id}.{self.version}"

    @property
    def answers(self) -> range:
        """Return the answers that can be given."""
        return range(self.least, self.most + 1)

    @property
    def span(self) -> tuple[int, int]:
        """Return the lowest and the highest score there is."""
        if self.rule is Rule.COUNT:
            return 0, self.items * self.times
        return self.least * self.items * self.times, self.most * self.items * self.times
