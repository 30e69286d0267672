"""The laboratory's answer as data with fixed names, and the same for people."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from klippekort.cli.lab_words import (
    explanation,
    lapse_reason,
    letter_words,
    message,
    outcome_words,
    shown,
    status_words,
    task_words,
)
from klippekort.domain.lab.replay import Answer, Snapshot
from klippekort.domain.lab.snapshots import Lapsed, LotLeft
from klippekort.domain.lab.told import ASK, Result
from klippekort.platform.formatting import duration
from klippekort.platform.i18n import _


def as_data(answer: Answer) -> dict[str, Any]:
    """Return the answer with the keys of the laboratory's contract."""
    return {
        "on": {day.isoformat(): _card(shot) for day, shot in sorted(answer.on.items())},
        "events": [_event(result) for result in answer.events],
        "tasks": [
            {"on": task.on.isoformat(), "kind": task.kind, "rule": task.rule}
            | ({"ref": task.ref} if task.ref else {})
            for task in sorted(answer.tasks, key=lambda task: task.on)
        ],
        "letters": [
            {
                "on": letter.on.isoformat(),
                "kind": letter.kind,
                "complaint_guidance": letter.complaint_guidance,
            }
            for letter in sorted(answer.letters, key=lambda letter: letter.on)
        ],
        "pools": {
            pool: {day.isoformat(): minutes for day, minutes in sorted(days.items())}
            for pool, days in sorted(answer.pools.items())
        },
    }


def _card(shot: Snapshot) -> dict[str, Any]:
    told = {
        "available": shot.available,
        "held": shot.held,
        "lots": [
            {
                "minutes": lot.minutes,
                "from": lot.credited_on.isoformat(),
                "expires": lot.expires_on.isoformat() if lot.expires_on else None,
            }
            for lot in _by_last_day(shot)
        ],
        "lapsed": [
            {"minutes": lost.minutes, "on": lost.on.isoformat(), "rule": lost.rule}
            for lost in _by_day(shot)
        ],
        "status": shot.status,
        "display": shown(shot),
        "explanation": explanation(shot),
    }
    if shot.cards:
        told["cards"] = {name: _card(one) for name, one in shot.cards.items()}
    return told


def _by_last_day(shot: Snapshot) -> list[LotLeft]:
    return sorted(
        shot.lots, key=lambda lot: (lot.expires_on or date.max, lot.credited_on, lot.minutes)
    )


def _by_day(shot: Snapshot) -> list[Lapsed]:
    return sorted(shot.lapsed, key=lambda lost: (lost.on, lost.rule))


def _event(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {
        "line": result.line,
        "event": str(result.event),
        "ref": result.ref or None,
        "outcome": result.outcome,
        "rule": result.rule,
        "earliest": result.earliest,
        "charged": result.charged,
        "message": message(result),
    }
    if result.outcome == ASK:
        told["choices"] = list(result.choices)
    return told


def as_text(answer: Answer) -> str:
    """Return the answer as people read it: all that the data tells."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    for day, shot in sorted(answer.on.items()):
        yield f"{day.isoformat()}: {shown(shot)}"
        yield from _card_lines(shot)
        for name, card in shot.cards.items():
            yield "  " + _("The card %(name)s: %(shows)s", name=name or "–", shows=shown(card))
            yield from (f"  {line}" for line in _card_lines(card))
        for line in explanation(shot):
            yield f"  {line}"
        yield ""
    for result in answer.events:
        yield _event_line(result)
    for task in sorted(answer.tasks, key=lambda task: task.on):
        yield f"{task.on.isoformat()}: {task_words(task)}"
    for letter in sorted(answer.letters, key=lambda letter: letter.on):
        yield f"{letter.on.isoformat()}: {letter_words(letter)}"
    for pool, days in sorted(answer.pools.items()):
        for day, minutes in sorted(days.items()):
            yield _pool_line(day, pool, minutes)


def _card_lines(shot: Snapshot) -> Iterator[str]:
    yield f"  {status_words(shot)}"
    for lot in _by_last_day(shot):
        came = _("%(time)s that came on %(day)s", time=duration(lot.minutes), day=lot.credited_on)
        last = lot.expires_on
        lives = _("the last day is %(day)s", day=last) if last else _("without a last day")
        yield f"  - {came}, {lives}"
    if shot.lapsed:
        gone = sum(lost.minutes for lost in shot.lapsed)
        yield "  " + _("Lapsed in all: %(time)s", time=duration(gone))
    for lost in _by_day(shot):
        why = f"{lapse_reason(lost.rule)} ({lost.rule})"
        time = duration(lost.minutes)
        yield "  - " + _("%(time)s on %(day)s: %(why)s", time=time, day=lost.on, why=why)


def _event_line(result: Result) -> str:
    about = f"{result.line} ({result.event}{f' {result.ref}' if result.ref else ''})"
    if result.why == "later":
        return f"{about}: {message(result)}"
    return f"{about}: {outcome_words(result)}. {message(result, is_answered=True)}".rstrip()


def _pool_line(day: date, pool: str, minutes: int) -> str:
    left = _("The common pool %(pool)s has %(time)s.", pool=pool, time=duration(minutes))
    return f"{day.isoformat()}: {left}"
