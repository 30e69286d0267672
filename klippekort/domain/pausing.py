"""What it does to a card that a whole scheme stands still, reckoned before anybody decides it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from klippekort.domain.accrual import advance
from klippekort.domain.changes import WEEKS, BookedTrip
from klippekort.domain.ledger import CardState, EntryKind
from klippekort.domain.plans import AbsenceSpan, Plan


@dataclass(frozen=True)
class PauseEffect:
    """What a pause does to one card: minutes that do not come, minutes more that wait for a
    person's answer, and booked trips that cannot be made.
    """

    missed: int
    waiting: int
    trips: tuple[BookedTrip, ...]


def effect_of(
    state: CardState, plan: Plan, pause: AbsenceSpan, trips: Sequence[BookedTrip] = ()
) -> PauseEffect:
    """Return what a pause does to a card that is not reckoned through it yet.

    It is reckoned until some weeks after the last day, or the first where nobody knows the last.
    """
    paused = replace(plan, absences=(*plan.absences, pause))
    last = (pause.until_on or pause.from_on) + timedelta(weeks=WEEKS)
    came, waited = _came(state, plan, last)
    comes, waits = _came(state, paused, last)
    found = tuple(
        trip
        for trip in trips
        if is_stopped(paused, trip.wish.on) and not is_stopped(plan, trip.wish.on)
    )
    # What does not come because it waits for an answer is told of as waiting.
    return PauseEffect(max(0, came - comes - max(0, waits - waited)), max(0, waits - waited), found)


def is_stopped(plan: Plan, day: date) -> bool:
    """Say whether time cannot be used on a day: the citizen is away, or the whole scheme is."""
    terms = plan.terms_on(day) if plan.absences else None
    return terms is not None and plan.use_on(terms, day)[0]


def _came(state: CardState, plan: Plan, last: date) -> tuple[int, int]:
    """Return the minutes that come by a day, and those that wait for an answer."""
    result = advance(state, plan, last)
    came = sum(
        entry.minutes
        for entry in result.entries
        if entry.kind is EntryKind.CREDIT and entry.reason == "accrual"
    )
    return came, sum(question.minutes for question in result.questions)
