"""What happens to a card as days pass: time expires, arrives, meets its caps, keeps its pledges.

Reckoning a card daily and reckoning it once after a quarter give the same lots: days between are
taken in order, and only days on which nothing can happen are passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from uuid import UUID

from klippekort.domain import ledger
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.expiry import expiry_of, re_date, under_new_terms
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Pledge, Source
from klippekort.domain.periods import Arrival, next_arrival
from klippekort.domain.plans import AbsenceSpan, GrantSpan, Plan, Run
from klippekort.domain.schemes import (
    OPEN,
    Allowance,
    AtCap,
    AtEnd,
    Cap,
    Measure,
    PartialPeriod,
    Rounding,
    Share,
    Terms,
)

__all__ = ["AbsenceSpan", "Advance", "GrantSpan", "Plan", "Question", "advance", "book", "close"]

SECOND_PART = "+"  # ends the name of what a period gave after a question about the rest of it


_NEVER = date.max


@dataclass(frozen=True)
class Question:
    """An undecided rule that came up on a day: `minutes` of a period wait for its answer."""

    on: date
    rule: str
    period: str = ""
    minutes: int = 0


@dataclass(frozen=True)
class Alert:
    """The card reached a cap at which nothing lapses but the citizen is called."""

    on: date
    cap: str


@dataclass(frozen=True)
class Advance:
    """The outcome of reckoning a card: its entries in order, the card after them, broken pledges,
    and what a person must decide or do.
    """

    entries: tuple[Entry, ...]
    state: CardState
    unmet: tuple[UUID, ...] = ()
    questions: tuple[Question, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass
class _Walk:
    """A card while its days are taken in order."""

    state: CardState
    plan: Plan
    entries: list[Entry] = field(default_factory=list)
    unmet: list[UUID] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    def post(self, *entries: Entry) -> None:
        """Let entries happen."""
        if entries:
            self.state = ledger.apply(self.state, *entries)
            self.entries += entries

    def done(self, through: date) -> Advance:
        """Return the outcome."""
        state = self.state.reckoned(through)
        return Advance(
            tuple(self.entries),
            state,
            tuple(self.unmet),
            tuple(self.questions),
            tuple(self.alerts),
        )


def advance(state: CardState, plan: Plan, through: date, *, is_dated: bool = False) -> Advance:
    """Return what `through` and the days before it that were not reckoned yet do to the card.

    A day's order is: new terms, expiry and ends, accrual and caps, pledges. `unmet` names trips
    whose day came while their pledge was still short. A day once reckoned is never reckoned again.
    A card `is_dated` when its lots follow the plan's absences already.
    """
    start = state.advanced_through
    if start is None:
        start = min((grant.from_on for grant in plan.grants), default=through) - ONE_DAY
    elif start >= through:
        return Advance((), state)
    walk = _Walk(state, plan)
    if plan.may_extend and not is_dated:
        walk.post(*re_date(walk.state, plan, min(start + ONE_DAY, through)))
    # What was given back since the last day may keep a promise on the first of these.
    day = start + ONE_DAY if state.pledges else _next_day(walk.state, plan, start)
    while day is not None and day <= through:
        _one_day(walk, day)
        day = _next_day(walk.state, plan, day)
    return walk.done(max(through, start))


def arrive(state: CardState, plan: Plan, day: date) -> Advance:
    """Return what a grant that begins on an already reckoned day gives that day."""
    walk = _Walk(state, plan)
    _accrue(walk, day)
    _keep_pledges(walk, day)
    return walk.done(state.advanced_through or day)


def answered(state: CardState, plan: Plan, question: Question, day: date) -> Advance:
    """Return what `day` gives of the time that waited for a rule, now that it is decided.

    The plan holds the decision. What the decided rule still refuses does not come; what waits for
    one more rule is asked about anew.
    """
    walk = _Walk(state, plan)
    terms, run = plan.terms_on(day), plan.span_on(question.on)
    if question.rule.startswith("ending."):
        _end(walk, day, question.rule.removeprefix("ending."))
    elif terms is not None and run is not None and question.period:
        if question.rule.startswith("saving."):
            rest = f"{question.period}{SECOND_PART}"  # the first part has the period's own name
            credit(walk, terms, rest, question.minutes, day)
        else:
            _give_waiting(walk, terms, run, question, day)
    _keep_pledges(walk, day)
    return walk.done(state.advanced_through or day)


def _give_waiting(walk: _Walk, terms: Terms, run: Run, question: Question, day: date) -> None:
    """Give a whole period that waited, unless it waits for another rule too."""
    arrival = next_arrival(terms.allowance, run.from_on, question.on - ONE_DAY)
    if arrival is None or arrival.on != question.on:
        return
    minutes, asked = _minutes(walk.plan, terms, run, arrival)
    if asked:
        walk.questions.append(Question(question.on, asked[0], arrival.name, minutes))
    elif minutes > 0:
        credit(walk, terms, arrival.name, minutes, day)


def close(state: CardState, plan: Plan, day: date, at_end: str) -> Advance:
    """Return what the end of a card on `day` does to its free time; `at_end` names the cause."""
    walk = _Walk(state, plan)
    _end(walk, day, at_end)
    return walk.done(state.advanced_through or day)


def _next_day(state: CardState, plan: Plan, after: date) -> date | None:
    """Return the next day on which something can happen by itself."""
    found = min(_next_of_plan(plan, run, after) for run in plan.spans) if plan.spans else _NEVER
    for lot in state.lots:
        if lot.expires_on is not None and after <= lot.expires_on < found:
            found = lot.expires_on + ONE_DAY
    for version in plan.versions:
        if after < version.from_on < found:
            found = version.from_on
    for pledge in state.pledges:
        if after < pledge.on < found:
            found = pledge.on
    return None if found == _NEVER else found


def _next_of_plan(plan: Plan, run: Run, after: date) -> date:
    """Return the next day a run of the card begins, gives time, or is over."""
    if run.from_on > after:
        return run.from_on
    if run.until_on is not None and run.until_on < after:
        return _NEVER
    over = _NEVER if run.until_on is None else run.until_on + ONE_DAY
    terms = plan.terms_on(after + ONE_DAY)
    arrival = next_arrival(terms.allowance, run.from_on, after) if terms else None
    return over if arrival is None else min(over, arrival.on)


def _one_day(walk: _Walk, day: date) -> None:
    walk.post(*under_new_terms(walk.state, walk.plan, day))
    walk.post(*ledger.expire(walk.state, day))
    for run in walk.plan.spans:
        is_over = run.until_on is not None and run.until_on == day - ONE_DAY
        if is_over and not run.is_settled:
            _end(walk, day, run.at_end)
    _accrue(walk, day)
    _keep_pledges(walk, day)


def _end(walk: _Walk, day: date, at_end: str) -> None:
    terms = walk.plan.terms_on(day) or walk.plan.terms_on(day - ONE_DAY)
    if terms is None:
        known = [version.terms for version in walk.plan.versions if version.from_on <= day]
        terms = known[-1] if known else None
    if terms is None:
        return
    over = terms.runs_until is not None and day > terms.runs_until
    said: AtEnd = getattr(terms.ending, at_end)
    free = [lot for lot in walk.state.lots if lot.free]
    if said is AtEnd.UNDECIDED:
        walk.questions.append(Question(day, f"ending.{at_end}"))
    elif said is AtEnd.LAPSE:
        reason = "scheme_end" if over else "end"
        walk.post(*(Entry(EntryKind.FORFEIT, lot.free, day, lot.key, reason) for lot in free))


def _accrue(walk: _Walk, day: date) -> None:
    plan, terms, run = walk.plan, walk.plan.terms_on(day), walk.plan.span_on(day)
    if terms is None or run is None or terms.measured_in is Measure.COURSE:
        return
    arrival = next_arrival(terms.allowance, run.from_on, day - ONE_DAY)
    if arrival is None or arrival.on != day or arrival.name == walk.state.last_period:
        return
    minutes, asked = _minutes(plan, terms, run, arrival)
    walk.state = replace(walk.state, last_period=arrival.name)
    for rule in asked:
        walk.questions.append(Question(day, rule, arrival.name, minutes))
        minutes = 0
    if minutes > 0:
        credit(walk, terms, arrival.name, minutes, day)


def _minutes(plan: Plan, terms: Terms, run: Run, arrival: Arrival) -> tuple[int, list[str]]:
    """Return what a period gives, and the undecided rules it waits for."""
    share, allowance = Fraction(1), terms.allowance
    if _is_whole(plan, allowance):
        return plan.rate_on(terms, arrival.on), []
    length = (arrival.ends - arrival.starts).days + 1
    if allowance.first_amount is Share.PRORATED and arrival.starts < run.from_on:
        share -= Fraction((run.from_on - arrival.starts).days, length)
    ends_early = run.until_on is not None and run.until_on < arrival.ends
    if allowance.last_amount is Share.PRORATED and ends_early and run.until_on:
        share -= Fraction((arrival.ends - run.until_on).days, length)
    asked = []
    if allowance.first_amount is Share.UNDECIDED and arrival.starts < run.from_on:
        asked.append("allowance.first_amount")
    if allowance.last_amount is Share.UNDECIDED and ends_early:
        asked.append("allowance.last_amount")
    if plan.absences:
        present, open_rule = _present(plan, terms, arrival, length)
        share *= present
        asked += [open_rule] if open_rule and present else []
    minutes = Fraction(plan.rate_on(terms, arrival.on)) * share
    return _whole(minutes, allowance.rounding), asked if minutes else []


def _is_whole(plan: Plan, allowance: Allowance) -> bool:
    """Say whether every period gives all its time: nothing is shared out, nobody was away."""
    shares = (allowance.first_amount, allowance.last_amount)
    return not plan.absences and shares == (Share.WHOLE, Share.WHOLE)


def _whole(minutes: Fraction, rounding: Rounding) -> int:
    if rounding is Rounding.UP:
        return ceil(minutes)
    return floor(minutes) if rounding is Rounding.DOWN else floor(minutes + Fraction(1, 2))


def _present(
    plan: Plan, terms: Terms, arrival: Arrival, length: int
) -> tuple[Fraction, str | None]:
    """Return the share of a period that absences leave, and an open rule that bears on it."""
    by = terms.pauses.partial_period
    on_day = by is PartialPeriod.ARRIVAL_DAY
    first, last = (arrival.on, arrival.on) if on_day else (arrival.starts, arrival.ends)
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
        return Fraction(1), open_rule
    is_whole = len(away) == (last - first).days + 1
    if is_whole or by in (PartialPeriod.ANY_DAY, PartialPeriod.ARRIVAL_DAY):
        return Fraction(0), None
    if by is PartialPeriod.WHOLE_PERIOD:
        return Fraction(1), open_rule
    if by is PartialPeriod.PRORATED:
        return 1 - Fraction(len(away), length), open_rule
    return Fraction(1), "pauses.partial_period"


def credit(walk: _Walk, terms: Terms, period: str, minutes: int, day: date) -> None:
    """Let a period's minutes arrive, and take what no cap has room for."""
    last_day, rule = expiry_of(terms, day, walk.plan)
    lot = Lot(Source.ACCRUAL, period, day, last_day, rule)
    before = walk.state
    room, waits_for = _room(terms, before, minutes)
    if waits_for:
        walk.questions.append(Question(day, waits_for, period, minutes - room))
    if not room:
        return
    walk.post(ledger.credit(lot, room, reason="accrual"))
    for name, cap in terms.saving.caps.items():
        if cap.at_cap is AtCap.ALERT:
            if not _fills(terms, cap, before) and _fills(terms, cap, walk.state):
                walk.alerts.append(Alert(day, name))
        else:
            walk.post(*_over(walk.state, terms, cap, lot, day))


