"""Who leads a meeting: how many it takes, what a missing one means, and whom it suits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from klippekort.domain.clearances import Held, Kind, Rules, standing
from klippekort.domain.clearances import State as Standing
from klippekort.domain.groups.life import State

MOST_GROUPS = 2
"""How many groups one person leads before somebody should ask whether it is too much."""
STANDS_IN_BEFORE = timedelta(days=3)
STANDS_IN_AFTER = timedelta(days=1)
"""How long around a meeting whoever stands in at it leads the group with the others."""
TRAINING = (Kind.COURSE, Kind.SUPERVISION)
_OVERDUE = frozenset({Standing.EXPIRED, Standing.REFUSED})


class Cover(StrEnum):
    """Whether a meeting has the leaders it needs."""

    ENOUGH = "enough"
    SHORT = "short"
    CANNOT = "cannot"


@dataclass(frozen=True)
class Leading:
    """What a group asks of its leaders at a meeting."""

    state: State
    least: int
    may_run_short: bool = False
    leads_itself_after: int | None = None


def least_at(number: int, leading: Leading) -> int:
    """Return how many leaders the meeting of this number needs."""
    if leading.state is State.SELF_RUN:
        return 0
    if leading.leads_itself_after is not None and number > leading.leads_itself_after:
        return 0
    return min(leading.least, 1) if leading.state is State.STEPPING_BACK else leading.least


def who_leads(leaders: Iterable[UUID], away: Mapping[UUID, UUID | None]) -> frozenset[UUID]:
    """Return the people who lead a meeting, each of them once.

    `away` says, of every leader who cannot come, who comes instead, None for nobody yet. Whoever
    stands in for several is one person, and so is whoever stood in and leads the group by now.
    """
    instead = frozenset(one for one in away.values() if one is not None)
    return (frozenset(leaders) | instead).difference(away)


def cover(number: int, there: int, leading: Leading) -> Cover:
    """Return whether so many leaders are enough for a meeting.

    SHORT is one fewer than agreed, where the group has said that this may be for once.
    """
    least = least_at(number, leading)
    if there >= least:
        return Cover.ENOUGH
    is_near = there == least - 1 and there >= 1
    return Cover.SHORT if is_near and leading.may_run_short else Cover.CANNOT


def overdue(held: Held, today: date, rules: Rules) -> tuple[Kind, ...]:
    """Return the training a volunteer has let lapse: it blocks a new group, not a running one."""
    stands = (standing(kind, held, today, rules) for kind in TRAINING)
    return tuple(one.kind for one in stands if one.state in _OVERDUE)


class PairAdvice(StrEnum):
    """What to think of before people lead together."""

    NO_ONE_EXPERIENCED = "no_one_experienced"
    TOO_MANY_GROUPS = "too_many_groups"


def advice(experienced: Iterable[bool], groups_each: Iterable[int]) -> tuple[PairAdvice, ...]:
    """Return what speaks against those who lead: nobody has done it before, or one leads much."""
    knows, loads = list(experienced), list(groups_each)
    found = []
    if knows and not any(knows):
        found.append(PairAdvice.NO_ONE_EXPERIENCED)
    if any(load > MOST_GROUPS for load in loads):
        found.append(PairAdvice.TOO_MANY_GROUPS)
    return tuple(found)


def is_same_name(one: str, other: str) -> bool:
    """Say whether two names may be one person's: a leader is not a member of their own group."""
    return _words(one) == _words(other)


def may_be(said: str | None, name: str) -> bool:
    """Say whether what somebody is called in a group may be a name, or its first part."""
    called, full = _words(said or ""), _words(name)
    return bool(called) and called in (full, full[:1])


def _words(name: str) -> list[str]:
    return name.casefold().split()
