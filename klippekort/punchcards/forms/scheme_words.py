"""A scheme's rules in plain words, each with an example, in the reader's language."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from klippekort.domain.accrual import expiry_of
from klippekort.domain.schemes import (
    AtCap,
    Basis,
    Charge,
    Expiry,
    FirstPeriod,
    Terms,
    Travel,
    WeekFrom,
)
from klippekort.platform.formatting import clock_time, duration, full_day, punches
from klippekort.platform.i18n import _, _l, ngettext

_EXAMPLE_DAY = date(2027, 3, 1)
CAUSES = ("citizen_in_time", "citizen_late", "no_show", "supplier", "host", "weather")


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
    return punches(minutes, terms.minutes_per_punch, terms.words.one, terms.words.many)


def absence_word(kind: str) -> str:
    """Return where a citizen is while away."""
    words = {
        "hospital": _("in hospital"),
        "rehab": _("at a rehabilitation centre"),
        "respite": _("in a respite stay"),
        "holiday": _("on holiday"),
        "other": _("away for another reason"),
    }
    return str(words[kind])


def payer_word(payer: str) -> str:
    """Return who pays the helper's costs."""
    words = {
        "citizen": _("The citizen pays the helper's ticket too."),
        "municipality": _("The municipality pays the helper's ticket."),
        "supplier": _("The supplier pays the helper's ticket."),
    }
    return str(words[payer])


def _allowance(terms: Terms) -> Iterator[str]:
    allowance, word = terms.allowance, in_punches(terms, terms.allowance.minutes)
    yield _("One %(one)s is %(time)s.", one=terms.words.one, time=duration(terms.minutes_per_punch))
    if allowance.every_weeks == 1:
        yield _("Every week: %(punches)s.", punches=word)
    else:
        yield _("Every %(weeks)s weeks: %(punches)s.", weeks=allowance.every_weeks, punches=word)
    if allowance.counted_from is WeekFrom.ISO_WEEK:
        yield _("The week begins on Monday. New time arrives on Mondays.")
    if allowance.counted_from is WeekFrom.GRANT_DAY:
        yield _("The week begins on the card's weekday. A card from Wednesday fills on Wednesdays.")
    if allowance.first is FirstPeriod.GRANT_PERIOD:
        yield _("The first time arrives on the day the card begins.")
    if allowance.first is FirstPeriod.NEXT_PERIOD:
        yield _("The first time arrives when the next week begins.")


def _saving(terms: Terms) -> Iterator[str]:
    saving = terms.saving
    if saving.cap_minutes is not None:
        yield _(
            "At most %(time)s can be saved. That is %(punches)s.",
            time=duration(saving.cap_minutes),
            punches=in_punches(terms, saving.cap_minutes),
        )
    if saving.cap_weeks is not None:
        yield ngettext(
            "Time from at most %(num)s week can be saved.",
            "Time from at most %(num)s weeks can be saved.",
            saving.cap_weeks,
        )
    if saving.cap_minutes is None and saving.cap_weeks is None:
        yield _("There is no limit to how much can be saved.")
    elif saving.at_cap is AtCap.REFUSE:
        yield _("When the card is full, new time is lost. What is saved stays.")
    elif saving.at_cap is AtCap.OLDEST_LAPSE:
        yield _("When the card is full, the oldest time is lost. New time arrives.")


def _expiry(terms: Terms) -> Iterator[str]:
    weeks = terms.expiry.rolling_weeks
    if weeks is not None:
        last, _rule = expiry_of(Expiry(rolling_weeks=weeks), _EXAMPLE_DAY)
        yield ngettext(
            "Time can be used for %(num)s week.", "Time can be used for %(num)s weeks.", weeks
        )
        yield _(
            "For example: time from %(first)s can be used until %(last)s.",
            first=full_day(_EXAMPLE_DAY),
            last=full_day(last or _EXAMPLE_DAY),
        )
    if terms.expiry.year_end:
        yield _("What is left on 31 December is lost. Nothing moves to the new year.")
    if weeks is None and not terms.expiry.year_end:
        yield _("Time never lapses.")


def _pauses(terms: Terms) -> Iterator[str]:
    for kind in terms.pauses.absences:
        yield _("No time arrives while the citizen is %(away)s.", away=absence_word(kind))
    if not terms.pauses.absences:
        yield _("Time arrives every week, also while the citizen is away.")


