"""The five guideposts in words: their names, their figures, and why."""

from datetime import date

from babel.numbers import format_decimal

from klippekort.courses.forms.words import BARRIERS, GIFTS, PHASES
from klippekort.domain.reporting.counts import MEASURES, Unit
from klippekort.domain.reporting.figures import ALL, NOWHERE
from klippekort.domain.reporting.periods import Period
from klippekort.platform.formatting import month_name, short_duration
from klippekort.platform.i18n import _, _l, current_locale
from klippekort.reports.forms.lab_words import lapse_words
from klippekort.waiting.views.words import CLOSED

# From so many on, nobody reads the minutes beside the hours.
_MANY_MINUTES = 6000

GUIDEPOSTS = {
    1: _l("No one is overlooked"),
    2: _l("Wishes, needs and barriers"),
    3: _l("The way in"),
    4: _l("Close relations"),
    5: _l("Together with volunteers"),
}
LEADS = {
    1: _l("Who was noticed, who was asked, and who is not reached."),
    2: _l("The talks about what each citizen would like."),
    3: _l("Trips with company, the time on the cards, and what did not succeed."),
    4: _l("Who came again, and the groups they came to."),
    5: _l("What volunteers and associations gave."),
}
MEASURE_WORDS = {
    "outreach.noticed": _l("Somebody noticed a citizen"),
    "outreach.answered": _l("Times somebody was asked"),
    "courses.talks": _l("Talks that were held"),
    "courses.barriers": _l("What stands in the way, as told in talks"),
    "measures.taken": _l("Measures of how people are"),
    "phases": _l("Courses under way"),
    "measures.heard": _l('"I was heard"'),
    "measures.needed": _l('"I was needed"'),
    "trips.made": _l("Trips that were made"),
    "trips.first": _l("Citizens out for the first time"),
    "trips.escorts": _l("Helpers along on trips"),
    "minutes.given": _l("Time given"),
    "minutes.used": _l("Time used on trips"),
    "minutes.lapsed": _l("Time that lapsed"),
    "trips.not_made": _l("Trips that were not made"),
    "waiting.unmet": _l("Wishes we could not meet"),
    "waiting.time": _l("Wishes that were met, by waiting time"),
    "trips.came_again": _l("Came to the same activity three times"),
    "groups.meetings": _l("Group meetings"),
    "groups.guests": _l("Heads counted in groups"),
    "groups.came_again": _l("Came to the same group three times"),
    "hosting.minutes": _l("Volunteers' hours"),
    "hosting.associations": _l("Hours by association"),
    "courses.gifts": _l("Times citizens did something for others"),
    "feedback.told": _l('"Tell us what you think"'),
    "feedback.changed": _l("Something changed because of it"),
    "reach": _l("Citizens with a card"),
    "coverage": _l("Citizens, by whether they were asked"),
    "ages": _l("Noticed, and not settled yet"),
}
# Where the list holds only some of those the figure counts.
LIST_WORDS = {
    "reach": _l("Have not been out"),
    "coverage": _l("Never asked"),
    "trips.escorts": _l("Trips with helpers"),
}
_MEASURED = {
    "answered": _l("answered"),
    "declined": _l("did not want to"),
    "not_able": _l("was not able to"),
}
_CUTS: dict[str, dict[str, str]] = {
    "trips.not_made": {
        "citizen/": _l("The citizen cancelled"),
        "supplier/": _l("The supplier cancelled"),
        "host/": _l("The activity was cancelled"),
        "weather/": _l("The weather"),
        "infection/": _l("Risk of infection"),
        "no_show/": _l("Nobody was at home"),
        "wasted_visit/": _l("The helper came in vain"),
        "turned_down/": _l("No at the door"),
        "supplier:helper_ill": _l("Supplier: the helper was ill"),
        "supplier:busy": _l("Supplier: short of hands"),
        "supplier:no_helper": _l("Supplier: no helper was found"),
        "supplier:other": _l("Supplier: something else"),
    },
    "waiting.time": {
        "week/": _l("Within a week"),
        "two_weeks/": _l("Within two weeks"),
        "four_weeks/": _l("Within four weeks"),
        "longer/": _l("Longer than four weeks"),
    },
    "hosting.minutes": {
        "host/": _l("As hosts"),
        "go_along/": _l("As friends who go along"),
        "driver/": _l("As drivers"),
    },
    "outreach.noticed": {
        "staff/": _l("Staff"),
        "doctor/": _l("A doctor"),
        "nurse/": _l("A nurse"),
        "relative/": _l("A relative"),
        "preventive/": _l("A preventive visit"),
        "self/": _l("The citizen"),
        "other/": _l("Somebody else"),
    },
    "outreach.answered": {
        "yes/": _l("Said yes"),
        "no/": _l("Said no"),
        "no_answer/": _l("Gave no answer"),
    },
    "measures.heard": {
        "yes/": _l("Yes"),
        "somewhat/": _l("Somewhat"),
        "no/": _l("No"),
    },
    "measures.needed": {
        "yes/": _l("Yes"),
        "somewhat/": _l("Somewhat"),
        "no/": _l("No"),
    },
    "feedback.told": {
        "praise/": _l("Praise"),
        "idea/": _l("Ideas"),
        "problem/": _l("Problems"),
        "complaint/": _l("Complaints"),
    },
    "coverage": {
        "asked/": _l("Asked in the period"),
        "earlier/": _l("Asked earlier"),
        "never/": _l("Never asked"),
    },
    "courses.barriers": {
        **{f"{code}/": word for code, word in BARRIERS.items()},
        "other/": _l("Something else"),
    },
    "courses.gifts": {f"{code}/": word for code, word in GIFTS.items()},
    "phases": {f"{code}/": word for code, word in PHASES.items()},
    "ages": {
        "week/": _l("Up to a week"),
        "four_weeks/": _l("Up to four weeks"),
        "three_months/": _l("Up to three months"),
        "older/": _l("More than three months"),
    },
    "reach": {
        "out/": _l("Have been out"),
        "at_home/": _l("Have not been out"),
    },
}


