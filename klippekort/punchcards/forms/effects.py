"""What rules lead to, as examples that the rules themselves reckon."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from klippekort.domain.accrual import advance
from klippekort.domain.booking import broken_rule, cautions
from klippekort.domain.calendar import ONE_DAY, instant
from klippekort.domain.charging import Party, cost, not_made
from klippekort.domain.errors import Undecided
from klippekort.domain.expiry import expiry_of
from klippekort.domain.ledger import CardState, EntryKind, apply, settle
from klippekort.domain.periods import next_arrival
from klippekort.domain.plans import GrantSpan, Plan
from klippekort.domain.promises import set_aside
from klippekort.domain.schemes import (
    UNDECIDED,
    AtCap,
    Cap,
    Notice,
    Span,
    Terms,
    TermsFrom,
    Visits,
    value_at,
)
from klippekort.domain.spans import first_day, latest_before
from klippekort.platform.formatting import clock_time, day, duration, full_day
from klippekort.platform.i18n import _
from klippekort.punchcards.forms import person_effects
from klippekort.punchcards.forms.examples import BEGINS, WEEKS, a_wish
from klippekort.punchcards.forms.questions import question_of
from klippekort.punchcards.forms.rule_words import starred
from klippekort.punchcards.forms.scheme_words import in_punches

_LOOKED_AT = (time(7), time(9, 30), time(10), time(12), time(14), time(15, 30), time(18))
_TRIP = UUID(int=1)


def effect_of(terms: Terms, rule: str) -> str:
    """Return what a rule leads to, as an example; nothing for a rule without one."""
    parts = rule.split(".")
    third = ".".join([*parts[:2], "*", *parts[3:]])
    known = _EFFECTS.get(rule) or _EFFECTS.get(third) or starred(rule, person_effects.EFFECTS)
    known = known or person_effects.EFFECTS.get(third)
    if rule.startswith("cancelling.") and parts[-1] == "within":
        known = _band
    if rule.startswith("cancelling.") and parts[-1] in ("charge", *_NOT_MADE):
        known = _not_made
    try:
        return known(terms, rule) if known else ""
    except Undecided as asked:
        if asked.rule == rule:
            return ""
        open_rule = question_of(asked.rule).text
        return _("A person is asked first: %(question)s", question=open_rule)


def _punch(terms: Terms, _rule: str) -> str:
    if not terms.punch:
        return ""
    return _("Two hours are shown as %(punches)s.", punches=in_punches(terms, 120))


def _arrivals(terms: Terms, _rule: str) -> str:
    minutes = terms.allowance.minutes
    days, after = [], BEGINS - ONE_DAY
    for _time in range(3):
        arrival = next_arrival(terms.allowance, BEGINS, after)
        if arrival is None:
            break
        days.append(full_day(arrival.on))
        after = arrival.on
    if not days or not isinstance(minutes, int):
        return ""
    said = {"time": duration(minutes), "begins": full_day(BEGINS), "days": "; ".join(days)}
    return _("A card from %(begins)s gets %(time)s: %(days)s.", **said)


def _at_cap(terms: Terms, rule: str) -> str:
    cap: Cap = value_at(terms, rule.removesuffix(".at_cap"))
    limit = cap.punches * terms.punch if cap.punches is not None else cap.minutes
    minutes = terms.allowance.minutes
    if not isinstance(minutes, int) or not minutes:
        return ""
    if isinstance(limit, int):
        full = _("The card is full at %(time)s.", time=duration(limit))
    elif cap.periods is not None:
        full = _("The card is full with time from %(periods)s periods.", periods=cap.periods)
    else:
        return ""
    said = {"time": duration(minutes)}
    then = {
        AtCap.REFUSE: _("Then %(time)s comes, and that is lost.", **said),
        AtCap.OLDEST_LAPSE: _("Then %(time)s comes, and as much of the oldest lapses.", **said),
        AtCap.ALERT: _("Then %(time)s comes, and somebody calls the citizen.", **said),
        AtCap.UNDECIDED: _("Then %(time)s comes, and a person is asked.", **said),
    }
    return f"{full} {then[cap.at_cap]}"


def _lives(terms: Terms, _rule: str) -> str:
    if terms.expiry.rolling == UNDECIDED:
        return ""
    last, _name = expiry_of(terms, BEGINS)
    said = {"first": full_day(BEGINS), "last": full_day(last or BEGINS)}
    if last is None:
        return _("Time from %(first)s never gets too old.", **said)
    return _("Time from %(first)s can be used until %(last)s.", **said)


def _hours(terms: Terms, _rule: str) -> str:
    bare = replace(terms, notice=Notice(), visits=Visits())
    fits = {at: broken_rule(bare, a_wish(at)) is None for at in _LOOKED_AT}
    said = [
        _("A trip of an hour from %(time)s fits.", time=clock_time(at))
        if fits[at]
        else _("From %(time)s it is refused.", time=clock_time(at))
        for before, at in zip((None, *_LOOKED_AT), _LOOKED_AT, strict=False)
        if before is None or fits[before] != fits[at]
    ]
    word = [at for at in _LOOKED_AT if fits[at] and cautions(bare, a_wish(at))]
    if word:
        said.append(_("At %(time)s we say that it is unusual.", time=clock_time(word[0])))
    return " ".join([day(BEGINS).capitalize() + ":", *said])


def _weekend(terms: Terms, _rule: str) -> str:
    bare = replace(terms, notice=Notice(), visits=Visits())
    saturday = a_wish(time(12), on=BEGINS + timedelta(days=3))
    if broken_rule(bare, saturday) is None:
        return _("A trip on a Saturday at 12 fits.")
    return _("A trip on a Saturday at 12 is refused.")


def _ordered(terms: Terms, rule: str) -> str:
    span = value_at(terms, rule)
    if not isinstance(span, Span):
        return ""
    ordered = instant(BEGINS, time(12))
    said = {"ordered": full_day(BEGINS), "first": full_day(first_day(ordered, span))}
    return _("Ordered %(ordered)s at 12, the first possible day is %(first)s.", **said)


def _longest(terms: Terms, _rule: str) -> str:
    longest = terms.visits.longest
    if not isinstance(longest, int):
        return ""
    over = _("A trip of %(time)s fits. One minute more is refused.", time=duration(longest))
    if terms.visits.longest_counts_travel is True:
        return f"{over} " + _("The way there and back counts.")
    return over


def _trip_cost(terms: Terms, _rule: str) -> str:
    said = duration(cost(terms, 80, 20))
    return _("An hour at the club and 20 minutes on the way cost %(time)s.", time=said)


def _two_helpers(terms: Terms, _rule: str) -> str:
    said = duration(cost(terms, 60, 0, Party(helpers=2)))
    return _("A trip of an hour with two helpers costs %(time)s.", time=said)


def _short_trip(terms: Terms, _rule: str) -> str:
    said = duration(cost(terms, 20, 0))
    return _("A trip of 20 minutes costs %(time)s.", time=said)


def _together(terms: Terms, _rule: str) -> str:
    if terms.joint_trips.charge == "forbidden":
        return ""
    said = duration(cost(terms, 60, 0, Party(citizens=3)))
    return _("Three citizens on a trip of an hour: each pays %(time)s.", time=said)


_NOT_MADE = ("no_show", "broken_off", "wasted_visit")


def _not_made(terms: Terms, rule: str) -> str:
    charge = value_at(terms, rule)
    said = duration(not_made(terms, rule, charge, 60, 20))
    return _("A trip of an hour then costs %(time)s.", time=said)


def _band(terms: Terms, rule: str) -> str:
    starts_at = instant(BEGINS, time(12))
    last: datetime = latest_before(starts_at, value_at(terms, rule))
    said = {"trip": full_day(BEGINS), "day": full_day(last), "time": clock_time(last)}
    return _("A trip %(trip)s at 12: it is late after %(day)s at %(time)s.", **said)


_EFFECTS: dict[str, Callable[[Terms, str], str]] = {
    "words.many": _punch,
    "minutes_per_punch": _punch,
    "allowance.first": _arrivals,
    "saving.caps.*.at_cap": _at_cap,
    "expiry.rolling": _lives,
    "expiry.scheme_end": _lives,
    "hours.days": _weekend,
    "hours.soft_ends_by": _hours,
    "notice.by_length.*.notice": _ordered,
    "notice.saved_time": _ordered,
    "notice.agreement_change": _ordered,
    "visits.longest": _longest,
    "charging.travel": _trip_cost,
    "charging.second_helper": _two_helpers,
    "charging.minimum": _short_trip,
    "joint_trips.charge": _together,
}


@dataclass(frozen=True)
class Week:
    """A week of the example: its first day, what came, lapsed and was used, and what is left."""

    from_on: date
    came: int
    lapsed: int
    used: int
    left: int


def ellens_weeks(terms: Terms) -> list[Week]:
    """Return how a card goes for eight weeks: a trip of an hour in the fifth, and nothing else.

    The rules themselves reckon it; time that waits for an answer has not come.
    """
    timeless = replace(terms, runs_from=None, runs_until=None)
    plan = Plan((TermsFrom(BEGINS, timeless),), (GrantSpan(BEGINS),))
    return list(_weeks(plan))


def _weeks(plan: Plan) -> Iterator[Week]:
    state = CardState()
    for number in range(WEEKS):
        first = BEGINS + timedelta(weeks=number)
        result = advance(state, plan, first + timedelta(days=6))
        state, used = result.state, 0
        if number == WEEKS // 2:
            today = first + timedelta(days=6)
            held, state = set_aside(state, _TRIP, 60, on=today, today=today)
            del held
            spent = settle(state, _TRIP, 60, on=today, today=today, reason="trip")
            state = replace(apply(state, *spent), pledges=())
            used = sum(e.minutes for e in spent if e.kind is EntryKind.SPEND)
        yield Week(
            first,
            sum(e.minutes for e in result.entries if e.kind is EntryKind.CREDIT),
            sum(
                e.minutes for e in result.entries if e.kind in (EntryKind.EXPIRE, EntryKind.FORFEIT)
            ),
            used,
            state.available(first + timedelta(days=6)),
        )
