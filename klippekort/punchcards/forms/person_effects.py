"""What the rules about the citizen lead to: who has a card, being away, trips, and the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

from klippekort.domain.accrual import advance
from klippekort.domain.booking import Outcome, earliest, judge, may_benefit
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.eligibility import BadRule, one_and_another
from klippekort.domain.expiry import expiry_of
from klippekort.domain.ledger import CardState, EntryKind
from klippekort.domain.plans import AbsenceSpan, GrantSpan, Plan, pause_rule
from klippekort.domain.schemes import (
    OPEN,
    UNDECIDED,
    AtEnd,
    Expenses,
    Payer,
    Setting,
    Terms,
    TermsFrom,
    value_at,
)
from klippekort.domain.wishes import MadeTrip, Standing, TripWish
from klippekort.platform.formatting import duration, first_up, full_day, kroner
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.examples import BEGINS, WEEKS, a_wish, only
from klippekort.punchcards.forms.fact_words import fits_and_not
from klippekort.punchcards.forms.own_words import own_word
from klippekort.punchcards.forms.scheme_words import in_punches, setting_word

LAST = BEGINS + timedelta(weeks=WEEKS) - ONE_DAY
# Two weeks away, from the third on; and three days inside one week.
AWAY = (BEGINS + timedelta(weeks=2), BEGINS + timedelta(weeks=4) - ONE_DAY)
AWAY_BRIEFLY = (BEGINS + timedelta(weeks=2, days=1), BEGINS + timedelta(weeks=2, days=3))
# What a ticket, the transport and the refreshments of one person cost in the example, in øre.
PRICES = {"ticket": 80_00, "transport": 48_00, "refreshments": 40_00}


def _plan(terms: Terms, kind: str = "", days: tuple[date, date] | None = None) -> Plan:
    absences = (AbsenceSpan(kind, *days),) if days else ()
    return Plan((TermsFrom(BEGINS, only(terms)),), (GrantSpan(BEGINS),), absences)


def _came(plan: Plan) -> int:
    entries = advance(CardState(), plan, LAST).entries
    return sum(entry.minutes for entry in entries if entry.kind is EntryKind.CREDIT)


def _kind(terms: Terms, rule: str) -> str:
    """Return the absence a rule is about, or nothing where the terms say it as elsewhere."""
    kind = rule.split(".")[1]
    return kind if getattr(terms.pauses, kind) is not None else ""


def _accrues(terms: Terms, rule: str) -> str:
    kind = _kind(terms, rule)
    if not kind or value_at(terms, rule) == OPEN or not _came(_plan(terms)):
        return ""
    said = {
        "first": full_day(AWAY[0]),
        "last": full_day(AWAY[1]),
        "came": duration(_came(_plan(terms, kind, AWAY))),
        "else": duration(_came(_plan(terms))),
    }
    return _(
        "Stopped from %(first)s to %(last)s: %(came)s come in eight weeks. Else %(else)s.", **said
    )


def _usable(terms: Terms, rule: str) -> str:
    kind = _kind(terms, rule)
    if not kind or value_at(terms, rule) == OPEN:
        return ""
    day = AWAY[0] + timedelta(days=6)
    verdict = judge(only(terms), a_wish(time(12), on=day), Standing(_plan(terms, kind, AWAY)))
    if verdict.rule == "paused":
        return _("A trip on %(day)s, in the middle of it, is refused.", day=full_day(day))
    return _("A trip on %(day)s, in the middle of it, fits.", day=full_day(day))


def _extends(terms: Terms, rule: str) -> str:
    kind = _kind(terms, rule)
    without, _rule = expiry_of(only(terms), BEGINS)
    if not kind or value_at(terms, rule) == OPEN or without is None:
        return ""
    last, _rule = expiry_of(only(terms), BEGINS, _plan(terms, kind, AWAY))
    said = {"first": full_day(BEGINS), "last": full_day(last or without), "else": full_day(without)}
    return _(
        "After two weeks of it, time from %(first)s lasts until %(last)s. Else until %(else)s.",
        **said,
    )


def _from_day(terms: Terms, rule: str) -> str:
    kind = _kind(terms, rule)
    if not kind:
        return ""
    counted = AbsenceSpan(kind, AWAY[0]).from_day(pause_rule(terms, kind)[1].from_day)
    if counted is None:
        return ""
    said = {"first": full_day(AWAY[0]), "counted": full_day(counted.from_on)}
    return _("Away from %(first)s: the rules hold from %(counted)s.", **said)


def _partial(terms: Terms, _rule: str) -> str:
    kind = next(
        (kind for kind in ("hospital", "any") if pause_rule(terms, kind)[1].accrues is False), ""
    )
    if not kind or not _came(_plan(terms)):
        return ""
    first, last = AWAY_BRIEFLY
    lost = _came(_plan(terms)) - _came(_plan(terms, kind, AWAY_BRIEFLY))
    said = {"first": full_day(first), "last": full_day(last), "lost": duration(lost)}
    if not lost:
        return _("Away from %(first)s to %(last)s: all time comes.", **said)
    return _("Away from %(first)s to %(last)s: %(lost)s does not come.", **said)


def _ends(terms: Terms, rule: str) -> str:
    said: AtEnd = value_at(terms, rule)
    if said is AtEnd.UNDECIDED:
        return ""
    end = BEGINS + timedelta(weeks=4)
    cause = rule.rpartition(".")[2]
    plan = Plan((TermsFrom(BEGINS, only(terms)),), (GrantSpan(BEGINS, end, at_end=cause),))
    before = advance(CardState(), plan, end).state
    after = advance(before, plan, end + ONE_DAY).state
    saved = before.available(end)
    if not saved:
        return ""
    told = {
        "day": full_day(end),
        "saved": duration(saved),
        "left": duration(after.available(end + ONE_DAY)),
    }
    return _("The card ends %(day)s with %(saved)s on it. The day after it holds %(left)s.", **told)


def _fits(terms: Terms, rule: str) -> str:
    return fits_and_not(str(value_at(terms, rule)))


def _no_longer(terms: Terms, _rule: str) -> str:
    rule = terms.grants.eligibility
    try:
        found = one_and_another(rule) if rule.strip() not in ("", UNDECIDED) else None
    except BadRule:
        found = None
    if found is None:
        return ""
    verdict = judge(only(terms), a_wish(time(12)), Standing(facts=found[1]))
    if verdict.outcome is Outcome.ASK:
        return ""
    if verdict.rule == "eligibility":
        return _("A new trip of one who does not fit any more is refused.")
    return _("A new trip of one who does not fit any more is booked as before.")


def _reasons(terms: Terms, _rule: str) -> str:
    two = (GrantSpan(BEGINS, minutes=30), GrantSpan(BEGINS, minutes=45))
    rate = Plan((TermsFrom(BEGINS, only(terms)),), two).rate_on(only(terms), BEGINS)
    return _("A card for two reasons, of 30 and 45 minutes, gets %(time)s.", time=duration(rate))


def _group(terms: Terms, rule: str) -> str:
    name = rule.removeprefix("target_groups.").rpartition(".")[0]
    timeless = replace(terms.target_groups[name], until=None)
    bare = replace(only(terms), target_groups={name: timeless})
    rate = Plan((TermsFrom(BEGINS, bare),), (GrantSpan(BEGINS, reason=name),)).rate_on(bare, BEGINS)
    if not rate:
        return ""
    return _("A card for this reason gets %(time)s each time.", time=duration(rate))


def _setting(terms: Terms, rule: str) -> str:
    where = Setting(rule.split(".")[1])
    plan = replace(_plan(terms), settings=((BEGINS, where),))
    rate, punch = plan.rate_on(terms, BEGINS), plan.minutes_per_punch(terms, BEGINS)
    if not rate or not punch:
        return ""
    shown = in_punches(replace(terms, minutes_per_punch=punch), rate)
    return _(
        "%(where)s: %(time)s come each time, shown as %(punches)s.",
        where=setting_word(where),
        time=duration(rate),
        punches=shown,
    )


def _often(terms: Terms, rule: str) -> str:
    name = rule.removeprefix("visits.at_most.").rpartition(".")[0]
    limit = terms.visits.at_most[name]
    visits = replace(terms.visits, longest=None, shortest=None, at_most={name: limit})
    bare = replace(only(terms, "visits"), visits=visits)
    length = max(60, limit.longer_than + 30)
    made = tuple(MadeTrip(BEGINS, length, length) for _trip in range(limit.at_most))
    wish = a_wish(time(12), length, BEGINS + ONE_DAY)
    first = earliest(bare, wish, Standing(trips=made))
    if first is None:
        return _("No trip of %(time)s fits.", time=duration(length))
    return _(
        "After %(number)s of %(time)s on %(day)s, the next can be on %(first)s.",
        number=limit.at_most,
        time=duration(length),
        day=full_day(BEGINS),
        first=full_day(first),
    )


def _shortest(terms: Terms, _rule: str) -> str:
    shortest = terms.visits.shortest
    if not isinstance(shortest, int) or not shortest:
        return ""
    time_ = duration(shortest)
    return _("A trip of %(time)s fits. One minute less is refused.", time=time_)


def _future(terms: Terms, _rule: str) -> str:
    def never(_minutes: int, _on: date) -> bool:
        return False

    verdict = judge(only(terms), a_wish(time(12)), Standing(has_now=never))
    if verdict.rule == "balance":
        return _("A trip next month, before its time has come, is refused.")
    if verdict.outcome is Outcome.ASK:
        return ""
    return _("A trip next month, before its time has come, is booked.")


def _activities(terms: Terms, _rule: str) -> str:
    said = terms.activities
    kinds = [*said.allowed[:1], *list(said.conditional)[:1], *said.forbidden[:1]]
    told = [
        _("%(what)s: %(verdict)s", what=first_up(own_word(kind)), verdict=_verdict(terms, kind))
        for kind in kinds
    ]
    other = _("%(what)s: %(verdict)s", what=_("Something else"), verdict=_verdict(terms, " "))
    return "; ".join([*told, other]) + "."


def _verdict(terms: Terms, activity: str) -> str:
    bare = replace(only(terms), booking=replace(terms.booking, against_future_time=True))
    wish: TripWish = a_wish(time(12), activity=activity)
    verdict = judge(bare, wish)
    if verdict.rule == "activity":
        return _("is refused")
    if verdict.rule == "activities.others":
        return _("a person is asked")
    if activity in terms.activities.conditional:
        return _("may be, on its condition")
    return _("may be")


def _benefits(terms: Terms, rule: str) -> str:
    by_pool = rule == "sharing.pool_beneficiaries"
    named = terms.sharing.pool_beneficiaries if by_pool else terms.sharing.beneficiaries
    told = []
    for name in dict.fromkeys(("citizen", *named, "relative")):
        may = may_benefit(terms.sharing, name, by_pool=by_pool)
        verdict = _("may be") if may else _("is refused")
        told.append(_("%(what)s: %(verdict)s", what=first_up(own_word(name)), verdict=verdict))
    return "; ".join(told) + "."


def _expenses(terms: Terms, _rule: str) -> str:
    paid = dict.fromkeys(Payer, 0)
    for person in (terms.money.citizen, terms.money.helper):
        for payer, price in _paid(person):
            paid[payer] += price
    words = {
        Payer.CITIZEN: _("the citizen pays %(money)s"),
        Payer.MUNICIPALITY: _("the municipality pays %(money)s"),
        Payer.SUPPLIER: _("home care pays %(money)s"),
        Payer.UNDECIDED: _("nobody has decided who pays %(money)s"),
    }
    told = ", ".join(words[payer] % {"money": kroner(sum_)} for payer, sum_ in paid.items() if sum_)
    prices = {name: kroner(price) for name, price in PRICES.items()}
    return _(
        "Each has a ticket of %(ticket)s, transport of %(transport)s and refreshments of "
        "%(refreshments)s: %(who)s",
        **prices,
        who=told,
    )


def _paid(person: Expenses) -> list[tuple[Payer, int]]:
    return [(getattr(person, name), price) for name, price in PRICES.items()]


EFFECTS: dict[str, Callable[[Terms, str], str]] = {
    "settings.*.allowance_minutes": _setting,
    "pauses.partial_period": _partial,
    "pauses.*.accrues": _accrues,
    "pauses.*.usable": _usable,
    "pauses.*.extends_expiry": _extends,
    "pauses.*.from_day": _from_day,
    "grants.eligibility": _fits,
    "grants.when_no_longer_met": _no_longer,
    "grants.several_reasons": _reasons,
    "target_groups.*.extra_minutes": _group,
    "target_groups.*.eligibility": _fits,
    "visits.shortest": _shortest,
    "visits.at_most.*.longer_than": _often,
    "booking.against_future_time": _future,
    "activities.others": _activities,
    "activities.needs": _fits,
    "activities.needs_for.*": _fits,
    "money.helper.refreshments": _expenses,
    "sharing.pool_beneficiaries": _benefits,
    "sharing.beneficiaries": _benefits,
    "ending.*": _ends,
}