def measure_word(code: str) -> str:
    """Return what a measure is called."""
    return str(MEASURE_WORDS[code])


def list_word(code: str) -> str:
    """Return what the list behind a figure is called."""
    return str(LIST_WORDS.get(code, MEASURE_WORDS[code]))


def cut_word(code: str, cut: str) -> str | None:
    """Return what a cause or kind is called, or None for one that is told with its whole."""
    known = _CUTS.get(code, {})
    if code == "measures.taken" and ":" in cut:
        name, _colon, outcome = cut.partition(":")
        return f"{name}: {_MEASURED[outcome]}" if outcome in _MEASURED else None
    if cut in known:
        return str(known[cut])
    if not cut.endswith("/"):
        return None
    plain = cut.removesuffix("/")
    if code == "minutes.lapsed":
        return lapse_words(plain)
    if code == "waiting.unmet":
        return str(CLOSED.get(plain, plain))
    if plain in ("", NOWHERE):
        return str(_("Not told"))
    return plain


def amount_words(code: str, amount: int | None, fewest: int) -> str:
    """Return an amount as it is read, or that it is kept back."""
    if amount is None:
        return str(_("Not shown"))
    measure = MEASURES.get(code)
    if measure is not None and measure.unit is Unit.MINUTES:
        if amount >= _MANY_MINUTES:
            return str(_("%(hours)s h", hours=_number(round(amount / 60))))
        return f"−{short_duration(-amount)}" if amount < 0 else short_duration(amount)
    return _number(amount)


def _number(number: int) -> str:
    return format_decimal(number, locale=current_locale())


def period_word(period: Period) -> str:
    """Return a period as it is read: "2026", "3rd quarter of 2026" or "november 2026"."""
    if period.kind == "month":
        return month_name(period.from_on)
    if period.kind == "quarter":
        return str(_("Quarter %(number)s of %(year)s", number=period.code[-1], year=period.year))
    return period.code


def month_word(code: str) -> str:
    """Return the month of "2026-11" as it is read."""
    return month_name(date.fromisoformat(f"{code}-01"))


def part_word(part: str, names: dict[str, str], nowhere: str) -> str:
    """Return the name of a district or supplier, or what stands for none."""
    return nowhere if part in (NOWHERE, ALL) else names.get(part, nowhere)
