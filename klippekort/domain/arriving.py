"""What the periods of an allowance give a card: on which days, how much, and what is left open.

Absences take their share here, and so does a card that begins or ends in the middle of a period.
"""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.periods import Arrival, next_arrival
from klippekort.domain.plans import Plan, Run
from klippekort.domain.schemes import (
    OPEN,
    Allowance,
    Measure,
    PartialPeriod,
    Rounding,
    Share,
    Terms,
)

NEVER = date.max


def next_of_plan(plan: Plan, after: date) -> date:
    """Return the next day new terms begin, or a run of the card begins, gives time or is over."""
    begin = [version.from_on for version in plan.versions if version.from_on > after]
    runs = [_next_of_run(plan, run, after) for run in plan.spans]
    return min(*begin, *runs, NEVER, NEVER)


def _next_of_run(plan: Plan, run: Run, after: date) -> date:
    if run.from_on > after:
        return run.from_on
    if run.until_on is not None and run.until_on < after:
        return NEVER
    over = NEVER if run.until_on is None else run.until_on + ONE_DAY
    terms = plan.terms_on(after + ONE_DAY)
    arrival = None if terms is None else next_arrival(terms.allowance, run.from_on, after)
    return over if arrival is None or over < arrival.on else arrival.on


def arrival_on(plan: Plan, day: date) -> tuple[Terms, Run, Arrival] | None:
    """Return the period that gives time on `day`, with its terms and run, or None."""
    terms, run = plan.terms_on(day), plan.span_on(day)
    if terms is None or run is None or terms.measured_in is Measure.COURSE:
        return None
    arrival = next_arrival(terms.allowance, run.from_on, day - ONE_DAY)
    return None if arrival is None or arrival.on != day else (terms, run, arrival)


def minutes_of(plan: Plan, terms: Terms, run: Run, arrival: Arrival) -> tuple[int, list[str]]:
    """Return what a period gives, and the undecided rules it waits for."""
    allowance = terms.allowance
    if _is_whole(plan, allowance, run, arrival):
        return plan.rate_on(terms, arrival.on), []
    length = (arrival.ends - arrival.starts).days + 1
    first, last = max(arrival.starts, run.from_on), min(arrival.ends, run.until_on or NEVER)
    share, asked = Fraction(1), []
    for said, rule, cut in (
        (allowance.first_amount, "allowance.first_amount", first - arrival.starts),
        (allowance.last_amount, "allowance.last_amount", arrival.ends - last),
    ):
        if cut and said is Share.PRORATED:
            share -= Fraction(cut.days, length)
        elif cut and said is Share.UNDECIDED:
            asked.append(rule)
    if plan.absences:
        taken, open_rule = _taken(plan, terms, arrival, first, last)
        share = max(share - taken, Fraction(0))
        asked += [open_rule] if open_rule and share else []
    minutes = Fraction(plan.rate_on(terms, arrival.on)) * share
    return _whole(minutes, allowance.rounding), asked if minutes else []


def _is_whole(plan: Plan, allowance: Allowance, run: Run, arrival: Arrival) -> bool:
    """Say whether a period gives all its time: the card runs through it, and nobody is away."""
    first, last = arrival.starts, arrival.ends
    if first < run.from_on and allowance.first_amount is not Share.WHOLE:
        return False
    is_cut = run.until_on is not None and run.until_on < last
    if is_cut and allowance.last_amount is not Share.WHOLE:
        return False
    return not plan.touches(first, last)


def _whole(minutes: Fraction, rounding: Rounding) -> int:
    if rounding is Rounding.UP:
        return ceil(minutes)
    return floor(minutes) if rounding is Rounding.DOWN else floor(minutes + Fraction(1, 2))


def _taken(
    plan: Plan, terms: Terms, arrival: Arrival, first: date, last: date
) -> tuple[Fraction, str | None]:
    """Return the share of a period that absences take, of whose days the card runs from `first`
    through `last`, and an open rule that bears on it.
    """
    by, length = terms.pauses.partial_period, (arrival.ends - arrival.starts).days + 1
    if by is PartialPeriod.ARRIVAL_DAY:
        first = last = arrival.on
    away: set[date] = set()
    open_rule = None
    for rule, pause, absence in plan.away(terms, first, last):
        if pause.accrues == OPEN:
            open_rule = open_rule or f"{rule}.accrues"
        if pause.accrues is not False:
            continue
        begins = max(absence.from_on, first)
        until = last if absence.until_on is None else min(absence.until_on, last)
        away |= {begins + timedelta(days=n) for n in range((until - begins).days + 1)}
    if not away:
        return Fraction(0), open_rule
    is_whole = len(away) == (last - first).days + 1
    if is_whole or by in (PartialPeriod.ANY_DAY, PartialPeriod.ARRIVAL_DAY):
        return Fraction(1), None
    if by is PartialPeriod.WHOLE_PERIOD:
        return Fraction(0), open_rule
    if by is PartialPeriod.PRORATED:
        return Fraction(len(away), length), open_rule
    return Fraction(0), "pauses.partial_period"