def _saved(terms: Terms, state: CardState) -> int:
    return state.saved() if terms.saving.counts_held else sum(lot.free for lot in state.lots)


def _limit(terms: Terms, cap: Cap) -> int | None:
    """Return a cap in minutes, or None for one in periods."""
    if cap.punches is not None:
        return cap.punches * terms.punch
    return cap.minutes if isinstance(cap.minutes, int) else None


def _fills(terms: Terms, cap: Cap, state: CardState) -> bool:
    limit = _limit(terms, cap)
    if limit is not None:
        return _saved(terms, state) >= limit
    return cap.periods is not None and len(_kept(terms, state)) >= cap.periods


def _kept(terms: Terms, state: CardState) -> list[Lot]:
    held = terms.saving.counts_held
    kept = [lot for lot in state.lots if (lot.saved if held else lot.free)]
    return sorted(kept, key=lambda lot: (lot.credited_on, lot.key))


def _room(terms: Terms, state: CardState, minutes: int) -> tuple[int, str | None]:
    """Return how much may arrive before an undecided cap is passed, and that cap's rule."""
    room, waits_for = minutes, None
    for name, cap in terms.saving.caps.items():
        if cap.at_cap is not AtCap.UNDECIDED:
            continue
        limit = _limit(terms, cap)
        if limit is not None:
            left = max(0, limit - _saved(terms, state))
        else:
            is_full = cap.periods is not None and len(_kept(terms, state)) >= cap.periods
            left = 0 if is_full else minutes  # a cap of unknown size takes nothing yet
        if left < room:
            room, waits_for = left, f"saving.caps.{name}.at_cap"
    return room, waits_for


