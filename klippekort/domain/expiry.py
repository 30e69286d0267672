"""How long time lives: the limits of the terms, absences that lengthen them, and new terms."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from klippekort.domain import ledger
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.ledger import SO_FAR, CardState, Entry, EntryKind, Lot, Source
from klippekort.domain.periods import last_of_month, last_of_quarter
from klippekort.domain.plans import Plan
from klippekort.domain.schemes import OPEN, AtCap, OnChange, Terms, terms_on
from klippekort.domain.schemes.versions import terms_since
from klippekort.domain.spans import days_on

ROLLING = "rolling"
EXTENDS = "extends_expiry"
# Why time has another last day: an absence lengthened it, or what was open is decided.
EXTENDED, SETTLED = "extended", "settled"
UNSETTLED = "unsettled"
"""The limit of time whose last day nobody can tell yet: an absence has no known end, or a rule that
would decide it is open. Where another limit is certain it is `SO_FAR` and that limit: this is what
it has for a last day, which moves when more is known.
"""


def is_unsettled(rule: str | None) -> bool:
    """Say whether a lot's last day by this limit may still move."""
    return rule == UNSETTLED or (rule or "").startswith(SO_FAR)


def _so_far(rule: str | None) -> str:
    """Return the name of a limit that holds until more is known, or of none."""
    return UNSETTLED if rule is None else f"{SO_FAR}{rule.removeprefix(SO_FAR)}"


def expiry_of(
    terms: Terms, credited_on: date, plan: Plan | None = None
) -> tuple[date | None, str | None]:
    """Return the last usable day of time credited on a day, and the name of the limit that
    decides.

    Absences that the terms let lengthen life move the rolling limits; while such an absence has
    no known end, or nobody has decided whether it lengthens anything, neither do they. Ends of
    month, quarter, year and scheme stand.
    """
    rolling, standing, rule = _limits(terms, credited_on)
    binds = rolling is not None and (standing is None or rolling <= standing)
    if rolling is not None and binds and plan is not None and plan.may_extend:
        rolling = _lengthened(terms, credited_on, rolling, plan)
        if rolling is None:
            return standing, _so_far(rule)
    if rolling is not None and (standing is None or rolling <= standing):
        return rolling, ROLLING
    return standing, rule


@lru_cache(maxsize=65_536)
def _limits(terms: Terms, credited_on: date) -> tuple[date | None, date | None, str | None]:
    """Return the last day by the rolling limits, and by the others with the name of the earliest;
    while a limit is open all are among the others, and the earliest holds so far.

    They are the same for every card: towns are replayed week by week under the same terms.
    """
    expiry, last = terms.expiry, None
    is_open = OPEN in (expiry.rolling, expiry.year_end)
    if isinstance(expiry.rolling, tuple) and expiry.rolling:
        last = min(days_on(credited_on, span) - ONE_DAY for span in expiry.rolling)
    limits: list[tuple[date, str]] = []
    if expiry.month_end:
        limits.append((last_of_month(credited_on), "month_end"))
    if expiry.quarter_end:
        limits.append((last_of_quarter(credited_on), "quarter_end"))
    if expiry.year_end is True:
        limits.append((date(credited_on.year, 12, 31), "year_end"))
    scheme_end = expiry.scheme_end or terms.runs_until
    if scheme_end is not None:
        limits.append((scheme_end, "scheme_end"))
    if is_open:
        certain = limits + ([] if last is None else [(last, ROLLING)])
        day, rule = min(certain, key=lambda limit: limit[0], default=(None, None))
        return None, day, _so_far(rule)
    if not limits:
        return last, None, None
    return last, *min(limits, key=lambda limit: limit[0])


def _lengthened(terms: Terms, credited_on: date, last: date, plan: Plan) -> date | None:
    """Return a rolling limit moved by the days of absence inside it, each day once, or None while
    an absence has no end or nobody has decided whether it counts.
    """
    if not plan.touches(credited_on, last):
        return last
    counted_from = credited_on
    for _rule, pause, absence in sorted(
        plan.away(terms, credited_on, date.max), key=lambda found: found[2].from_on
    ):
        if pause.extends_expiry is False or absence.from_on > last:
            continue
        if absence.until_on is not None and absence.until_on < counted_from:
            continue
        if absence.until_on is None or pause.extends_expiry is not True:
            return None
        last += absence.until_on - max(absence.from_on, counted_from) + ONE_DAY
        counted_from = absence.until_on + ONE_DAY
    return last


