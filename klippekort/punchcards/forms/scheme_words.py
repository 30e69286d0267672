"""A scheme's rules in plain words, each with an example, in the reader's language."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from typing import Any

from klippekort.domain.expiry import expiry_of
from klippekort.domain.granting import NO_LONGER_MET
from klippekort.domain.schemes import (
    CAUSES,
    UNDECIDED,
    AtCap,
    AtEnd,
    Basis,
    Charge,
    CountedFrom,
    Expiry,
    FirstPeriod,
    LengthNotice,
    Measure,
    Pause,
    Payer,
    Period,
    Span,
    Terms,
    Travel,
    Window,
)
from klippekort.platform.formatting import clock_time, duration, first_up, full_day, punches
from klippekort.platform.i18n import _, _l, ngettext
from klippekort.punchcards.forms.fact_words import rule_in_words
from klippekort.punchcards.forms.own_words import own_word
from klippekort.punchcards.forms.question_words import ANSWERS, AT_END, QUESTIONS
from klippekort.punchcards.forms.span_words import span_words

_EXAMPLE_DAY = date(2027, 3, 1)


def sentences(terms: Terms) -> list[str]:
    """Return everything the terms have decided, a short sentence or two for each rule."""
    return [said for _heading, part in _PARTS for said in part(terms)]


def chapters(terms: Terms) -> list[tuple[str, list[str]]]:
    """Return the sentences under their headings; a heading with nothing to say is left out."""
    written = [(str(heading), list(part(terms))) for heading, part in _PARTS]
    return [(heading, said) for heading, said in written if said]


def summary(terms: Terms) -> list[str]:
    """Return the few sentences that tell schemes apart: what arrives, is saved, and lasts."""
    return [said for part in (_allowance, _saving, _expiry) for said in part(terms)]


def setting_word(setting: str) -> str:
    """Return where the citizens of a scheme live."""
    words = {"own_home": _("Own home"), "care_home": _("Care home")}
    return str(words[setting])


def in_punches(terms: Terms, minutes: int) -> str:
    """Return minutes as the scheme's own punches."""
    if not terms.punch:
        return duration(minutes)
    return punches(minutes, terms.punch, terms.words.one, terms.words.many)


def absence_word(kind: str) -> str:
    """Return where a citizen is while away."""
    return str(_ABSENCE_WORDS[kind])


_ABSENCE_WORDS: dict[str, Any] = {
    "hospital": _l("in hospital"),
    "rehab": _l("at a rehabilitation centre"),
    "respite": _l("in a respite stay"),
    "holiday": _l("on holiday"),
    "other": _l("away for another reason"),
}


def payer_word(payer: str) -> str:
    """Return who pays the helper's costs."""
    words = {
        "citizen": _("The citizen pays the helper's ticket too."),
        "municipality": _("The municipality pays the helper's ticket."),
        "supplier": _("The supplier pays the helper's ticket."),
    }
    return str(words[payer])


def _allowance(terms: Terms) -> Iterator[str]:
    allowance = terms.allowance
    if terms.measured_in is Measure.COURSE:
        yield _("It is a course. It ends at its goal or on its day, and counts no minutes.")
        return
    if terms.punch:
        yield _("One %(one)s is %(time)s.", one=terms.words.one, time=duration(terms.punch))
    if allowance.period is Period.NONE:
        yield _("No time arrives by itself.")
    if not isinstance(allowance.minutes, int) or not allowance.minutes:
        return
    word = in_punches(terms, allowance.minutes)
    if allowance.period is Period.WEEK and allowance.every > 1:
        yield _("Every %(weeks)s weeks: %(punches)s.", weeks=allowance.every, punches=word)
    elif allowance.period in _EACH:
        yield f"{_EACH[allowance.period]} {word}."
    for said in (_COUNTED.get(allowance.counted_from), _FIRST.get(allowance.first)):
        if said is not None:
            yield str(said)


_COUNTED: dict[CountedFrom, Any] = {
    CountedFrom.ISO_WEEK: _l("The week begins on Monday. New time arrives on Mondays."),
    CountedFrom.GRANT_DAY: _l(
        "The week begins on the card's weekday. A card from Wednesday fills on Wednesdays."
    ),
}
_FIRST: dict[FirstPeriod, Any] = {
    FirstPeriod.GRANT_PERIOD: _l("The first time arrives on the day the card begins."),
    FirstPeriod.NEXT_PERIOD: _l("The first time arrives when the next week begins."),
    FirstPeriod.AFTER_FULL_PERIOD: _l("The first time arrives after one whole period."),
}
_EACH: dict[Period, Any] = {
    Period.WEEK: _l("Every week:"),
    Period.MONTH: _l("Every month:"),
    Period.QUARTER: _l("Every quarter:"),
    Period.YEAR: _l("Every year:"),
    Period.ONCE: _l("Once, when the card begins:"),
}


