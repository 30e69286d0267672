"""Waiting in words: points, reasons, states, deadlines, and what an offer is."""

from datetime import date, datetime

from klippekort.activities.forms import KINDS
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, InsufficientMinutes, Refused
from klippekort.domain.fairness import LOOKS_AHEAD_DAYS, LOOKS_BACK_WEEKS, Part, Points, Rule
from klippekort.platform.formatting import clock_time, day, duration
from klippekort.platform.i18n import _, _l, ngettext
from klippekort.trips.queries.offers import Offer
from klippekort.trips.views.words import refusal_words
from klippekort.waiting.services.errors import OfferOver
from klippekort.waiting.services.holding import code_of

PARTS: dict[Part, str] = {
    Part.SINCE_LAST: _l("Weeks since the last trip"),
    Part.WAITED: _l("Weeks waited for this"),
    Part.CANCELLED: _l("Trips that we cancelled"),
    Part.LAPSING: _l("Time that soon runs out"),
    Part.NEVER_OUT: _l("Has never been out with us"),
    Part.LIVES_ALONE: _l("Lives alone"),
}
# Why a wish was closed, as staff read it.
CLOSED: dict[str, str] = {
    "booked": _l("A trip was booked."),
    "citizen": _l("The citizen did not want it any more."),
    "said_no": _l("The citizen said no to the seat."),
    "no_seat": _l("No seat came free in time."),
    "not_reached": _l("We could not get an answer in time."),
    "cancelled": _l("The activity was cancelled."),
    "too_old": _l("Nothing was found before the last day."),
    "not_possible": _l("We could not do it."),
}
UNMET = ("no_seat", "not_reached", "cancelled", "too_old", "not_possible")
_OUTCOMES = {
    "offered": _l("Was offered the seat."),
    "next": _l("Comes later in the line."),
    "booked": _l("Had a seat already."),
    "away": _l("Was away that day."),
    "not_reached": _l("Could not be reached twice."),
    "no_escort": _l("No helper was free."),
    "citizen_left": _l("Had died or moved."),
    "family_days": _l("The family was there that day."),
    "no_seat": _l("The seat was gone."),
    "too_late": _l("It was too late to ask anybody."),
    "sign_up_over": _l("Sign-up was over."),
    "unconfirmed": _l("Nobody had said that it still exists."),
    "association_full": _l("The association took no more guests that month."),
    "undecided": _l("The scheme asks a question that a person must answer."),
    "balance": _l("There was not enough time on the card that day."),
}
_ORIGINS = {
    "waiting": _l("From the waiting list"),
    "standing": _l("A standing wish"),
    "replacement": _l("In place of a trip that we cancelled"),
    "wish": _l("A wish"),
}
_OVER = {
    "accepted": _l("This has been answered with a yes. The trip is booked."),
    "declined": _l("This has been answered with a no. The seat went to the next in line."),
    "lapsed": _l("The time to answer is over. The seat goes to the next in line."),
    "withdrawn": _l("This offer stands no longer."),
}


def rule_words(rule: Rule) -> str:
    """Return one rule of the fair turn in a sentence."""
    points = ngettext("%(num)s point", "%(num)s points", rule.points)
    match rule.part:
        case Part.SINCE_LAST:
            said = _("%(points)s for each week since the last trip.", points=points)
        case Part.WAITED:
            said = _("%(points)s for each week on the waiting list.", points=points)
        case Part.CANCELLED:
            said = _(
                "%(points)s for each trip we cancelled in the last %(weeks)s weeks.",
                points=points,
                weeks=LOOKS_BACK_WEEKS,
            )
        case Part.LAPSING:
            said = _(
                "%(points)s for every %(minutes)s minutes that run out within %(days)s days.",
                points=points,
                minutes=rule.per,
                days=LOOKS_AHEAD_DAYS,
            )
        case Part.NEVER_OUT:
            said = _("%(points)s if you have never been out with us.", points=points)
        case Part.LIVES_ALONE:
            said = _("%(points)s if you live alone.", points=points)
    return str(said)


def part_word(part: Part) -> str:
    """Return what a part of a score sheet is called."""
    return str(PARTS[part])


def amount_words(line: Points) -> str:
    """Return how much of a part there was."""
    match line.part:
        case Part.SINCE_LAST | Part.WAITED:
            return str(ngettext("%(num)s week", "%(num)s weeks", line.amount))
        case Part.CANCELLED:
            return str(ngettext("%(num)s trip", "%(num)s trips", line.amount))
        case Part.LAPSING:
            return duration(line.amount)
    return str(_("Yes") if line.amount else _("No"))


def outcome_words(outcome: str, today: date) -> str:
    """Return what became of somebody's turn."""
    return str(_OUTCOMES[outcome]) if outcome in _OUTCOMES else refusal_words(outcome, today)


def origin_words(origin: str) -> str:
    """Return what an offer comes from."""
    return str(_ORIGINS[origin])


def over_words(error: OfferOver) -> str:
    """Return why an offer cannot be answered any more."""
    return str(_OVER.get(error.state, _OVER["withdrawn"]))


_OWN_OVER: dict[str, str] = {
    "accepted": _l("You have said yes already."),
    "declined": _l("You have said no already. Call us if you have changed your mind."),
    "lapsed": _l("The time to answer is over. Call us if you would still like to come."),
    "withdrawn": _l("That trip is not possible after all. Call us, and we find another."),
}


def own_over_words(error: OfferOver) -> str:
    """Return to the citizen herself why she cannot answer any more."""
    return str(_OWN_OVER.get(error.state, _OWN_OVER["withdrawn"]))


def cannot_words(error: DomainError, today: date, offer: Offer | None = None) -> str:
    """Return why a date cannot be held or booked; `offer` is that date as the card sees it, whose
    terms are then said.
    """
    code = code_of(error)
    if code == "no_escort":
        return str(_("No helper is free that day. Choose another day."))
    if code == "undecided":
        return str(_("The municipality has not decided all rules for this. Book it by hand."))
    if code == "too_late":
        return str(_("It begins too soon to ask first. Book the trip instead."))
    lacks = error.wanted - error.available if isinstance(error, InsufficientMinutes) else 0
    if offer is None:
        return refusal_words(code, today, lacks=lacks)
    earliest = error.earliest if isinstance(error, Refused) else None
    return refusal_words(
        code,
        today,
        offer.terms,
        earliest=earliest,
        lacks=lacks,
        on=local_day(offer.starts_at),
        needs=offer.needs,
    )


def kind_word(kind: str | None) -> str:
    """Return a kind of activity, or that any will do."""
    return str(KINDS.get(kind or "", _("Something else") if kind else _("Anything")))


def until_words(at: datetime, today: date) -> str:
    """Return by when an answer is needed: "today, Monday 23 November, at 13.00"."""
    when = day(at, today)
    return str(_("%(day)s at %(time)s", day=when, time=clock_time(at)))
