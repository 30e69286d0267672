"""Checks of volunteers: which a task asks for, how one stands on a day, and what it then blocks.

Days are local dates. A check holds through its `renew_by`. Only what came of a check is known here,
never the document that was looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from klippekort.domain.volunteering import Task


class Kind(StrEnum):
    """What can be checked, promised or learnt."""

    PROMISE = "promise"
    CRIMINAL_RECORD = "criminal_record"
    CHILD_RECORD = "child_record"
    COURSE = "course"
    SUPERVISION = "supervision"


class Outcome(StrEnum):
    """What came of it."""

    PASSED = "passed"
    REFUSED = "refused"


class State(StrEnum):
    """How a check stands on a day, the best first."""

    VALID = "valid"
    RENEWAL_DUE = "renewal_due"
    GRACE = "grace"
    EXPIRED = "expired"
    MISSING = "missing"
    REFUSED = "refused"


RECORDS = frozenset({Kind.CRIMINAL_RECORD, Kind.CHILD_RECORD})
"""Judged by the municipality alone: nobody else learns which of them is missing, or why."""

BLOCKING = frozenset({State.EXPIRED, State.MISSING, State.REFUSED})
_BEST_FIRST = tuple(State)
_NEEDS_TRUST = frozenset({Kind.PROMISE, Kind.CRIMINAL_RECORD})
REQUIRED: Mapping[Task, frozenset[Kind]] = {
    Task.HOST: frozenset({Kind.PROMISE}),
    Task.ALONE: _NEEDS_TRUST,
    Task.HOME: _NEEDS_TRUST,
    Task.GO_ALONG: _NEEDS_TRUST,
    Task.DRIVE: _NEEDS_TRUST,
    Task.CHILDREN: frozenset({Kind.PROMISE, Kind.CHILD_RECORD}),
}
"""What is asked for where a municipality has set nothing else."""


@dataclass(frozen=True)
class PromiseText:
    """The confidentiality promise of a municipality as it reads now, and from which day."""

    version: int
    from_on: date


@dataclass(frozen=True)
class Rules:
    """What a municipality asks for.

    Renewal is due `window_days` before `renew_by`; `grace_days` after it nothing is blocked yet.
    Without a promise text nobody can promise anything, so the promise blocks nobody.
    """

    required: Mapping[Task, frozenset[Kind]] = field(default_factory=lambda: REQUIRED)
    window_days: int = 60
    grace_days: int = 14
    promise: PromiseText | None = None

    def needs(self, task: Task, *, under_15: bool = False) -> tuple[Kind, ...]:
        """Return what a task asks for, in a fixed order; more where children under 15 come."""
        wanted = set(self.required.get(task, REQUIRED[task]))
        if under_15:
            wanted |= self.required.get(Task.CHILDREN, REQUIRED[Task.CHILDREN])
        if self.promise is None:
            wanted.discard(Kind.PROMISE)
        return tuple(kind for kind in Kind if kind in wanted)


@dataclass(frozen=True)
class Clearance:
    """What came of one check. `version` is that of a promise, `title` names a course."""

    kind: Kind
    outcome: Outcome
    assessed_on: date
    renew_by: date | None = None
    version: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Held:
    """What one volunteer has, and since when they have been here."""

    clearances: tuple[Clearance, ...] = ()
    since: date | None = None


@dataclass(frozen=True)
class Standing:
    """How one kind of check stands; `until` is the last day before it changes for the worse."""

    kind: Kind
    state: State
    until: date | None = None


@dataclass(frozen=True)
class Missing:
    """Something without which a task must wait."""

    kind: Kind
    state: State


def standing(kind: Kind, held: Held, today: date, rules: Rules) -> Standing:
    """Return how one kind of check stands for a volunteer on a day.

    A later check takes the place of an earlier one. Of several courses the best counts.
    """
    own = [one for one in held.clearances if one.kind is kind and one.assessed_on <= today]
    if kind is Kind.PROMISE:
        return _promised(own, held, today, rules)
    latest = {one.title if kind is Kind.COURSE else "": one for one in _by_day(own)}
    stands = [_stands(one, today, rules) for one in latest.values()]
    best = min(stands, key=lambda one: _BEST_FIRST.index(one.state), default=None)
    return best or Standing(kind, State.MISSING)


def blocks(
    task: Task, held: Held, today: date, rules: Rules, *, under_15: bool = False
) -> list[Missing]:
    """Return what stands between a volunteer and a task on a day; an empty list is a yes."""
    found = (standing(kind, held, today, rules) for kind in rules.needs(task, under_15=under_15))
    return [Missing(one.kind, one.state) for one in found if one.state in BLOCKING]


def due(tasks: tuple[Task, ...], held: Held, today: date, rules: Rules) -> list[Standing]:
    """Return what a volunteer must see to for the tasks they have offered, the worst first."""
    kinds = {kind: None for task in tasks for kind in rules.needs(task)}
    found = [standing(kind, held, today, rules) for kind in kinds]
    worst = sorted(found, key=lambda one: -_BEST_FIRST.index(one.state))
    return [one for one in worst if one.state is not State.VALID]


def may_be_told(missing: Missing) -> Missing | None:
    """Return what an association may know of something missing, None where it is not theirs.

    Of records it learns nothing but that the municipality's own check is not in place.
    """
    return None if missing.kind in RECORDS else missing


def _by_day(clearances: list[Clearance]) -> list[Clearance]:
    return sorted(clearances, key=lambda one: one.assessed_on)


def _stands(one: Clearance, today: date, rules: Rules) -> Standing:
    if one.outcome is Outcome.REFUSED:
        return Standing(one.kind, State.REFUSED)
    if one.renew_by is None:
        return Standing(one.kind, State.VALID)
    return _timed(one.kind, one.renew_by, today, rules)


def _timed(kind: Kind, renew_by: date, today: date, rules: Rules) -> Standing:
    opens = renew_by - timedelta(days=rules.window_days)
    ends = renew_by + timedelta(days=rules.grace_days)
    if today < opens:
        return Standing(kind, State.VALID, renew_by)
    if today <= renew_by:
        return Standing(kind, State.RENEWAL_DUE, renew_by)
    return Standing(kind, State.GRACE if today <= ends else State.EXPIRED, ends)


def _promised(own: list[Clearance], held: Held, today: date, rules: Rules) -> Standing:
    """Return how the promise stands: a new text gives those who were here before it some days."""
    text = rules.promise
    if text is None:
        return Standing(Kind.PROMISE, State.VALID)
    latest = max(own, key=lambda one: one.version or 0, default=None)
    if latest is not None and (latest.version or 0) >= text.version:
        return _stands(latest, today, rules)
    was_here = latest is not None or (held.since is not None and held.since < text.from_on)
    ends = text.from_on + timedelta(days=rules.grace_days)
    if was_here and today <= ends:
        return Standing(Kind.PROMISE, State.GRACE, ends)
    return Standing(Kind.PROMISE, State.EXPIRED if latest else State.MISSING)
