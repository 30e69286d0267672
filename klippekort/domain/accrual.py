"""What happens to a card as days pass: time expires, arrives, meets its cap, and keeps its pledges.

Reckoning a card daily and reckoning it once after a quarter give the same lots, because every day
between is walked in order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from klippekort.domain import ledger
from klippekort.domain.calendar import ONE_DAY, iso_week, monday
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.ledger import CardState, Entry, Lot, Pledge, Source
from klippekort.domain.schemes import (
    AtCap,
    Expiry,
    FirstPeriod,
    Terms,
    TermsFrom,
    WeekFrom,
    terms_on,
)


@dataclass(frozen=True)
class GrantSpan:
    """The days a grant runs, both inclusive; `minutes` is its own rate a period, or None for the
    scheme's.
    """

    from_on: date
    until_on: date | None = None
    minutes: int | None = None

    def covers(self, day: date) -> bool:
        """Say whether the grant runs on `day`."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class AbsenceSpan:
    """The days a citizen is away, both inclusive; open-ended while nobody knows the end."""

    kind: str
    from_on: date
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the citizen is away on `day`."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Plan:
    """What governs a card over time."""

    versions: tuple[TermsFrom, ...]
    grants: tuple[GrantSpan, ...]
    absences: tuple[AbsenceSpan, ...] = ()

    def grant_on(self, day: date) -> GrantSpan | None:
        """Return the grant that runs on `day`, or None."""
        return next((grant for grant in self.grants if grant.covers(day)), None)

    def is_paused(self, terms: Terms, day: date) -> bool:
        """Say whether an absence that the terms pause for covers `day`."""
        return any(a.covers(day) and a.kind in terms.pauses.absences for a in self.absences)


@dataclass(frozen=True)
class Advance:
    """The outcome of reckoning a card: its entries in order, the card after them, and broken
    pledges.
    """

    entries: tuple[Entry, ...]
    state: CardState
    unmet: tuple[UUID, ...] = ()


def expiry_of(expiry: Expiry, credited_on: date) -> tuple[date | None, str | None]:
    """Return the last usable day of time credited on a day, and the name of the limit that
    decides.
    """
    limits: list[tuple[date, str]] = []
    if expiry.rolling_weeks is not None:
        weeks = timedelta(weeks=expiry.rolling_weeks)
        limits.append((credited_on + weeks - ONE_DAY, "rolling"))
    if expiry.year_end:
        limits.append((date(credited_on.year, 12, 31), "year_end"))
    return min(limits) if limits else (None, None)


def period_of(terms: Terms, grant: GrantSpan, day: date) -> str | None:
    """Return the name of the period that time credited on `day` belongs to, or None when none is
    due.

    The week is ISO 8601's or seven days from the grant, as the terms say; so is the first week.
    """
    allowance = terms.allowance
    if allowance.counted_from is WeekFrom.GRANT_DAY:
        weeks, left = divmod((day - grant.from_on).days, 7)
        is_due = left == 0 and weeks % allowance.every_weeks == 0
        first = weeks == 0
        name = f"{grant.from_on.isoformat()}+{weeks}"
    else:
        weeks = (monday(day) - monday(grant.from_on)).days // 7
        first = weeks == 0
        starts = grant.from_on if first else monday(day)
        is_due = day == starts and weeks % allowance.every_weeks == 0
        name = iso_week(day)
    skipped = first and allowance.first is not FirstPeriod.GRANT_PERIOD
    on_the_line = first and day == monday(day) and allowance.counted_from is WeekFrom.ISO_WEEK
    if not is_due or (skipped and not on_the_line):
        return None
    return name


def _credit(state: CardState, plan: Plan, day: date) -> Iterator[Entry]:
    terms, grant = terms_on(plan.versions, day), plan.grant_on(day)
    if terms is None or grant is None or plan.is_paused(terms, day):
        return
    period = period_of(terms, grant, day)
    if period is None or any(lot.key == f"{Source.ACCRUAL}:{period}" for lot in state.lots):
        return
    minutes = terms.allowance.minutes if grant.minutes is None else grant.minutes
    if minutes <= 0:
        return
    last_day, rule = expiry_of(terms.expiry, day)
    lot = Lot(Source.ACCRUAL, period, day, last_day, rule)
    arrives = ledger.credit(lot, minutes, reason="accrual")
    yield arrives
    yield from _cap(ledger.apply(state, arrives), terms, lot, day)