def _saving(terms: Terms) -> Iterator[str]:
    if terms.measured_in is Measure.COURSE:
        return
    caps = terms.saving.caps.values()
    for cap in caps:
        minutes = cap.punches * terms.punch if cap.punches is not None else cap.minutes
        if isinstance(minutes, int):
            yield _(
                "At most %(time)s can be saved. That is %(punches)s.",
                time=duration(minutes),
                punches=in_punches(terms, minutes),
            )
        if cap.periods is not None:
            yield ngettext(
                "Time from at most %(num)s week can be saved.",
                "Time from at most %(num)s weeks can be saved.",
                cap.periods,
            )
    kinds = {cap.at_cap for cap in caps}
    if not caps:
        yield _("There is no limit to how much can be saved.")
    if AtCap.REFUSE in kinds:
        yield _("When the card is full, new time is lost. What is saved stays.")
    if AtCap.OLDEST_LAPSE in kinds:
        yield _("When the card is full, the oldest time is lost. New time arrives.")
    if AtCap.ALERT in kinds:
        yield _("When the card is full, nothing is lost. Somebody calls the citizen.")


def _expiry(terms: Terms) -> Iterator[str]:
    if terms.measured_in is Measure.COURSE:
        return
    expiry = terms.expiry
    rolling = expiry.rolling if isinstance(expiry.rolling, tuple) else ()
    for span in rolling:
        yield _("Time can be used for %(span)s.", span=span_words(span))
    if rolling:
        only = replace(terms, expiry=Expiry(rolling=rolling), runs_until=None)
        last, _rule = expiry_of(only, _EXAMPLE_DAY)
        yield _(
            "For example: time from %(first)s can be used until %(last)s.",
            first=full_day(_EXAMPLE_DAY),
            last=full_day(last or _EXAMPLE_DAY),
        )
    if expiry.month_end:
        yield _("What is left at the end of the month is lost.")
    if expiry.quarter_end:
        yield _("What is left at the end of the quarter is lost.")
    if expiry.year_end is True:
        yield _("What is left on 31 December is lost. Nothing moves to the new year.")
    if expiry.scheme_end is not None:
        yield _("What is left on %(day)s is lost.", day=full_day(expiry.scheme_end))
    ends = (expiry.month_end, expiry.quarter_end, expiry.year_end, expiry.scheme_end)
    if expiry.rolling == () and not any(ends):
        yield _("Time never lapses.")


def _pauses(terms: Terms) -> Iterator[str]:
    said = {kind: getattr(terms.pauses, kind) for kind in _ABSENCE_WORDS}
    counts = terms.measured_in is Measure.MINUTES
    named = {kind: pause for kind, pause in said.items() if pause is not None}
    for kind, pause in named.items():
        yield from _pause(absence_word(kind), pause, counts=counts)
    if terms.pauses.any is not None:
        away = _("away for another reason") if named else _("away")
        yield from _pause(str(away), terms.pauses.any, counts=counts)


def _pause(away: str, pause: Pause, *, counts: bool) -> Iterator[str]:
    if not counts:
        if pause.usable is False:
            yield _("No trips are made while the citizen is %(away)s.", away=away)
        return
    if pause.accrues is False:
        yield _("No time arrives while the citizen is %(away)s.", away=away)
    if pause.accrues is True:
        yield _("Time arrives also while the citizen is %(away)s.", away=away)
    if pause.usable is False:
        yield _("No time is used while the citizen is %(away)s.", away=away)
    if pause.extends_expiry is True:
        yield _("Time lives longer when the citizen was %(away)s.", away=away)