def _over(state: CardState, terms: Terms, cap: Cap, arrived: Lot, day: date) -> Iterator[Entry]:
    """Yield what a cap takes: from the time that arrived, or from the oldest.

    What is lost stands in the ledger as forfeited, so it can be counted and shown.
    """
    fresh, limit = state.lot(arrived.key), _limit(terms, cap)
    is_oldest = cap.at_cap is AtCap.OLDEST_LAPSE
    if limit is not None:
        excess = max(0, _saved(terms, state) - limit)
        if excess and is_oldest:
            yield from ledger.forfeit(state, excess, on=day, reason="cap")
        elif excess and fresh.free:
            lost = min(excess, fresh.free)
            yield Entry(EntryKind.FORFEIT, lost, day, fresh.key, "cap")
    elif cap.periods is not None:
        kept = _kept(terms, state)
        over = kept[: max(0, len(kept) - cap.periods)]
        lost_lots = over if is_oldest else [fresh] * bool(over)
        yield from (
            Entry(EntryKind.FORFEIT, lot.free, day, lot.key, "cap") for lot in lost_lots if lot.free
        )


def _keep_pledges(walk: _Walk, day: date) -> None:
    """Turn free time into holds for trips that still lack some, the earliest trip first."""
    if not walk.state.pledges:
        return
    kept = []
    for pledge in sorted(walk.state.pledges, key=lambda p: (p.on, str(p.trip))):
        found = ledger.hold_what_there_is(
            walk.state, pledge.trip, pledge.minutes, on=pledge.on, today=day
        )
        walk.post(*found)
        if left := pledge.minutes - sum(entry.minutes for entry in found):
            kept.append(replace(pledge, minutes=left))
    walk.state = walk.state.with_pledges(tuple(kept))
    walk.unmet += [pledge.trip for pledge in kept if pledge.on == day]


