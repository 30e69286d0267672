"""How a group lives: forming, led, being handed over, on its own, ended."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from klippekort.domain.errors import DomainError


class State(StrEnum):
    """Where a group stands in its life."""

    FORMING = "forming"
    RUNNING = "running"
    STEPPING_BACK = "stepping_back"
    SELF_RUN = "self_run"
    ENDED = "ended"


class Step(StrEnum):
    """What takes a group from one state to the next."""

    START = "start"
    STEP_BACK = "step_back"
    STEP_IN = "step_in"
    LET_GO = "let_go"
    END = "end"


class WrongState(DomainError):
    """A group in this state cannot take that step."""


@dataclass
class TooFewMembers(DomainError):
    """Too few have said yes for the group to begin."""

    members: int
    smallest: int


@dataclass
class TooFewLeaders(DomainError):
    """Fewer lead the group than it has promised."""

    leaders: int
    least: int


_STEPS: dict[Step, tuple[frozenset[State], State]] = {
    Step.START: (frozenset({State.FORMING}), State.RUNNING),
    Step.STEP_BACK: (frozenset({State.RUNNING}), State.STEPPING_BACK),
    Step.STEP_IN: (frozenset({State.STEPPING_BACK, State.SELF_RUN}), State.RUNNING),
    Step.LET_GO: (frozenset({State.STEPPING_BACK}), State.SELF_RUN),
    Step.END: (frozenset(State) - {State.ENDED}, State.ENDED),
}
LED = frozenset({State.RUNNING, State.STEPPING_BACK})
END_WARNING = timedelta(days=60)


def after(state: State, step: Step) -> State:
    """Return the state a step leads to. Raises WrongState."""
    sources, target = _STEPS[step]
    if state not in sources:
        raise WrongState
    return target


def steps_from(state: State) -> tuple[Step, ...]:
    """Return the steps that can be taken from a state."""
    return tuple(step for step, (sources, _target) in _STEPS.items() if state in sources)


def check_start(members: int, smallest: int, leaders: int, least: int) -> None:
    """Return quietly when a group may begin. Raises TooFewMembers and TooFewLeaders."""
    if members < smallest:
        raise TooFewMembers(members, smallest)
    if leaders < least:
        raise TooFewLeaders(leaders, least)


class Outlook(StrEnum):
    """Whether a forming group will have enough people on its first day."""

    ENOUGH = "enough"
    LIKELY = "likely"
    HURRY = "hurry"
    UNSURE = "unsure"
    WILL_NOT = "will_not"


_SOON = timedelta(days=14)
_VERY_SOON = timedelta(days=7)


def outlook(members: int, in_line: int, smallest: int, starts_on: date, today: date) -> Outlook:
    """Return how it looks for a forming group: `in_line` are asked or waiting, not yet certain.

    HURRY is when there are enough in line, and the first day is so near that they must answer now.
    """
    if members >= smallest:
        return Outlook.ENOUGH
    if members + in_line >= smallest:
        return Outlook.HURRY if starts_on - today <= _VERY_SOON else Outlook.LIKELY
    return Outlook.WILL_NOT if is_soon(starts_on, today) else Outlook.UNSURE


def is_soon(starts_on: date, today: date) -> bool:
    """Say whether a group's first day is so near that all must be ready."""
    return starts_on - today <= _SOON


class Agreement(StrEnum):
    """How the municipality's agreement about a group stands on a day."""

    HOLDS = "holds"
    ENDS_SOON = "ends_soon"
    OVER = "over"


def agreement(until: date | None, today: date) -> Agreement:
    """Return how the agreement stands; one without an end holds. A self-run group needs none."""
    if until is None or until - today > END_WARNING:
        return Agreement.HOLDS
    return Agreement.ENDS_SOON if today <= until else Agreement.OVER


class Milestone(StrEnum):
    """Something a group may want to mark."""

    FIRST = "first"
    FIFTH = "fifth"
    HALF_WAY = "half_way"
    ALL = "all"
    ON_ITS_OWN = "on_its_own"
    YEAR_ON_ITS_OWN = "year_on_its_own"


def milestones(
    held: int, planned: int | None, self_run_on: date | None, today: date
) -> tuple[Milestone, ...]:
    """Return the milestones a group has come to, the latest last."""
    is_year = self_run_on is not None and today >= self_run_on + timedelta(days=365)
    reached = {
        Milestone.FIRST: held >= 1,
        Milestone.FIFTH: held >= 5,
        Milestone.HALF_WAY: planned is not None and held * 2 >= planned,
        Milestone.ALL: planned is not None and held >= planned,
        Milestone.ON_ITS_OWN: self_run_on is not None,
        Milestone.YEAR_ON_ITS_OWN: is_year,
    }
    return tuple(one for one in Milestone if reached[one])