def _hours(terms: Terms) -> Iterator[str]:
    hours = terms.hours
    if hours.weekdays_only:
        yield _("Trips are made Monday to Friday.")
    else:
        yield _("Trips can be made every day of the week.")
    if not hours.public_holidays:
        yield _("Trips are not made on public holidays, such as Christmas Day.")
    if hours.starts_from is not None:
        yield _("A trip may begin at %(time)s, not before.", time=clock_time(hours.starts_from))
    if hours.soft_starts_from is not None:
        yield _(
            "Trips usually begin after %(time)s. Earlier is possible.",
            time=clock_time(hours.soft_starts_from),
        )
    if hours.ends_by is not None:
        yield _(
            "The citizen is home again by %(time)s. The way home counts.",
            time=clock_time(hours.ends_by),
        )
    if hours.starts_from is hours.ends_by is hours.soft_starts_from is None:
        yield _("Trips can be made at any time of day.")
    if terms.longest_visit is not None:
        yield _("A trip lasts at most %(time)s.", time=duration(terms.longest_visit))


def _notice(terms: Terms) -> Iterator[str]:
    notice = terms.notice
    if notice.one_punch_days:
        yield ngettext(
            "A trip of one punch is ordered %(num)s day ahead.",
            "A trip of one punch is ordered %(num)s days ahead.",
            notice.one_punch_days,
        )
    if notice.more_punches_days:
        yield ngettext(
            "A longer trip is ordered %(num)s day ahead.",
            "A longer trip is ordered %(num)s days ahead.",
            notice.more_punches_days,
        )
    if notice.saved_months:
        yield ngettext(
            "A trip that uses saved time is ordered %(num)s month ahead.",
            "A trip that uses saved time is ordered %(num)s months ahead.",
            notice.saved_months,
        )
    if not (notice.one_punch_days or notice.more_punches_days or notice.saved_months):
        yield _("A trip can be ordered for the same day.")
    if notice.agreement_change_weeks:
        yield ngettext(
            "A standing agreement is changed %(num)s week ahead.",
            "A standing agreement is changed %(num)s weeks ahead.",
            notice.agreement_change_weeks,
        )


def _price(terms: Terms) -> Iterator[str]:
    if terms.travel is Travel.COUNTS:
        yield _("The way there and back is paid from the card.")
        yield _("For example: 60 minutes at the club and 20 on the way cost 80 minutes.")
    if terms.travel is Travel.FREE:
        yield _("The way there and back is free.")
        yield _("For example: 60 minutes at the club and 20 on the way cost 60 minutes.")
    if terms.basis is Basis.PLANNED:
        yield _("A trip costs its planned time. Planned 60, took 75: it costs 60 minutes.")
    if terms.basis is Basis.ACTUAL:
        yield _("A trip costs the time it took. Planned 60, took 75: it costs 75 minutes.")


def cause_word(cause: str) -> str:
    """Return a reason why a trip was not made, as the beginning of a sentence."""
    words = {
        "citizen_in_time": _("The citizen cancels in good time"),
        "citizen_late": _("The citizen cancels late"),
        "no_show": _("The citizen is not at home"),
        "supplier": _("Home care cancels"),
        "host": _("The host cancels"),
        "weather": _("The weather stops the trip"),
    }
    return str(words[cause])


def _cancelling(terms: Terms) -> Iterator[str]:
    hours = terms.cancelling.late_hours
    if hours is not None:
        yield ngettext(
            "It is late to cancel when less than %(num)s hour is left.",
            "It is late to cancel when less than %(num)s hours are left.",
            hours,
        )
    for cause in CAUSES:
        charge = getattr(terms.cancelling, cause)
        if charge is Charge.FREE:
            yield _("%(cause)s: the time goes back on the card.", cause=cause_word(cause))
        if charge is Charge.FULL:
            yield _("%(cause)s: the whole trip is paid.", cause=cause_word(cause))


def _other(terms: Terms) -> Iterator[str]:
    if terms.helper_costs_paid_by in ("citizen", "municipality", "supplier"):
        yield payer_word(terms.helper_costs_paid_by)
    if terms.legal_basis != "undecided":
        yield _("Legal basis: %(basis)s.", basis=terms.legal_basis)


_PARTS: tuple[tuple[Any, Callable[[Terms], Iterator[str]]], ...] = (
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
