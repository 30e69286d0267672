"""What happens to a citizen, line by line, and reading it from a table of text."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.eligibility import read_facts
from klippekort.domain.errors import DomainError
from klippekort.domain.schemes import ABSENCES, CAUSES, Setting


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
    BEFORE_TRIP = "before_trip"
    NO_SUCH_REASON = "no_such_reason"
    OVERLAPS = "overlaps"
    OVERLAPS_PAUSE = "overlaps_pause"
    NO_SUCH_FILE = "no_such_file"
    NO_SUCH_RULE = "no_such_rule"
    ALREADY_DECIDED = "already_decided"
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
    """The table cannot be replayed: every fault found, by line."""

    faults: list[LineFault]


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
_WORDS = (
    "ref",
    "activity",
    "kind",
    "by",
    "reason",
    "terms",
    "rule",
    "value",
    "pool",
    "benefit",
    "card",
)
_OF_TRIPS = (
    Happening.DONE,
    Happening.NO_SHOW,
    Happening.CANCEL,
    Happening.BROKEN_OFF,
    Happening.WASTED_VISIT,
)
# These happen on the trip's own day; only a cancellation may come before.
_MADE_OR_NOT = tuple(kind for kind in _OF_TRIPS if kind is not Happening.CANCEL)
_NEEDS = {
    Happening.TRIP: ("minutes",),
    Happening.CANCEL: ("by",),
    Happening.ABSENCE: ("kind",),
    Happening.SETTING: ("kind",),
    Happening.TERMS: ("terms",),
    Happening.PLANNING: ("minutes",),
    Happening.ADJUST: ("minutes",),
    Happening.POOL_GRANT: ("minutes", "pool"),
    Happening.POOL_USE: ("minutes", "pool"),
    Happening.AGREEMENT: ("minutes",),
    Happening.LEND: ("minutes",),
    Happening.FACTS: ("facts",),
    Happening.DECIDE: ("rule", "value"),
} | dict.fromkeys(_OF_TRIPS, ("ref",))
_NEEDS[Happening.CANCEL] = ("ref", "by")
_KINDS = {
    Happening.ABSENCE: ABSENCES,
    Happening.SETTING: tuple(Setting),
    Happening.END: ("death", "moved", "supplier", "care_home", "other"),
}
_AFTER_GRANT = frozenset(
    {
        Happening.DECLINE,
        Happening.END,
        Happening.APPROVE,
        Happening.PLANNING,
        Happening.ADJUST,
        Happening.AGREEMENT,
        Happening.AGREEMENT_CHANGE,
        Happening.LEND,
    }
)


def read_events(lines: Iterable[str]) -> list[Event]:
    """Return the events of a CSV table, in file order. Raises BadEvents with every fault."""
    lines = list(lines)
    rows = csv.reader(lines)
    header = [name.strip() for name in next(rows, [])]
    faults = [
        LineFault(1, name, Why.UNKNOWN_COLUMN, name, ", ".join(COLUMNS))
        for name in header
        if name not in COLUMNS
    ]
    faults += [
        LineFault(1, name, Why.COLUMN_TWICE)
        for number, name in enumerate(header)
        if name in header[:number]
    ]
    faults += [
        LineFault(1, name, Why.MISSING_COLUMN) for name in ("at", "event") if name not in header
    ]
    if faults:
        raise BadEvents(faults)
    events = []
    for row in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            faults.append(LineFault(line, header[-1], Why.TOO_MANY_CELLS))
            continue
        cells = {
            name: cell.strip() for name, cell in zip(header, row, strict=False) if cell.strip()
        }
        event = _Cells(line, cells, faults).event()
        if event is not None:
            events.append(event)
    faults += list(_open_quote(lines))
    faults += list(_together(events))
    if faults:
        raise BadEvents(sorted(faults, key=lambda fault: fault.line))
    return events


def _open_quote(lines: list[str]) -> Iterator[LineFault]:
    """Yield the line whose quotation mark swallows all that comes after it."""
    rows, first = csv.reader(lines, strict=True), 1
    try:
        for _row in rows:
            first = rows.line_num + 1
    except csv.Error:
        if rows.line_num == len(lines):  # it went on to the end of the file
            yield LineFault(first, "csv", Why.OPEN_QUOTE)


@dataclass
class _Cells:
    """The filled cells of one line, read one by one."""

    line: int
    said: dict[str, str]
    faults: list[LineFault]

    def fault(self, column: str, why: Why, hint: str = "") -> None:
        """Note what is wrong."""
        said = self.said.get(column, "")
        self.faults.append(LineFault(self.line, column, why, said, hint))

    def event(self) -> Event | None:
        """Return the event, or None when the line has a fault."""
        before = len(self.faults)
        word = self.word("event", tuple(Happening))
        if word is None:
            return None
        kind = Happening(word)
        for column in ("at", *_NEEDS.get(kind, ())):
            if column not in self.said:
                self.fault(column, Why.MISSING)
        at, is_timed = self.moment("at")
        ordered_at, _ = self.moment("ordered_at")
        negative = kind is Happening.ADJUST
        minutes = self.minutes("minutes", negative=negative, zero=kind is not Happening.TRIP)
        travel = self.minutes("travel")
        if kind is Happening.TRIP and None not in (minutes, travel) and travel > minutes:  # type: ignore[operator]
            self.fault("travel", Why.MORE_THAN_THE_TRIP)
        until = self.day("until")
        if until is not None and at is not None and until < at.date():
            self.fault("until", Why.BEFORE_START)
        if kind in _KINDS:
            self.word("kind", _KINDS[kind])
        self.word("by", CAUSES)
        consent = self.word("consent", ("yes", "no"))
        helpers, citizens = self.count("helpers"), self.count("citizens")
        facts, known = self.facts(), self.day("known")
        if len(self.faults) > before or at is None:
            return None
        words = {name: self.said.get(name, "") for name in _WORDS}
        return Event(
            self.line,
            kind,
            at,
            is_timed,
            minutes=minutes,
            travel=travel,
            until=until,
            ordered_at=ordered_at,
            helpers=helpers,
            citizens=citizens,
            facts=facts,
            known=known,
            consent={"yes": True, "no": False}.get(consent or ""),
            **words,
        )

    def word(self, column: str, words: Iterable[str]) -> str | None:
        """Return a cell that is one of these words, or None when it is empty or another."""
        said, known = self.said.get(column), tuple(str(word) for word in words)
        if said is None:
            if column == "event":
                self.fault(column, Why.MISSING)
            return None
        if said not in known:
            self.fault(column, Why.UNKNOWN_WORD, ", ".join(known))
            return None
        return said

    def moment(self, column: str) -> tuple[datetime | None, bool]:
        """Return a local moment and whether its clock time was given."""
        said = self.said.get(column)
        if said is None:
            return None, False
        try:
            if date.fromisoformat(said[:10]).year not in YEARS:
                self.fault(column, Why.TOO_FAR_AWAY, f"{YEARS[0]}-{YEARS[-1]}")
                return None, False
            if "T" in said or " " in said:
                found = datetime.fromisoformat(said)
                if found.tzinfo is not None:
                    raise ValueError(said)
                local = found.replace(tzinfo=COPENHAGEN)
                if local.astimezone(UTC).astimezone(COPENHAGEN).replace(tzinfo=None) != found:
                    self.fault(column, Why.NO_SUCH_TIME)
                    return None, False
                return local, True
            return datetime.combine(date.fromisoformat(said), time(), COPENHAGEN), False
        except ValueError:
            self.fault(column, Why.NOT_A_DAY, "2025-02-08, 2025-02-08T11:00")
            return None, False

    def day(self, column: str) -> date | None:
        """Return a cell's day, or None."""
        found, _ = self.moment(column)
        return found.date() if found else None

    def minutes(self, column: str, *, negative: bool = False, zero: bool = True) -> int | None:
        """Return a cell's whole minutes, or None."""
        said = self.said.get(column)
        if said is None:
            return None
        why = Why.NOT_WHOLE if negative else Why.NOT_MINUTES
        digits = said.lstrip("+-") if negative and said[1:].isdigit() else said
        if not (digits.isdigit() and digits.isascii() and len(digits) <= 7):
            self.fault(column, why)
            return None
        minutes = -int(digits) if said.startswith("-") else int(digits)
        if minutes == 0 and (not zero or negative):
            self.fault(column, why)
        return minutes

    def count(self, column: str) -> int:
        """Return how many; empty is one."""
        said = self.said.get(column, "1")
        if not (said.isdigit() and said.isascii() and 1 <= int(said) <= 1000):
            self.fault(column, Why.NOT_A_COUNT)
            return 1
        return int(said)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the assessed facts."""
        try:
            return tuple(read_facts(self.said.get("facts", "")).items())
        except ValueError as error:
            self.fault("facts", Why.NOT_FACTS, f"hours=8;lives_alone=yes ({error})")
            return ()


def _together(events: list[Event]) -> Iterator[LineFault]:
    """Yield what is wrong between lines."""
    trips: dict[str, Event] = {}
    granted: dict[str, date] = {}
    reasons: dict[str, set[str]] = {}
    for event in events:
        if event.event is Happening.TRIP and event.ref:
            if event.ref in trips:
                hint = str(trips[event.ref].line)
                yield LineFault(event.line, "ref", Why.TWICE, event.ref, hint)
            trips.setdefault(event.ref, event)
        if event.event is Happening.GRANT:
            granted[event.card] = min(granted.get(event.card, event.on), event.on)
            reasons.setdefault(event.card, set()).add(event.reason)
    for event in events:
        if event.event in _OF_TRIPS and event.ref not in trips:
            yield LineFault(event.line, "ref", Why.NO_SUCH_TRIP, event.ref)
        elif event.event in _MADE_OR_NOT and event.on < trips[event.ref].on:
            day = trips[event.ref].on.isoformat()
            yield LineFault(event.line, "at", Why.BEFORE_TRIP, event.on.isoformat(), day)
        first = granted.get(event.card)
        if event.event in _AFTER_GRANT and (first is None or event.on < first):
            yield LineFault(
                event.line, "at", Why.BEFORE_GRANT, event.on.isoformat(), str(first or "")
            )
        known = reasons.get(event.card, set())
        if event.event is Happening.END and event.reason and known and event.reason not in known:
            hint = ", ".join(sorted(known - {""}))
            yield LineFault(event.line, "reason", Why.NO_SUCH_REASON, event.reason, hint)
    yield from _overlaps(events, Happening.ABSENCE, Why.OVERLAPS)
    yield from _overlaps(events, Happening.PAUSE, Why.OVERLAPS_PAUSE)


def _overlaps(events: list[Event], kind: Happening, why: Why) -> Iterator[LineFault]:
    absences = [event for event in events if event.event is kind]
    absences.sort(key=lambda event: (event.on, event.line))
    open_until: Event | None = None  # the absence, among those before, that ends last
    for event in absences:
        if open_until is not None and (open_until.until is None or event.on <= open_until.until):
            first, second = sorted((event, open_until), key=lambda one: one.line)
            said = second.on.isoformat()
            yield LineFault(second.line, "at", why, said, str(first.line))
        if open_until is None or _end(event) > _end(open_until):
            open_until = event


def _end(absence: Event) -> date:
    return absence.until or date.max
