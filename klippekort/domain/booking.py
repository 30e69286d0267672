"""Whether a trip fits a scheme: refused by the first rule it breaks, or asked about, or accepted.

All times are Danish. Each rule answers True (it refuses), the dotted name of the undecided rule a
person must answer, or several, or None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from klippekort.domain.calendar import COPENHAGEN, ONE_DAY, is_public_holiday, local
from klippekort.domain.charging import least_cost, open_rules
from klippekort.domain.eligibility import holds
from klippekort.domain.errors import Refused, Undecided
from klippekort.domain.periods import period_with
from klippekort.domain.schemes import (
    OPEN,
    Day,
    Hours,
    Joint,
    Measure,
    NoLongerMet,
    Others,
    Period,
    SavedTime,
    Sharing,
    Span,
    Terms,
    Unit,
    Window,
    choices_of,
    settled,
)
from klippekort.domain.spans import first_day, latest_before
from klippekort.domain.wishes import FREE_HAND, Standing, TripWish

__all__ = [
    "LOOK_AHEAD",
    "Outcome",
    "TripWish",
    "Verdict",
    "broken_rule",
    "came_up",
    "cautions",
    "check",
    "earliest",
    "judge",
    "may_benefit",
]

LOOK_AHEAD = timedelta(days=731)
_DAYS = tuple(Day)

Finding = bool | str | tuple[str, ...] | None
TermsOf = Callable[[date], Terms | None]


class Outcome(StrEnum):
    """What becomes of a wish."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ASK = "ask"


@dataclass(frozen=True)
class Verdict:
    """What becomes of a wish, by which rule, and what an undecided one may be answered with;
    `others` are the further rules that are open for it.
    """

    outcome: Outcome
    rule: str | None = None
    choices: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def asks(self) -> tuple[str, ...]:
        """Return every rule that a person must answer, in order; none unless the outcome is ASK."""
        if self.outcome is not Outcome.ASK or self.rule is None:
            return ()
        return self.rule, *self.others


