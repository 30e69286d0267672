"""The rule laboratory's words: rules that refuse trips, and rules that take time."""

from klippekort.platform.formatting import short_duration
from klippekort.platform.i18n import _l

_REFUSALS = {
    "not_active": _l("The card does not run on that day."),
    "eligibility": _l("What is known about the citizen does not meet the rule for the card."),
    "activity": _l("The card cannot be used for this."),
    "consent": _l("A trip together needs the citizen's own yes."),
    "paused": _l("The card is paused on that day."),
    "weekday": _l("There are no trips on that day of the week."),
    "holiday": _l("There are no trips on that day: it is a holiday."),
    "hours": _l("The whole trip must lie within the scheme's hours, from door to door."),
    "visit_length": _l("The trip is longer or shorter, or comes more often, than a trip may."),
    "notice": _l("The trip must be ordered earlier."),
    "pool": _l("The common pool cannot pay this."),
    "balance": _l("There is not time enough on the card."),
}
_LAPSES = {
    "cap": _l("The card was full."),
    "rolling": _l("The time had become too old."),
    "month_end": _l("The month ended."),
    "quarter_end": _l("The quarter ended."),
    "year_end": _l("The year ended."),
    "scheme_end": _l("The scheme ended."),
    "forfeit": _l("A trip was not made, and cost time all the same."),
    "end": _l("The card ended."),
}


def refusal_words(rule: str) -> str:
    """Return why a rule refuses a trip or a card."""
    return str(_REFUSALS.get(rule, rule))


def lapse_words(rule: str) -> str:
    """Return why a rule takes time away."""
    return str(_LAPSES.get(rule, rule))


def signed(minutes: int) -> str:
    """Return minutes that may be below zero: "−1 h 30 min"."""
    return f"−{short_duration(-minutes)}" if minutes < 0 else short_duration(minutes)
