"""What came of a trial, as rows and words for its page."""

from datetime import date
from typing import Any

from klippekort.domain.lab.town import TownResult
from klippekort.platform.formatting import month_name, short_day, short_duration
from klippekort.platform.i18n import _, ngettext
from klippekort.punchcards.forms.questions import question_of
from klippekort.reports.forms.lab_words import lapse_words, refusal_words, signed
from klippekort.reports.services.trials import Outcome

Side = tuple[str, TownResult]


def sides(trial: Any, outcome: Outcome) -> list[Side]:
    """Return what is compared, each with its name: the real history, today's scheme, the tried,
    and the tried as if everyone had a standing wish.
    """
    found = [(str(_("Really")), outcome.lived)]
    if outcome.today is not None:
        found.append((str(_("Today: %(name)s", name=trial.today_name)), outcome.today))
    found.append((str(_("Tried: %(name)s", name=trial.name)), outcome.tried))
    if outcome.wished is not None:
        found.append((str(_("Tried, with standing wishes")), outcome.wished))
    return found


def side_by_side(shown: list[Side]) -> list[list[str]]:
    """Return a row for each sum, with a cell for each side."""
    minutes = {
        "given": _("Time given"),
        "used": _("Time used on trips"),
        "lapsed": _("Time lost"),
        "staff": _("Helpers' time on trips"),
    }
    rows = [
        [str(word), *(signed(result.minutes(name)) for _name, result in shown)]
        for name, word in minutes.items()
    ]
    trips = [
        [str(_("Trips that could be made")), *(str(result.accepted) for _name, result in shown)],
        [str(_("Trips refused")), *(str(result.refused_trips) for _name, result in shown)],
        [str(_("Trips that wait for an answer")), *(str(r.waiting_trips) for _name, r in shown)],
    ]
    return rows + trips


def largest(result: TownResult) -> int:
    """Return the most minutes any column of a chart shows."""
    return max(
        (max(month.given, month.used, month.lapsed) for month in result.months.values()), default=0
    )


def months(result: TownResult) -> list[tuple[str, tuple[int, int, int], list[str]]]:
    """Return each month's name, its sums for drawing, and the same in words."""
    found = []
    for name, month in result.months.items():
        values = (month.given, month.used, month.lapsed)
        words = [signed(value) for value in (*values, month.staff)]
        drawn = tuple(max(0, value) for value in values)
        found.append((month_name(date.fromisoformat(f"{name}-01")), drawn, words))
    return found  # type: ignore[return-value]


def lapses(shown: list[Side]) -> list[list[str]]:
    """Return a row for each rule that takes time, with a cell for each side."""
    rules = sorted({rule for _name, result in shown for rule in result.lapsed})
    return [
        [lapse_words(rule), *(signed(result.lapsed.get(rule, 0)) for _name, result in shown)]
        for rule in rules
    ]


def wished(trial: Any, outcome: Outcome) -> tuple[str, list[list[str]]] | None:
    """Return what everyone was taken to wish, in words, and the sums without and with it and how
    far apart they are; None when that was not asked.
    """
    if outcome.wished is None:
        return None
    without, with_ = outcome.tried, outcome.wished
    minutes = {"lapsed": _("Time lost"), "used": _("Time used on trips")}
    rows = [
        [str(word), *_apart(without.minutes(name), with_.minutes(name))]
        for name, word in minutes.items()
    ]
    trips = [without.accepted, with_.accepted, with_.accepted - without.accepted]
    rows.append([str(_("Trips that could be made")), *(str(count) for count in trips)])
    words = ngettext(
        "A trip of %(length)s every week.",
        "A trip of %(length)s every %(num)s weeks.",
        trial.wish_weeks,
        length=short_duration(trial.wish_minutes),
    )
    return words, rows


def _apart(without: int, with_: int) -> list[str]:
    return [signed(without), signed(with_), signed(with_ - without)]


def refusals(result: TownResult) -> list[list[Any]]:
    """Return a row for each rule that refuses trips: how many, how many were made, the first."""
    ordered = sorted(result.refused.items(), key=lambda item: -item[1].trips)
    return [
        [
            refusal_words(rule),
            found.trips,
            found.made,
            short_duration(found.minutes),
            ", ".join(
                f"{short_day(trip.on)} ({short_duration(trip.minutes)})" for trip in found.first
            ),
        ]
        for rule, found in ordered
    ]


def cards_refused(result: TownResult) -> list[tuple[str, int]]:
    """Return why cards would not have been given, and how many."""
    return [(refusal_words(rule), count) for rule, count in result.cards_refused.items()]


def asked(result: TownResult) -> list[list[Any]]:
    """Return a row for each open rule that came up: the question, how often, for how many."""
    ordered = sorted(result.asked.items(), key=lambda item: -item[1].times)
    return [
        [question_of(rule).text, found.times, found.citizens, found.trips]
        for rule, found in ordered
    ]