def _hours(terms: Terms) -> Iterator[str]:
    hours = terms.hours
    if hours.weekdays_only:
        yield _("Trips are made Monday to Friday.")
    elif hours.days == () and not hours.windows:
        yield _("Trips can be made every day of the week.")
    if hours.public_holidays is False:
        yield _("Trips are not made on public holidays, such as Christmas Day.")
    yield from _clock(hours)
    for window in hours.windows.values():
        if isinstance(window.days, tuple):
            yield _("On %(days)s:", days=", ".join(day_word(day) for day in window.days))
        yield from _clock(window)
    bounds = (hours.starts_from, hours.ends_by, hours.soft_starts_from)
    if bounds == (None, None, None) and not hours.windows:
        yield _("Trips can be made at any time of day.")
    if isinstance(terms.visits.longest, int):
        yield _("A trip lasts at most %(time)s.", time=duration(terms.visits.longest))


def day_word(day: str) -> str:
    """Return a day of the week."""
    words = {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
    }
    return str(words[day])


def _clock(window: Window) -> Iterator[str]:
    if isinstance(window.starts_from, time):
        yield _("A trip may begin at %(time)s, not before.", time=clock_time(window.starts_from))
    if window.starts_by is not None:
        yield _("A trip begins at %(time)s at the latest.", time=clock_time(window.starts_by))
    if window.soft_starts_from is not None:
        yield _(
            "Trips usually begin after %(time)s. Earlier is possible.",
            time=clock_time(window.soft_starts_from),
        )
    if isinstance(window.ends_by, time):
        yield _(
            "The citizen is home again by %(time)s. The way home counts.",
            time=clock_time(window.ends_by),
        )


def _notice(terms: Terms) -> Iterator[str]:
    notice = terms.notice
    for limit in notice.by_length.values():
        if isinstance(limit.notice, Span):
            yield _ordered_ahead(terms, limit, limit.notice)
    if isinstance(notice.saved_time, Span):
        span = span_words(notice.saved_time)
        yield _("A trip that uses saved time is ordered %(span)s ahead.", span=span)
    if not notice.by_length and notice.saved_time is None:
        yield _("A trip can be ordered for the same day.")
    if isinstance(notice.agreement_change, Span):
        span = span_words(notice.agreement_change)
        yield _("A standing agreement is changed %(span)s ahead.", span=span)


def _ordered_ahead(terms: Terms, limit: LengthNotice, span: Span) -> str:
    over = limit.over_minutes or 0
    if limit.over_punches is not None:
        over = limit.over_punches * terms.punch
    if over:
        said = _(
            "A trip of more than %(time)s is ordered %(span)s ahead.",
            time=in_punches(terms, over),
            span=span_words(span),
        )
    else:
        said = _("A trip is ordered %(span)s ahead.", span=span_words(span))
    return str(said)


def _price(terms: Terms) -> Iterator[str]:
    charging = terms.charging
    if terms.measured_in is Measure.COURSE:
        yield _("A trip takes nothing from the card.")
        return
    if charging.travel is Travel.COUNTS:
        yield _("The way there and back is paid from the card.")
        yield _("For example: 60 minutes at the club and 20 on the way cost 80 minutes.")
    if charging.travel is Travel.FREE:
        yield _("The way there and back is free.")
        yield _("For example: 60 minutes at the club and 20 on the way cost 60 minutes.")
    if charging.basis is Basis.PLANNED:
        yield _("A trip costs its planned time. Planned 60, took 75: it costs 60 minutes.")
    if charging.basis is Basis.ACTUAL:
        yield _("A trip costs the time it took. Planned 60, took 75: it costs 75 minutes.")
    if charging.basis is Basis.LOWER:
        yield _("A trip costs the shorter of planned and real time.")
    if charging.basis is Basis.HIGHER:
        yield _("A trip costs the longer of planned and real time.")


def cause_word(rule: str) -> str:
    """Return what a rule of cancelling is about, as the beginning of a sentence."""
    words = {
        "citizen": _("The citizen cancels in good time"),
        "late": _("The citizen cancels late"),
        "no_show": _("The citizen is not at home"),
        "broken_off": _("The trip ends early"),
        "wasted_visit": _("The helper came in vain"),
        "supplier": _("Home care cancels"),
        "host": _("The host cancels"),
        "weather": _("The weather stops the trip"),
        "infection": _("A risk of infection stops the trip"),
    }
    parts = rule.split(".")
    is_late = "bands" in parts and parts[1] == "citizen"
    return str(words["late" if is_late else parts[1]])