def _not_active(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    del terms
    return not standing.is_active(wish.on)


def may_benefit(sharing: Sharing, benefit: str, *, by_pool: bool) -> bool:
    """Say whether a trip may be for `benefit`, when a pool pays or when the card does. Nobody is
    refused where it was not said for whom the trip is.
    """
    if by_pool:
        named = sharing.pool_beneficiaries
        return not benefit or not named or benefit in named
    return benefit in ("", "citizen", *sharing.beneficiaries)


def _eligibility(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    if not may_benefit(terms.sharing, wish.benefit, by_pool=standing.pool_left is not None):
        return True
    if not standing.facts:
        return None
    if holds(terms.activities.needs, standing.facts) is False:
        return True
    if holds(terms.grants.eligibility, standing.facts) is not False:
        return None
    match terms.grants.when_no_longer_met:
        case NoLongerMet.REFUSE:
            return True
        case NoLongerMet.UNDECIDED:
            return "grants.when_no_longer_met"
    return None


def _activity(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    kind, said = wish.activity, terms.activities
    if not kind:
        return None
    if kind in said.forbidden or holds(said.needs_for.get(kind, ""), standing.facts) is False:
        return True
    if kind in said.allowed or kind in said.conditional or kind in said.needs_for:
        return None
    others = said.others
    if others is None:
        others = Others.UNDECIDED if said.allowed else Others.ALLOWED
    return "activities.others" if others is Others.UNDECIDED else others is Others.FORBIDDEN


def _consent(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    del standing
    joint = terms.joint_trips
    if wish.consent is False:
        return True
    if wish.party.citizens == 1:
        return None
    too_many = joint.most_citizens is not None and wish.party.citizens > joint.most_citizens
    if joint.charge is Joint.FORBIDDEN or too_many:
        return True
    if wish.consent or joint.consent_needed is False:
        return None
    return "joint_trips.consent_needed" if joint.consent_needed == OPEN else True


def _paused(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    if standing.plan is None:
        return None
    is_paused, asked = standing.plan.use_on(terms, wish.on)
    return is_paused or asked


def window_on(hours: Hours, day: date) -> Window | None:
    """Return the clock times trips lie within on `day`, or None on a weekday that has none."""
    name = _DAYS[day.weekday()]
    for window in hours.windows.values():
        if name in window.days:
            return window
    return hours if hours.days in ((), OPEN) or name in hours.days else None


def _weekday(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    del standing
    if terms.hours.days == OPEN:
        return "hours.days"
    return window_on(terms.hours, wish.on) is None


def _holiday(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    del standing
    hours = terms.hours
    if _is_among(wish.on, hours.open_days):
        return None
    if _is_among(wish.on, hours.closed_days):
        return True
    if hours.public_holidays is True or not is_public_holiday(wish.on):
        return None
    return "hours.public_holidays" if hours.public_holidays == OPEN else True


def _is_among(day: date, named: tuple[str, ...]) -> bool:
    """Say whether a list of days, each "2026-12-24" or every year's "12-24", has this one."""
    return bool(named) and (day.isoformat() in named or f"{day:%m-%d}" in named)


def _hours(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    """A trip is over by midnight, whatever the scheme says: it is paid on one day."""
    del standing
    window = window_on(terms.hours, wish.on)
    if window is None or not wish.is_timed:
        return None
    end, first, last = local(wish.ends_at), window.starts_from, window.ends_by
    starts = local(wish.starts_at).time()
    if (
        goes_past_midnight(wish)
        or (isinstance(first, time) and starts < first)
        or (window.starts_by is not None and starts > window.starts_by)
        or (isinstance(last, time) and _is_after(end, wish.on, last))
    ):
        return True
    asked = (("hours.starts_from", first), ("hours.ends_by", last))
    return tuple(rule for rule, said in asked if said == OPEN)


def goes_past_midnight(wish: TripWish) -> bool:
    """Say whether a trip ends on another day than it begins; midnight itself is in time."""
    return local(wish.ends_at) > datetime.combine(wish.on + ONE_DAY, time(), COPENHAGEN)


def _is_after(end: datetime, day: date, clock: time) -> bool:
    return end.date() > day or end.time() > clock


def _visit_length(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    visits, minutes = terms.visits, wish.minutes
    bounds = (("visits.longest", visits.longest), ("visits.shortest", visits.shortest))
    asked = tuple(rule for rule, said in bounds if said == OPEN)
    stay = minutes - wish.travel
    if isinstance(visits.longest, int):
        if visits.longest_counts_travel == OPEN and stay <= visits.longest < minutes:
            asked += ("visits.longest_counts_travel",)
        measured = minutes if visits.longest_counts_travel is True else stay
        if measured > visits.longest:
            return True
    if isinstance(visits.shortest, int) and minutes < visits.shortest:
        return True
    for limit in visits.at_most.values():
        near = [
            trip
            for trip in standing.trips
            if trip.minutes > limit.longer_than
            and abs(trip.on - wish.on) < timedelta(weeks=limit.weeks)
        ]
        if minutes > limit.longer_than and len(near) >= limit.at_most:
            return True
    return asked


def _notice(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    notice = terms.notice
    minutes = least_cost(terms, wish.minutes, wish.travel, wish.party)
    asked: tuple[str, ...] = ()
    for name, limit in notice.by_length.items():
        least = max(limit.over_minutes or 0, (limit.over_punches or 0) * terms.punch)
        if minutes > least or (not limit.over_minutes and not limit.over_punches):
            if isinstance(limit.notice, Span):
                if _is_late(wish, limit.notice):
                    return True
            else:
                asked += (f"notice.by_length.{name}.notice",)
    if notice.saved_time is not None and touches_saved(terms, wish, minutes, standing):
        if isinstance(notice.saved_time, Span):
            return _is_late(wish, notice.saved_time) or asked
        asked += ("notice.saved_time",)
    return asked


def _is_late(wish: TripWish, span: Span) -> bool:
    if span.clock is not None or (span.unit is Unit.HOURS and wish.is_timed):
        return wish.ordered_at > latest_before(wish.starts_at, span)
    return wish.on < first_day(wish.ordered_at, span)


def touches_saved(terms: Terms, wish: TripWish, minutes: int, standing: Standing) -> bool:
    """Say whether a trip needs time that was saved up, as the terms mean it."""
    allowance, plan = terms.allowance, standing.plan
    run = plan.span_on(wish.on) if plan else None
    if plan is None or run is None:
        return isinstance(allowance.minutes, int) and minutes > allowance.minutes
    if allowance.period in (Period.ONCE, Period.NONE):
        return False
    first, last = period_with(allowance, run.from_on, wish.on)
    if terms.notice.saved_time_means is SavedTime.BEYOND_THE_PERIOD:
        others = sum(trip.cost for trip in standing.trips if first <= trip.on <= last)
        return minutes + others > plan.rate_on(terms, wish.on)
    left = minutes
    for lot in standing.state.oldest_first(wish.on):
        if left > 0 and lot.credited_on < first:
            return True
        left -= lot.free
    return False


def _pool(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    if standing.pool_left is None:
        return None
    if terms.sharing.pools == OPEN:
        return "sharing.pools"
    short = least_cost(terms, wish.minutes, wish.travel, wish.party) > standing.pool_left
    return terms.sharing.pools is False or short


def _balance(terms: Terms, wish: TripWish, standing: Standing) -> Finding:
    if terms.measured_in is Measure.COURSE:
        return None
    asked = open_rules(terms, wish.travel, wish.party)
    minutes = least_cost(terms, wish.minutes, wish.travel, wish.party)
    if standing.pool_left is not None or minutes == 0 or standing.has_now(minutes, wish.on):
        return tuple(asked)
    by_future = terms.booking.against_future_time
    if by_future is False or not standing.affords(minutes, wish.on):
        return True
    asked += ["booking.against_future_time"] if by_future == OPEN else []
    return tuple(asked)


# The order in which the first rule that refuses is named; what comes first in each pair never
# changes with the day.
_RULES: tuple[tuple[str, Callable[[Terms, TripWish, Standing], Finding]], ...] = (
    ("not_active", _not_active),
    ("eligibility", _eligibility),
    ("activity", _activity),
    ("consent", _consent),
    ("paused", _paused),
    ("weekday", _weekday),
    ("holiday", _holiday),
    ("hours", _hours),
    ("visit_length", _visit_length),
    ("notice", _notice),
    ("pool", _pool),
    ("balance", _balance),
)
_ACCEPTED = Verdict(Outcome.ACCEPTED)
_SAME_ANY_DAY = frozenset({"eligibility", "activity", "consent", "pool"})


def judge(terms: Terms | None, wish: TripWish, standing: Standing = FREE_HAND) -> Verdict:
    """Return what becomes of a wish under the terms of its day; a refusal beats a question.

    Every rule that is open for it is named at once; what only an answer brings up comes after it.
    """
    if terms is None:
        return Verdict(Outcome.REFUSED, "not_active")
    asked: tuple[str, ...] = ()
    for name, rule in _RULES:
        found = rule(terms, wish, standing)
        if found is True:
            return Verdict(Outcome.REFUSED, name)
        if found:
            asked += (found,) if isinstance(found, str) else found
    if asked:
        return Verdict(Outcome.ASK, asked[0], choices_of(asked[0]), asked[1:])
    return _ACCEPTED


def came_up(
    terms: Terms, wish: TripWish, standing: Standing, answers: Mapping[str, str]
) -> dict[str, str]:
    """Return those of a person's answers that the wish really needed, in the order asked.

    What the scheme has decided, or what has no bearing on such a trip, is left out. Raises BadTerms
    for an answer that is none.
    """
    used: dict[str, str] = {}
    while len(used) < len(answers):
        asks = judge(settled(terms, used), wish, standing).asks
        new = {rule: answers[rule] for rule in asks if rule in answers and rule not in used}
        if not new:
            break
        used |= new
    return used


def broken_rule(terms: Terms, wish: TripWish, standing: Standing = FREE_HAND) -> str | None:
    """Return the name of the first rule that refuses the trip, or None."""
    verdict = judge(terms, wish, standing)
    return verdict.rule if verdict.outcome is Outcome.REFUSED else None


def cautions(terms: Terms, wish: TripWish) -> list[str]:
    """Return the soft bounds the trip lies outside, and conditions in words: worth a word, not a
    refusal.
    """
    window = window_on(terms.hours, wish.on) or terms.hours
    begins, ends = window.soft_starts_from, window.soft_ends_by
    found = []
    if begins is not None and local(wish.starts_at).time() < begins:
        found.append("soft_starts_from")
    if ends is not None and _is_after(local(wish.ends_at), wish.on, ends):
        found.append("soft_ends_by")
    if wish.activity in terms.activities.conditional:
        found.append("condition")
    return found


def earliest(
    terms_of: Terms | TermsOf,
    wish: TripWish,
    standing: Standing = FREE_HAND,
    within: timedelta = LOOK_AHEAD,
) -> datetime | None:
    """Return when the same trip would pass all rules, from the wished day on, as a local instant,
    or None within so many days (two years). Only a trip that is refused for the hours is moved by
    the clock as well.
    """
    terms_on: TermsOf = (lambda _day: terms_of) if isinstance(terms_of, Terms) else terms_of
    wished = terms_on(wish.on)
    may_move = wished is not None and broken_rule(wished, wish, standing) == "hours"
    day = max(wish.on, wish.ordered_on)
    last = day + within
    while day <= last:
        terms = terms_on(day)
        candidate = wish.moved_to(day) if day != wish.on else wish
        rule = "not_active" if terms is None else broken_rule(terms, candidate, standing)
        if may_move and rule == "hours" and terms is not None:
            clock = _clock_within(terms, candidate)
            if clock is not None:
                candidate = wish.moved_to(day, clock)
                rule = broken_rule(terms, candidate, standing)
        if rule is None:
            return local(candidate.starts_at)
        if rule in _SAME_ANY_DAY:
            return None
        day += ONE_DAY
    return None


def _clock_within(terms: Terms, wish: TripWish) -> time | None:
    """Return the first clock time on the trip's day at which the whole of it lies within the
    hours; without a first hour, the last time at which it still does.
    """
    window = window_on(terms.hours, wish.on)
    if window is None or wish.minutes >= 24 * 60:
        return None
    last = _minutes(window.ends_by) if isinstance(window.ends_by, time) else 24 * 60
    last -= wish.minutes
    if window.starts_by is not None:
        last = min(last, _minutes(window.starts_by))
    begins = window.starts_from if isinstance(window.starts_from, time) else None
    begins = begins or window.soft_starts_from
    first = last if begins is None else _minutes(begins)
    if wish.on == wish.ordered_on:
        first = max(first, _minutes(local(wish.ordered_at).time()))
    return time(first // 60, first % 60) if 0 <= first <= last else None


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def check(terms: Terms, wish: TripWish, standing: Standing = FREE_HAND) -> None:
    """Return quietly when the trip fits the scheme.

    Raises Refused with the first broken rule and the earliest time the same trip would pass, and
    Undecided with the rules a person must answer.
    """
    verdict = judge(terms, wish, standing)
    if verdict.outcome is Outcome.REFUSED and verdict.rule is not None:
        raise Refused(verdict.rule, earliest(terms, wish, standing))
    if verdict.outcome is Outcome.ASK and verdict.rule is not None:
        raise Undecided(verdict.rule, verdict.choices, verdict.others)
