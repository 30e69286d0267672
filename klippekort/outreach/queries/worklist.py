"""The list: whom to see next, each with every reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from klippekort.activities.queries import list_upcoming
from klippekort.citizens.queries import danish_order
from klippekort.domain.outreach.offers import Become, Coming, could_become
from klippekort.domain.outreach.rules import (
    Choice,
    Chosen,
    Key,
    Reason,
    reasons,
    rests,
    weight,
)
from klippekort.outreach.queries.facts import LONGEST_AHEAD, Known

_MOST_DATES = 1000


@dataclass(frozen=True)
class Line:
    """A citizen on the list, with the reasons, the weightiest first, and what they weigh."""

    known: Known
    reasons: tuple[Reason, ...]
    weight: int


def listed(known: Iterable[Known], rules: Choice, today: date) -> list[Line]:
    """Return who stands on the list: those with most and weightiest reasons first.

    `in_turn` has those whose reasons weigh the same by name.
    """
    found = [
        Line(one, why, weight(why))
        for one in at_hand(known, today)
        if (why := reasons(one.facts, rules, today))
    ]
    return sorted(found, key=lambda line: -line.weight)


def at_hand(known: Iterable[Known], today: date) -> Iterator[Known]:
    """Yield those whose line does not rest: whom the list would show if a rule holds."""
    for one in known:
        if not rests(one.step, today, noted_at=one.noted_at, self_at=one.self_at):
            yield one


def in_turn(lines: Sequence[Line], first: int, count: int) -> list[Line]:
    """Return so many lines of the list from one on, those that weigh the same by name.

    Names are put in order only where they are looked at: it takes longer than finding the lines.
    """
    found: list[Line] = []
    before = 0
    for _weight, same in groupby(lines, key=lambda line: line.weight):
        run = list(same)
        if before + len(run) > first and before < first + count:
            run.sort(key=_by_name)
            found += run[max(0, first - before) : first + count - before]
        before += len(run)
    return found


def _by_name(line: Line) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    one = line.known
    return danish_order(one.first_name), danish_order(one.last_name), str(one.id)


def count_listed(known: Sequence[Known], rules: Mapping[Key, Chosen], today: date) -> int:
    """Return how many citizens rules would put on the list."""
    return sum(1 for one in at_hand(known, today) if reasons(one.facts, rules, today))


def count_reasons(lines: Iterable[Line]) -> Counter[Key]:
    """Return for how many each reason holds."""
    return Counter(reason.key for line in lines for reason in line.reasons)


def coming(now: datetime, travel: int) -> list[Coming]:
    """Return the dates to come with room; `travel` is minutes both ways together."""
    dates = list_upcoming(now, now + LONGEST_AHEAD, limit=_MOST_DATES, now=now)
    return [
        Coming(
            one.id,
            one.activity_id,
            one.title,
            one.host_name,
            one.starts_at,
            one.ends_at,
            one.seats_left,
            one.wheelchairs_left,
            travel,
        )
        for one in dates
        if one.seats_left > 0 and one.sign_up_until > now
    ]


def become(line: Line, dates: Sequence[Coming]) -> Become | None:
    """Return what the minutes a line is about could become, or None.

    Minutes that lapse must be used by their last day; others within the dates there are.
    """
    for reason in line.reasons:
        if reason.key is Key.LAPSING and reason.number:
            return could_become(
                reason.number,
                dates,
                until=reason.on,
                needs_wheelchair=line.known.needs_wheelchair,
            )
        if reason.key is Key.UNUSED and reason.number:
            return could_become(reason.number, dates, needs_wheelchair=line.known.needs_wheelchair)
    return None
