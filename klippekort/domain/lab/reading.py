"""Reading what happened to a citizen from a table of text, with every fault named by its line."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.eligibility import read_facts
from klippekort.domain.lab.between_lines import OF_TRIPS, disagreements
from klippekort.domain.lab.events import (
    COLUMNS,
    YEARS,
    BadEvents,
    Event,
    Happening,
    LineFault,
    Why,
)
from klippekort.domain.schemes import ABSENCES, CAUSES, Setting

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
_NEEDS = {
    Happening.TRIP: ("minutes",),
    Happening.CANCEL: ("by",),
    Happening.ABSENCE: ("kind",),
    Happening.SETTING: ("kind",),
    Happening.TERMS: ("terms",),
    Happening.PLANNING: ("minutes",),
    Happening.ADJUST: ("minutes", "reason"),
    Happening.POOL_GRANT: ("minutes", "pool"),
    Happening.POOL_USE: ("minutes", "pool"),
    Happening.AGREEMENT: ("minutes",),
    Happening.LEND: ("minutes",),
    Happening.FACTS: ("facts",),
    Happening.DECIDE: ("rule", "value"),
} | dict.fromkeys(OF_TRIPS, ("ref",))
_NEEDS[Happening.CANCEL] = ("ref", "by")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?", re.ASCII)
_KINDS = {
    Happening.ABSENCE: ABSENCES,
    Happening.SETTING: tuple(Setting),
    Happening.END: ("death", "moved", "supplier", "care_home", "other"),
}


def read_events(lines: Iterable[str]) -> list[Event]:
    """Return the events of a CSV table, in file order. Raises BadEvents with every fault."""
    lines = list(lines)
    rows = csv.reader(lines)
    header = [name.strip() for name in next(rows, [])]
    faults = list(_header_faults(header))
    if faults:
        raise BadEvents(faults)
    events, unread = [], []
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
        else:
            unread.append(cells)
    faults += list(_open_quote(lines))
    faults += list(disagreements(events, unread))
    if faults:
        raise BadEvents(sorted(faults, key=lambda fault: fault.line), events)
    return events


def _header_faults(header: list[str]) -> Iterator[LineFault]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        yield LineFault(1, "csv", Why.NOT_COMMAS, "", ",".join(COLUMNS[:3]))
        return
    if "" in header:
        yield LineFault(1, "csv", Why.NAMELESS_COLUMN)
    for number, name in enumerate(header):
        if name and name not in COLUMNS:
            yield LineFault(1, name, Why.UNKNOWN_COLUMN, name, ", ".join(COLUMNS))
        elif name and name in header[:number]:
            yield LineFault(1, name, Why.COLUMN_TWICE)
    for name in ("at", "event"):
        if name not in header:
            yield LineFault(1, name, Why.MISSING_COLUMN)


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
        if kind is Happening.TRIP and minutes is not None and (travel or 0) > minutes:
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
            if not _MOMENT.fullmatch(said):
                raise ValueError(said)
            if date.fromisoformat(said[:10]).year not in YEARS:
                self.fault(column, Why.TOO_FAR_AWAY, f"{YEARS[0]}-{YEARS[-1]}")
                return None, False
            if "T" in said:
                found = datetime.fromisoformat(said)
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