def projected(state: CardState, plan: Plan, on: date) -> CardState:
    """Return the card as it will be at the end of `on` if nothing else happens."""
    return advance(state, plan, on).state


def set_aside(
    state: CardState, trip: UUID, minutes: int, *, on: date, today: date
) -> tuple[list[Entry], CardState]:
    """Return the holds for a trip on `on` and the card after them; what is lacking becomes a
    pledge.
    """
    entries = ledger.hold_what_there_is(state, trip, minutes, on=on, today=today)
    state = ledger.apply(state, *entries)
    lacking = minutes - sum(entry.minutes for entry in entries)
    if lacking:
        state = state.with_pledges((*state.pledges, Pledge(trip, lacking, on)))
    return entries, state


def can_afford(
    state: CardState, plan: Plan, trip: UUID, minutes: int, *, on: date, today: date
) -> bool:
    """Say whether a trip on `on` can be paid without breaking any promise already made.

    A promise that breaks anyway stands in nobody's way.
    """
    if not state.pledges and on >= today and state.available(on) >= minutes:
        return True
    _, tried = set_aside(state, trip, minutes, on=on, today=today)
    if any(pledge.trip == trip and on <= today for pledge in tried.pledges):
        return False
    last = max((pledge.on for pledge in tried.pledges), default=None)
    if last is None:
        return True
    broken = set(advance(tried, plan, last).unmet)
    return not broken or broken <= set(advance(state, plan, last).unmet)


def affordable(state: CardState, plan: Plan, trip: UUID, *, on: date, today: date) -> int:
    """Return the most minutes a new trip on `on` could have, time still to come included."""
    # Time that is set aside is not lost at a cap, so all that comes may be had.
    comes = advance(state, plan, on).entries
    low = 0
    high = state.saved() + sum(e.minutes for e in comes if e.kind is EntryKind.CREDIT)
    while low < high:
        middle = (low + high + 1) // 2
        if can_afford(state, plan, trip, middle, on=on, today=today):
            low = middle
        else:
            high = middle - 1
    return low


def book(
    state: CardState, plan: Plan, trip: UUID, minutes: int, *, on: date, today: date
) -> tuple[list[Entry], CardState]:
    """Return the entries that book `minutes` for a trip on `on`, and the card with its pledges
    after.

    The card must have been advanced through `today`. Raises InsufficientMinutes when neither the
    time on the card nor the time that will have come by then is enough.
    """
    if not can_afford(state, plan, trip, minutes, on=on, today=today):
        available = affordable(state, plan, trip, on=on, today=today)
        raise InsufficientMinutes(available=available, wanted=minutes)
    return set_aside(state, trip, minutes, on=on, today=today)
