"""Which dates to offer in place of one that is off: the same again first, then what is like it.

A date is told by what tells it apart; how it is stored is nobody's business here.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from klippekort.domain.calendar import local, local_day

MOST_OF_ONE = 2
"""How many dates of the activity that is off are offered, so that something else is among them."""

_NEAR_MINUTES = 10
"""Minutes of travel that nobody minds the difference of."""


@dataclass(frozen=True)
class Candidate:
    """A date that could be booked: what it is, when it is, and how long the way there takes."""

    key: Hashable
    activity: Hashable
    kind: str
    starts_at: datetime
    travel_minutes: int


Key = Callable[[Candidate], tuple[Any, ...]]


def instead_of(
    gone: Candidate, candidates: Iterable[Candidate], count: int = 3
) -> Sequence[Candidate]:
    """Return the dates to offer in place of one that is off, the best first.

    Of the same activity come the nearest in time, at most two where there is anything else; of
    others one each: the same kind first, then the same weekday, then the shorter way, then the
    nearer day.
    """
    there = [one for one in candidates if one.key != gone.key]
    same = sorted((one for one in there if one.activity == gone.activity), key=_apart(gone))
    others: dict[Hashable, Candidate] = {}
    for one in sorted((one for one in there if one.activity != gone.activity), key=_likeness(gone)):
        others.setdefault(one.activity, one)
    like = list(others.values())
    first = same[: max(MOST_OF_ONE, count - len(like))]
    return [*first, *like][:count]


def _apart(gone: Candidate) -> Key:
    return lambda one: (abs(one.starts_at - gone.starts_at), one.starts_at)


def _likeness(gone: Candidate) -> Key:
    weekday = local_day(gone.starts_at).weekday()

    def key(one: Candidate) -> tuple[Any, ...]:
        return (
            one.kind != gone.kind,
            local(one.starts_at).weekday() != weekday,
            one.travel_minutes // _NEAR_MINUTES,
            abs(one.starts_at - gone.starts_at),
        )

    return key