def _cap(state: CardState, terms: Terms, arrived: Lot, day: date) -> Iterator[Entry]:
    """Take what no cap has room for: from the time that arrived, or from the oldest.

    What is lost stands in the ledger as forfeited, so it can be counted and shown.
    """
    saving, fresh = terms.saving, state.lot(arrived.key)
    oldest_lapse = saving.at_cap is AtCap.OLDEST_LAPSE
    excess = max(0, state.saved() - saving.cap_minutes) if saving.cap_minutes is not None else 0
    kept = sorted((lot for lot in state.lots if lot.saved), key=lambda lot: lot.credited_on)
    if saving.cap_weeks is not None and len(kept) > saving.cap_weeks:
        over = kept[: len(kept) - saving.cap_weeks] if oldest_lapse else [fresh]
        excess = max(excess, sum(lot.free for lot in over))
    if excess and oldest_lapse:
        yield from ledger.forfeit(state, excess, on=day, reason="cap")
    elif excess:
        yield Entry(ledger.EntryKind.FORFEIT, min(excess, fresh.free), day, fresh.key, "cap")


def _keep_pledges(state: CardState, day: date) -> tuple[list[Entry], CardState]:
    """Turn free time into holds for trips that still lack some, the earliest trip first."""
    entries: list[Entry] = []
    kept = []
    for pledge in sorted(state.pledges, key=lambda p: (p.on, str(p.trip))):
        found = ledger.hold_what_there_is(
            state, pledge.trip, pledge.minutes, on=pledge.on, today=day
        )
        state = ledger.apply(state, *found)
        entries += found
        if left := pledge.minutes - sum(entry.minutes for entry in found):
            kept.append(replace(pledge, minutes=left))
    return entries, replace(state, pledges=tuple(kept))


def advance(state: CardState, plan: Plan, through: date) -> Advance:
    """Return what `through` and the days before it that were not reckoned yet do to the card.

    A day's order is: expiry, accrual and caps, pledges. `unmet` names trips whose day came while
    their
    pledge was still short. A day once reckoned is never reckoned again.
    """
    starts = min((grant.from_on for grant in plan.grants), default=through + ONE_DAY)
    day = state.advanced_through + ONE_DAY if state.advanced_through else starts
    entries: list[Entry] = []
    unmet: list[UUID] = []
    while day <= through:
        new = ledger.expire(state, day)
        state = ledger.apply(state, *new)
        for entry in _credit(state, plan, day):
            state = ledger.apply(state, entry)
            new.append(entry)
        if state.pledges:
            held, state = _keep_pledges(state, day)
            new += held
            unmet += [p.trip for p in state.pledges if p.on == day]
        entries += new
        day += ONE_DAY
    return Advance(
        tuple(entries), replace(state, advanced_through=max(through, day - ONE_DAY)), tuple(unmet)
    )


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
        state = replace(state, pledges=(*state.pledges, Pledge(trip, lacking, on)))
    return entries, state


def can_afford(
    state: CardState, plan: Plan, trip: UUID, minutes: int, *, on: date, today: date
) -> bool:
    """Say whether a trip on `on` can be paid without breaking any promise already made."""
    _, tried = set_aside(state, trip, minutes, on=on, today=today)
    last = max((pledge.on for pledge in tried.pledges), default=None)
    return last is None or (last > today and not advance(tried, plan, last).unmet)


def affordable(state: CardState, plan: Plan, trip: UUID, *, on: date, today: date) -> int:
    """Return the most minutes a new trip on `on` could have, time still to come included."""
    low, high = 0, projected(state, plan, on).saved() + state.available(on)
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
    time on
    the card nor the time that will have come by then is enough.
    """
    if not can_afford(state, plan, trip, minutes, on=on, today=today):
        available = affordable(state, plan, trip, on=on, today=today)
        raise InsufficientMinutes(available=available, wanted=minutes)
    return set_aside(state, trip, minutes, on=on, today=today)
