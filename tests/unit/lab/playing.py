"""A life in a few lines: rows of events, a scheme in TOML, and the answer to ask things of."""

from datetime import date

from klippekort.domain.lab.events import COLUMNS, Event
from klippekort.domain.lab.reading import read_events
from klippekort.domain.lab.replay import Answer, Snapshot, replay
from klippekort.domain.lab.told import Result
from klippekort.domain.schemes import load

WEEKLY_HOUR = """
minutes_per_punch = 60
[allowance]
minutes = 60
counted_from = "iso_week"
first = "grant_period"
[charging]
basis = "actual"
travel = "counts"
"""


def line(at: str, event: str, **said: object) -> dict[str, str]:
    """Return one row of events."""
    return {"at": at, "event": event} | {name: str(value) for name, value in said.items()}


def table(*rows: dict[str, str]) -> list[str]:
    """Return rows as the lines of a CSV file."""
    lines = [",".join(row.get(column, "") for column in COLUMNS) for row in rows]
    return [",".join(COLUMNS), *lines]


def lived(*rows: dict[str, str]) -> list[Event]:
    """Return rows as events; the first is line 2."""
    return read_events(table(*rows))


def play(
    scheme: str, *rows: dict[str, str], on: str, terms: dict[str, str] | None = None
) -> Answer:
    """Return the answer for the days in `on`, which are separated by blanks."""
    files = {name: load(text).terms for name, text in (terms or {}).items()}
    days = [date.fromisoformat(day) for day in on.split()]
    return replay(load(scheme), lived(*rows), days, files.__getitem__)


def on(answer: Answer, day: str) -> Snapshot:
    """Return the card as it was on a day."""
    return answer.on[date.fromisoformat(day)]


def lots(answer: Answer, day: str) -> list[tuple[int, str, str | None]]:
    """Return what is left on a day: minutes, day they came, last day."""
    return [
        (
            lot.minutes,
            lot.credited_on.isoformat(),
            lot.expires_on.isoformat() if lot.expires_on else None,
        )
        for lot in on(answer, day).lots
    ]


def lapsed(answer: Answer, day: str) -> list[tuple[int, str, str]]:
    """Return what had lapsed by a day: minutes, first day gone, rule."""
    return [(lost.minutes, lost.on.isoformat(), lost.rule) for lost in on(answer, day).lapsed]


def about(answer: Answer, number: int) -> Result:
    """Return what became of a line."""
    return next(result for result in answer.events if result.line == number)


def verdict(answer: Answer, number: int) -> tuple[str, str | None, str | None]:
    """Return a line's outcome, rule and earliest."""
    result = about(answer, number)
    return result.outcome, result.rule, result.earliest