def moved(
    state: CardState,
    lot: Lot,
    last_day: date | None,
    *,
    minutes: int,
    today: date,
    source: Source,
    reason: str,
    rule: str | None = None,
) -> Iterator[Entry]:
    """Yield the entries that give free minutes of a lot another last day: out of the old lot, into
    one that remembers when the time came.
    """
    name = f"{lot.period.partition('>')[0]}>{last_day or 'open'}@{today:%y%m%d}"
    to = Lot(source, name, lot.credited_on, last_day, rule or lot.expiry_rule)
    yield Entry(EntryKind.ADJUST_DOWN, minutes, today, lot.key, reason)
    if any(known.key == to.key for known in state.lots):
        yield Entry(EntryKind.ADJUST_UP, minutes, today, to.key, reason)
    else:
        yield ledger.credit(to, minutes, reason=reason)._replace(effective_on=today)


def is_lengthened(rule: str | None) -> bool:
    """Say whether an absence may lengthen the life of a lot that ends by this limit: a fixed day,
    or one that somebody chose by hand, stands.
    """
    return rule == ROLLING or is_unsettled(rule)


def may_move(state: CardState, plan: Plan) -> bool:
    """Say whether the last day of anything on a card can move by what is learned."""
    return plan.may_extend or any(is_unsettled(lot.expiry_rule) for lot in state.lots)


def re_date(state: CardState, plan: Plan, today: date) -> list[Entry]:
    """Return the moves of lots to the last day they have by what is known by now: of absences, and
    of rules that were open when their time came. What is set aside goes along.
    """
    entries: list[Entry] = []
    for lot in state.lots:
        is_open = is_unsettled(lot.expiry_rule) or (
            lot.source is Source.EXTENDED and lot.expires_on is None
        )
        if not lot.free + lot.held or not (is_lengthened(lot.expiry_rule) or is_open):
            continue
        terms = terms_since(plan.versions, lot.credited_on, today)
        if terms is None or lot.source is Source.CHANGED:
            continue
        last_day, rule = expiry_of(terms, lot.credited_on, plan)
        if is_unsettled(rule) and lot.source is Source.EXTENDED and not plan.is_open_ended:
            continue  # somebody has said for this time what the terms leave open
        is_longer = lot.expires_on is not None and (last_day is None or last_day > lot.expires_on)
        if is_longer or (is_open and last_day != lot.expires_on):
            # Without any absence it would be this day too: then it is only decided now.
            is_settled = last_day == expiry_of(terms, lot.credited_on)[0]
            why = SETTLED if is_settled else EXTENDED
            now = ledger.apply(state, *entries)
            entries += _with_holds(now, lot, last_day, today, rule, why)
    return entries


def waits_for(state: CardState, plan: Plan, today: date) -> dict[str, date]:
    """Return the open rules that would settle how long time lives through an absence, each with
    the day the first time came that waits for it.
    """
    found: dict[str, date] = {}
    for lot in sorted(state.lots, key=lambda lot: lot.credited_on):
        terms = terms_since(plan.versions, lot.credited_on, today)
        if not is_unsettled(lot.expiry_rule) or terms is None or not lot.free + lot.held:
            continue
        last = _limits(terms, lot.credited_on)[0]
        for rule, pause, absence in plan.away(terms, lot.credited_on, last or lot.credited_on):
            if pause.extends_expiry == OPEN and absence.from_on <= (last or lot.credited_on):
                found.setdefault(f"{rule}.{EXTENDS}", lot.credited_on)
    return found


def _with_holds(
    state: CardState, lot: Lot, last_day: date | None, today: date, rule: str | None, why: str
) -> Iterator[Entry]:
    """Yield the move of all that is left of a lot; trips then hold their minutes of the new one."""
    holds = [hold for hold in state.holds if hold.lot == lot.key]
    for hold in holds:
        yield Entry(EntryKind.RELEASE, hold.minutes, today, lot.key, why, hold.trip)
    moves = list(
        moved(
            state,
            lot,
            last_day,
            minutes=lot.free + lot.held,
            today=today,
            source=Source.EXTENDED,
            reason=why,
            rule=rule,
        )
    )
    yield from moves
    for hold in holds:
        yield Entry(EntryKind.HOLD, hold.minutes, today, moves[-1].lot, why, hold.trip)


