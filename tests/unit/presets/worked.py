"""A published rule worked through: what happened to a citizen, and what must come of it."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from klippekort.domain.lab.reading import read_events
from klippekort.domain.lab.replay import Answer, replay
from klippekort.domain.presets import PRESETS, text_of
from klippekort.domain.schemes import SchemeFile, Terms, decide, load, open_questions

# What no source says, answered so that nothing but the published rule is at work. A case that is
# about one of them answers it otherwise, or lets it stand open.
ORDINARY = {
    "minutes_per_punch": "30",
    "allowance.minutes": "30",
    "allowance.period": "week",
    "allowance.counted_from": "iso_week",
    "allowance.first": "grant_period",
    "grants.origins": "none",
    "grants.may_be_declined": "yes",
    "grants.needs_approval": "no",
    "saving.caps.most.minutes": "100000",
    "saving.caps.most.at_cap": "refuse",
    "saving.caps.weeks.at_cap": "refuse",
    "expiry.rolling": "none",
    "expiry.year_end": "no",
    "pauses.any.accrues": "yes",
    "pauses.any.usable": "yes",
    "hours.days": "none",
    "hours.starts_from": "none",
    "hours.ends_by": "none",
    "hours.public_holidays": "yes",
    "notice.by_length.all.notice": "0 days",
    "notice.by_length.more.notice": "0 days",
    "notice.saved_time": "none",
    "notice.agreement_change": "none",
    "booking.against_future_time": "yes",
    "activities.others": "allowed",
    "charging.basis": "actual",
    "charging.travel": "counts",
}
OPEN = "left open"


@dataclass(frozen=True)
class Case:
    """A life under a preset: `lines` are events, `trips` what is answered by ref or line: accepted,
    or the rule that refuses or asks. `terms` is a scheme's own text in place of a preset.
    """

    preset: str
    rule: str
    lines: str
    decided: dict[str, str] = field(default_factory=dict)
    minutes: dict[str, int] = field(default_factory=dict)
    trips: dict[str, str] = field(default_factory=dict)
    earliest: dict[str, str] = field(default_factory=dict)
    charged: dict[str, int] = field(default_factory=dict)
    lapsed: list[tuple[int, str, str]] | None = None
    status: dict[str, str] = field(default_factory=dict)
    terms: str = ""

    def __str__(self) -> str:
        """Return what names the case in a test's id."""
        return f"{self.preset}: {self.rule}"


def settled(preset: str, decided: dict[str, str] | None = None) -> SchemeFile:
    """Return a preset with its open questions answered, ordinarily but for `decided`."""
    scheme = load(text_of(preset))
    answers = ORDINARY | (decided or {})
    asked = open_questions(scheme.terms)
    given = {rule: answers[rule] for rule in asked if answers.get(rule, OPEN) != OPEN}
    return replace(scheme, terms=decide(scheme.terms, given))


def terms_of(name: str) -> Terms:
    """Return the terms a line of the events names: another preset, settled."""
    return settled(name).terms


def play(case: Case) -> Answer:
    """Return what a case's life comes to."""
    days = sorted({*case.minutes, *case.status}) or ["2030-01-01"]
    table = case.lines.replace(" ", "").strip().splitlines()
    return replay(
        load(case.terms) if case.terms else settled(case.preset, case.decided),
        read_events(table),
        [date.fromisoformat(day) for day in days],
        terms_of,
    )


def expected(case: Case) -> dict[str, Any]:
    """Return what a case says must come of it."""
    told: dict[str, Any] = {"minutes": case.minutes, "trips": case.trips}
    told |= {"earliest": case.earliest, "charged": case.charged, "status": case.status}
    if case.lapsed is not None:
        told["lapsed"] = case.lapsed
    return told


def found(case: Case, answer: Answer) -> dict[str, Any]:
    """Return what came of it, of the kinds the case speaks of."""
    on = {day.isoformat(): shot for day, shot in answer.on.items()}
    lines = {}
    for result in answer.events:
        lines[result.ref if result.event == "trip" else str(result.line)] = result
    told: dict[str, Any] = {
        "minutes": {day: on[day].available for day in case.minutes},
        "trips": {ref: lines[ref].rule or lines[ref].outcome for ref in case.trips},
        "earliest": {ref: lines[ref].earliest for ref in case.earliest},
        "charged": {ref: lines[ref].charged for ref in case.charged},
        "status": {day: on[day].status for day in case.status},
    }
    if case.lapsed is not None:
        last = on[max(on)]
        told["lapsed"] = [(lost.minutes, lost.on.isoformat(), lost.rule) for lost in last.lapsed]
    return told


__all__ = ["OPEN", "PRESETS", "Case", "expected", "found", "play", "settled"]