def charge_words(rule: str, charge: Charge | int) -> str | None:
    """Return what a trip that was not made costs by a rule, or None while nobody has decided."""
    cause = cause_word(rule)
    match charge:
        case Charge.UNDECIDED:
            return None
        case Charge.FREE:
            said = _("%(cause)s: the time goes back on the card.", cause=cause)
        case Charge.FULL:
            said = _("%(cause)s: the whole trip is paid.", cause=cause)
        case Charge.HALF:
            said = _("%(cause)s: half the trip is paid.", cause=cause)
        case Charge.ONE_PUNCH:
            said = _("%(cause)s: one punch is paid.", cause=cause)
        case Charge.ACTUAL:
            said = _("%(cause)s: the time that was used is paid.", cause=cause)
        case _:
            said = _("%(cause)s: %(time)s is paid.", cause=cause, time=duration(int(charge)))
    return str(said)


def _cancelling(terms: Terms) -> Iterator[str]:
    cancelling = terms.cancelling
    if terms.measured_in is Measure.COURSE:
        return
    rules: list[tuple[str, Charge | int]] = []
    for cause in CAUSES:
        said = getattr(cancelling, cause)
        rules.append((f"cancelling.{cause}.charge", said.charge))
        for name, band in said.bands.items():
            if cause == "citizen":
                within = span_words(band.within)
                yield _("It is late to cancel when less than %(span)s is left.", span=within)
            rules.append((f"cancelling.{cause}.bands.{name}.charge", band.charge))
    for name in ("no_show", "broken_off", "wasted_visit"):
        rules.append((f"cancelling.{name}", getattr(cancelling, name)))
    for rule, charge in rules:
        if words := charge_words(rule, charge):
            yield words


def _who(terms: Terms) -> Iterator[str]:
    eligibility = terms.grants.eligibility
    if eligibility == "":
        yield _("Anybody may have a card.")
    elif words := _fitting(eligibility):
        yield _("Who may have a card: %(rule)s.", rule=words)
        after = ANSWERS[NO_LONGER_MET].get(terms.grants.when_no_longer_met)
        if after is not None:
            yield f"{QUESTIONS[NO_LONGER_MET]} {after}"
    if terms.grants.needs_approval is True:
        yield _("A colleague must approve the card before it runs.")
    for name, group in terms.target_groups.items():
        if words := _fitting(group.eligibility):
            yield _("Target group %(name)s: %(rule)s.", name=own_word(name), rule=words)
    activities = terms.activities
    if words := _fitting(activities.needs):
        yield _("Every trip requires: %(rule)s.", rule=words)
    for kind, needs in activities.needs_for.items():
        if words := _fitting(needs):
            yield _("%(what)s requires: %(rule)s.", what=first_up(own_word(kind)), rule=words)


def _fitting(rule: str) -> str:
    """Return a rule over facts inside a sentence; nothing where nobody has decided it."""
    words = "" if rule == UNDECIDED else rule_in_words(rule)
    return words[:1].lower() + words[1:]


def _other(terms: Terms) -> Iterator[str]:
    ticket = terms.money.helper.ticket
    if ticket is not Payer.UNDECIDED:
        yield payer_word(ticket)
    for name, cause in _ENDS.items():
        said: AtEnd = getattr(terms.ending, name)
        if said is not AtEnd.UNDECIDED:
            yield f"{cause} {_at_end(terms, said)}"
    if terms.law.basis != UNDECIDED:
        yield _("Legal basis: %(basis)s.", basis=terms.law.basis)


def _at_end(terms: Terms, said: AtEnd) -> str:
    """Return what becomes of a card's time, or of a card that has none."""
    if terms.measured_in is Measure.COURSE and said is not AtEnd.CONTINUE:
        return str(_("The card ends."))
    return str(AT_END[said])


_ENDS: dict[str, Any] = {
    "death": _l("The citizen dies:"),
    "moved": _l("The citizen moves away:"),
    "care_home": _l("The citizen moves to a care home:"),
    "supplier": _l("The citizen changes home care:"),
    "other": _l("The card ends for another reason:"),
    "period_over": _l("The card's period is over:"),
}


_PARTS: tuple[tuple[Any, Callable[[Terms], Iterator[str]]], ...] = (
    (_l("Who may have a card"), _who),
    (_l("What arrives"), _allowance),
    (_l("Saving up"), _saving),
    (_l("How long time lasts"), _expiry),
    (_l("While the citizen is away"), _pauses),
    (_l("When trips are made"), _hours),
    (_l("Ordering ahead"), _notice),
    (_l("What a trip costs"), _price),
    (_l("When a trip is not made"), _cancelling),
    (_l("Other things"), _other),
)