def longer(state: CardState, lot: Lot, minutes: int, last_day: date, today: date) -> list[Entry]:
    """Return the move of returned minutes that live until `last_day` at least."""
    if lot.expires_on is None or lot.expires_on >= last_day:
        return []
    return list(
        moved(
            state,
            lot,
            last_day,
            minutes=minutes,
            today=today,
            source=Source.EXTENDED,
            reason="longer_life",
        )
    )


def returned_longer(
    state: CardState, entries: list[Entry], last_day: date, today: date
) -> list[Entry]:
    """Return the moves that let what `entries` gave back, and did not lose at once, live until a
    day at least. The card is as it is after the entries.
    """
    returned: dict[str, int] = {}
    signs = {EntryKind.RELEASE: 1, EntryKind.FORFEIT: -1}
    for entry in entries:
        if entry.lot is not None:
            change = signs.get(entry.kind, 0) * entry.minutes
            returned[entry.lot] = returned.get(entry.lot, 0) + change
    moves: list[Entry] = []
    for key, minutes in returned.items():
        if minutes > 0:
            moves += longer(ledger.apply(state, *moves), state.lot(key), minutes, last_day, today)
    return moves


def under_new_terms(state: CardState, plan: Plan, day: date) -> list[Entry]:
    """Return what terms that begin on `day` do to time saved under those before them."""
    new = next((version.terms for version in plan.versions if version.from_on == day), None)
    old = terms_on(plan.versions, day - ONE_DAY)
    return [] if new is None or old is None else carried(state, plan, old, new, day, day)


def carried(
    state: CardState, plan: Plan, old: Terms, new: Terms, since: date, day: date
) -> list[Entry]:
    """Return what new terms do on `day` to time that came before they began, on `since`; the days
    differ where what becomes of it was decided afterwards.
    """
    if new.change.saved_time in (OnChange.KEEP_TERMS, OnChange.UNDECIDED):
        return []
    free = [lot for lot in state.lots if lot.free and lot.credited_on < since]
    if new.change.saved_time is OnChange.LAPSE:
        return [Entry(EntryKind.FORFEIT, lot.free, day, lot.key, "forfeit") for lot in free]
    if new.change.saved_time is OnChange.KEEP_PUNCHES:
        return list(_same_punches(free, old, new, day))
    entries: list[Entry] = []
    for lot in free:
        last_day, rule = expiry_of(new, lot.credited_on, plan)
        entries += moved(
            ledger.apply(state, *entries),
            lot,
            last_day,
            minutes=lot.free,
            today=day,
            source=Source.CHANGED,
            reason="new_terms",
            rule=rule,
        )
    after = ledger.apply(state, *entries)
    return entries + list(_within_caps(after, new, day))


def _same_punches(free: list[Lot], old: Terms, new: Terms, day: date) -> Iterator[Entry]:
    """Yield what keeps the number of punches when a punch becomes longer or shorter."""
    for lot in free:
        wanted = lot.free * new.punch // (old.punch or new.punch or 1)
        if wanted < lot.free:
            yield Entry(EntryKind.FORFEIT, lot.free - wanted, day, lot.key, "forfeit")
        elif wanted > lot.free:
            yield Entry(EntryKind.ADJUST_UP, wanted - lot.free, day, lot.key, "new_terms")


def _within_caps(state: CardState, terms: Terms, day: date) -> Iterator[Entry]:
    """Yield what new caps have no room for, the oldest first."""
    for cap in terms.saving.caps.values():
        limit = cap.minutes
        if cap.punches is not None:
            limit = cap.punches * terms.punch
        if not isinstance(limit, int) or cap.at_cap in (AtCap.ALERT, AtCap.UNDECIDED):
            continue
        alive = [lot for lot in state.lots if lot.is_usable(day)]
        counted = [lot.free + lot.held if terms.saving.counts_held else lot.free for lot in alive]
        excess = min(sum(counted) - limit, sum(lot.free for lot in alive))
        if excess > 0:
            lost = ledger.forfeit(state, excess, on=day, reason="cap")
            yield from lost
            state = ledger.apply(state, *lost)
