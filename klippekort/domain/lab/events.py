"""What happens to a citizen, line by line, and what may be wrong with a line."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from klippekort.domain.errors import DomainError


class Happening(StrEnum):
    """What a line says happened."""

    GRANT = "grant"
    DECLINE = "decline"
    END = "end"
    APPROVE = "approve"
    ABSENCE = "absence"
    PAUSE = "pause"
    SETTING = "setting"
    TERMS = "terms"
    PLANNING = "planning"
    TRIP = "trip"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCEL = "cancel"
    BROKEN_OFF = "broken_off"
    WASTED_VISIT = "wasted_visit"
    ADJUST = "adjust"
    POOL_GRANT = "pool_grant"
    POOL_USE = "pool_use"
    AGREEMENT = "agreement"
    AGREEMENT_CHANGE = "agreement_change"
    FACTS = "facts"
    LEND = "lend"
    DECIDE = "decide"


class Why(StrEnum):
    """Why a line is refused."""

    UNKNOWN_COLUMN = "unknown_column"
    MISSING_COLUMN = "missing_column"
    COLUMN_TWICE = "column_twice"
    NAMELESS_COLUMN = "nameless_column"
    NOT_COMMAS = "not_commas"
    OPEN_QUOTE = "open_quote"
    TOO_MANY_CELLS = "too_many_cells"
    UNKNOWN_WORD = "unknown_word"
    MISSING = "missing"
    NOT_A_DAY = "not_a_day"
    NO_SUCH_TIME = "no_such_time"
    TOO_FAR_AWAY = "too_far_away"
    NOT_MINUTES = "not_minutes"
    NOT_WHOLE = "not_whole"
    NOT_A_COUNT = "not_a_count"
    NOT_FACTS = "not_facts"
    BEFORE_START = "before_start"
    MORE_THAN_THE_TRIP = "more_than_the_trip"
    TWICE = "twice"
    NO_SUCH_TRIP = "no_such_trip"
    BEFORE_GRANT = "before_grant"
    WHICH_CARD = "which_card"
    NO_SUCH_CARD = "no_such_card"
    BEFORE_TRIP = "before_trip"
    NO_SUCH_REASON = "no_such_reason"
    OVERLAPS = "overlaps"
    OVERLAPS_PAUSE = "overlaps_pause"
    NO_SUCH_FILE = "no_such_file"
    NO_SUCH_RULE = "no_such_rule"
    ALREADY_DECIDED = "already_decided"
    NOT_AN_ANSWER = "not_an_answer"
    CONTRADICTS = "contradicts"
    NOT_TEXT = "not_text"


@dataclass(frozen=True)
class LineFault:
    """One thing wrong in the table: its line (the header is 1), column, why, and what was said."""

    line: int
    column: str
    why: Why
    said: str = ""
    hint: str = ""


@dataclass
class BadEvents(DomainError):
    """The table cannot be replayed: every fault found, by line, and the lines that can be read."""

    faults: list[LineFault]
    readable: "list[Event]" = field(default_factory=list)


# Around the first and the last day there are, no week can be reckoned; and nobody lives so long.
YEARS = range(1900, 2200)
_WHEN_ORDERED = (Happening.TRIP, Happening.AGREEMENT_CHANGE)


class Event(NamedTuple):
    """One line: what happened, when (Danish local time), and what it is about.

    `at` and `ordered_at` are aware; `is_timed` says whether a clock time was given. Minutes are
    whole.
    """

    line: int
    event: Happening
    at: datetime
    is_timed: bool = False
    ref: str = ""
    minutes: int | None = None
    travel: int | None = None
    until: date | None = None
    ordered_at: datetime | None = None
    helpers: int = 1
    citizens: int = 1
    activity: str = ""
    kind: str = ""
    by: str = ""
    reason: str = ""
    terms: str = ""
    rule: str = ""
    value: str = ""
    pool: str = ""
    benefit: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    known: date | None = None
    card: str = ""
    consent: bool | None = None

    @property
    def on(self) -> date:
        """Return the Danish day it happened."""
        return self.at.date()

    @property
    def ordered(self) -> datetime:
        """Return when it was ordered: at the time itself when nothing else is said."""
        return self.ordered_at or self.at

    @property
    def acts_on(self) -> date:
        """Return the day the line takes effect: a trip or a change when it is ordered."""
        return self.ordered.date() if self.event in _WHEN_ORDERED else self.at.date()

    @property
    def known_on(self) -> date:
        """Return the day the municipality learned it."""
        return self.known or self.acts_on


_NOT_COLUMNS = ("line", "is_timed", "at", "event")
COLUMNS = (
    "at",
    "event",
    *(name for name in Event._fields if name not in _NOT_COLUMNS),
)
