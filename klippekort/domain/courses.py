"""A course: its phases and the steps between them, checks, and whether somebody has settled."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from klippekort.domain.errors import DomainError


class Phase(StrEnum):
    """Where a course stands. The last four are side ways and ends."""

    SPOTTED = "spotted"
    TALK = "talk"
    CLARIFIED = "clarified"
    MATCHED = "matched"
    FIRST_CONTACT = "first_contact"
    ESCORTED = "escorted"
    HANDED_OVER = "handed_over"
    SETTLED = "settled"
    FOLLOWED_UP = "followed_up"
    PAUSED = "paused"
    DECLINED = "declined"
    CLOSED = "closed"
    STOPPED = "stopped"


WAY = (
    Phase.SPOTTED,
    Phase.TALK,
    Phase.CLARIFIED,
    Phase.MATCHED,
    Phase.FIRST_CONTACT,
    Phase.ESCORTED,
    Phase.HANDED_OVER,
    Phase.SETTLED,
    Phase.FOLLOWED_UP,
)
"""The way as it usually goes. It is individual: a phase may be left out, as below."""

OPEN = frozenset({*WAY, Phase.PAUSED})
ENDED = frozenset({Phase.DECLINED, Phase.CLOSED, Phase.STOPPED})

_ON: dict[Phase, tuple[Phase, ...]] = {
    Phase.SPOTTED: (Phase.TALK,),
    Phase.TALK: (Phase.CLARIFIED,),
    Phase.CLARIFIED: (Phase.MATCHED,),
    Phase.MATCHED: (Phase.FIRST_CONTACT, Phase.ESCORTED, Phase.HANDED_OVER),
    Phase.FIRST_CONTACT: (Phase.ESCORTED, Phase.HANDED_OVER, Phase.SETTLED),
    Phase.ESCORTED: (Phase.HANDED_OVER, Phase.SETTLED),
    Phase.HANDED_OVER: (Phase.ESCORTED, Phase.SETTLED, Phase.FOLLOWED_UP),
    Phase.SETTLED: (Phase.FOLLOWED_UP,),
    Phase.FOLLOWED_UP: (Phase.SETTLED,),
}
_MAY_BE_NOT_RIGHT = frozenset(WAY[WAY.index(Phase.MATCHED) :])


class PauseReason(StrEnum):
    """Why a course rests."""

    ILLNESS = "illness"
    HOSPITAL = "hospital"
    GRIEF = "grief"
    NOT_NOW = "not_now"
    OTHER = "other"


class StopReason(StrEnum):
    """Why everything about a citizen stops at once."""

    DIED = "died"
    MOVED = "moved"


class WrongStep(DomainError):
    """The course cannot go that way from where it stands."""


@dataclass(frozen=True)
class Standing:
    """Where a course stands. Resting or stopped, `held` is the phase it goes on from."""

    phase: Phase
    held: Phase | None = None


def next_phases(standing: Standing) -> tuple[Phase, ...]:
    """Return where a course may go from here, the usual way first."""
    phase = standing.phase
    if phase is Phase.PAUSED:
        held = (standing.held,) if standing.held is not None else ()
        return (*held, Phase.DECLINED, Phase.CLOSED)
    if phase is Phase.DECLINED:
        return (Phase.TALK,)
    if phase not in _ON:
        return ()
    back = (Phase.CLARIFIED,) if phase in _MAY_BE_NOT_RIGHT else ()
    return (*_ON[phase], *back, Phase.PAUSED, Phase.DECLINED, Phase.CLOSED)


def step(standing: Standing, to: Phase) -> Standing:
    """Return where a course stands after a step. Raises WrongStep."""
    if to not in next_phases(standing):
        raise WrongStep
    return Standing(to, standing.phase if to is Phase.PAUSED else None)


def stop(standing: Standing) -> Standing:
    """Return a course stopped by a death or a move, from wherever it stood.

    One that rests is held at the phase it rests in. Raises WrongStep for one that has ended.
    """
    if standing.phase not in OPEN:
        raise WrongStep
    held = standing.held if standing.phase is Phase.PAUSED else standing.phase
    return Standing(Phase.STOPPED, held)


def go_on(standing: Standing) -> Standing:
    """Return a stopped course as it was, when the stop was a mistake. Raises WrongStep."""
    if standing.phase is not Phase.STOPPED or standing.held is None:
        raise WrongStep
    return Standing(standing.held)


CHECK_WEEKS = (2, 8)
"""How many weeks after a hand-over somebody asks how it goes."""


class Outcome(StrEnum):
    """What a check says: the four follow-up results of the common language of municipalities."""

    CONTINUE = "continue"
    CHANGE = "change"
    END = "end"
    REASSESS = "reassess"


def due_days(handed_over_on: date) -> tuple[tuple[int, date], ...]:
    """Return the weeks and days of the checks after a hand-over."""
    return tuple((weeks, handed_over_on + timedelta(weeks=weeks)) for weeks in CHECK_WEEKS)


def after_check(standing: Standing, outcome: Outcome) -> Standing:
    """Return where a check leaves a course: a change begins with finding out anew.

    A course that rests, or that has got so far already, stays where it is.
    """
    phase = {
        Outcome.CHANGE: Phase.CLARIFIED,
        Outcome.END: Phase.CLOSED,
        Outcome.REASSESS: Phase.CLARIFIED,
        Outcome.CONTINUE: Phase.FOLLOWED_UP,
    }[outcome]
    return step(standing, phase) if phase in next_phases(standing) else standing


@dataclass(frozen=True)
class Visit:
    """A trip that was made. `where` tells one thing gone to from another."""

    where: str
    on: date
    escorted: bool = True


AGAIN = 3
LATELY = timedelta(weeks=6)


def times_again(visits: Iterable[Visit]) -> int:
    """Return how often somebody came again to what they came to most: the first time is not again.

    Two trips to it on one day are one time.
    """
    days: defaultdict[str, set[date]] = defaultdict(set)
    for visit in visits:
        days[visit.where].add(visit.on)
    return max((len(found) - 1 for found in days.values()), default=0)


def came_again_three_times(visits: Iterable[Visit]) -> bool:
    """Say whether somebody came again to one and the same thing three times at least."""
    return times_again(visits) >= AGAIN


def is_settled(visits: Sequence[Visit], today: date) -> bool:
    """Say whether somebody came again three times to something they still come to.

    Still is within six weeks. Coming without an escort is no condition.
    """
    lately = {visit.where for visit in visits if today - LATELY <= visit.on <= today}
    return came_again_three_times(
        visit for visit in visits if visit.where in lately and visit.on <= today
    )


def escorts_used(visits: Iterable[Visit], since: date) -> int:
    """Return how many trips with an escort were made from a day on."""
    return sum(visit.escorted and visit.on >= since for visit in visits)


def days_since_outing(visits: Iterable[Visit], today: date) -> int | None:
    """Return how many days ago somebody was last out, or None for never."""
    days = [visit.on for visit in visits if visit.on <= today]
    return (today - max(days)).days if days else None
