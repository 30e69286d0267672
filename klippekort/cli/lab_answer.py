"""The laboratory's answer as data with fixed names, and the same for people."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from klippekort.cli.lab_words import (
    explanation,
    letter_words,
    message,
    shown,
    status_words,
    task_words,
)
from klippekort.domain.lab.life import ASK, Result
from klippekort.domain.lab.replay import Answer, Snapshot


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
    lots = sorted(
        shot.lots, key=lambda lot: (lot.expires_on or date.max, lot.credited_on, lot.minutes)
    )
    told = {
        "available": shot.available,
        "held": shot.held,
        "lots": [
            {
                "minutes": lot.minutes,
                "from": lot.credited_on.isoformat(),
                "expires": lot.expires_on.isoformat() if lot.expires_on else None,
            }
            for lot in lots
        ],
        "lapsed": [
            {"minutes": lost.minutes, "on": lost.on.isoformat(), "rule": lost.rule}
            for lost in sorted(shot.lapsed, key=lambda lost: (lost.on, lost.rule))
        ],
        "status": shot.status,
        "display": shown(shot),
        "explanation": explanation(shot),
    }
    if shot.cards:
        told["cards"] = {name: _card(one) for name, one in shot.cards.items()}
    return told


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
    """Return the answer as people read it."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    for day, shot in sorted(answer.on.items()):
        yield f"{day.isoformat()}: {shown(shot)}"
        yield f"  {status_words(shot)}"
        for line in explanation(shot):
            yield f"  {line}"
        yield ""
    for result in answer.events:
        yield f"{result.line}: {message(result)}"
    for task in answer.tasks:
        yield f"{task.on.isoformat()}: {task_words(task)}"
    for letter in answer.letters:
        yield f"{letter.on.isoformat()}: {letter_words(letter)}"
    for pool, days in sorted(answer.pools.items()):
        for day, minutes in sorted(days.items()):
            yield f"{day.isoformat()}: {pool}: {minutes}"
