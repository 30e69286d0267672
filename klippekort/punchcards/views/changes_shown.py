"""What a change of a scheme is told with: tables, totals and rows for a spreadsheet."""

from typing import Any

from klippekort.domain.budgets import cost
from klippekort.domain.changes import Totals
from klippekort.domain.granting import ELIGIBILITY
from klippekort.domain.schemes import Terms, open_questions
from klippekort.domain.schemes.questions import NO, NONE, YES
from klippekort.platform.formatting import day, duration, kroner, short_duration
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.editor import SECTIONS, Section, section_of
from klippekort.punchcards.forms.effects import Week
from klippekort.punchcards.forms.said_words import named, told
from klippekort.punchcards.forms.scheme_words import in_punches
from klippekort.punchcards.services.changes import CardEffect, Preview

LOST = {
    "cap": _l("The card was full"),
    "forfeit": _l("The new rules take it"),
    "rolling": _l("It was too old"),
    "month_end": _l("The month ended"),
    "quarter_end": _l("The quarter ended"),
    "year_end": _l("The year ended"),
    "scheme_end": _l("The scheme ended"),
    "end": _l("The card ended"),
    "by_hand": _l("A person chose that last day"),
    **dict.fromkeys(
        ("expiry", "extended", "settled", "longer_life", "new_terms"), _l("It was too old")
    ),
}
UNFIT = {
    "not_active": _l("the card does not run that day"),
    "eligibility": _l("the person does not meet what it requires"),
    "activity": _l("the card may not be used for it"),
    "consent": _l("too many citizens, or none together"),
    "paused": _l("the card is paused"),
    "weekday": _l("no trips on that weekday"),
    "holiday": _l("no trips on holidays"),
    "hours": _l("outside the hours"),
    "visit_length": _l("too long, too short or too often"),
    "pool": _l("the pool cannot pay"),
    "balance": _l("not enough time on the card"),
}


def sections(draft: Terms, held: Terms) -> list[tuple[Section, bool, int]]:
    """Return the pages, whether each is written anew, and how many rules it leaves open."""
    left: dict[str, int] = {}
    for rule in open_questions(draft):
        section = section_of(rule)
        if section is not None:
            left[section.slug] = left.get(section.slug, 0) + 1
    return [
        (
            section,
            any(getattr(draft, part) != getattr(held, part) for part in section.parts),
            left.get(section.slug, 0),
        )
        for section in SECTIONS.values()
    ]


def weeks(terms: Terms, example: list[Week]) -> list[tuple[str, ...]]:
    """Return the weeks of the example as rows of a table."""
    return [
        (
            day(week.from_on).capitalize(),
            duration(week.came),
            duration(week.lapsed),
            duration(week.used),
            in_punches(terms, week.left),
        )
        for week in example
    ]


def changed(rules: list[tuple[str, str, str]], *versions: Terms) -> list[tuple[str, str, str]]:
    """Return the rules that change as rows: what is asked, what was said, what is said.

    `versions` are the terms they change from and to; by them limits of one kind are told apart.
    """
    return [(named(rule, *versions), said(rule, old), said(rule, new)) for rule, old, new in rules]


def said(rule: str, value: str) -> str:
    """Return an answer to a rule in words, where there are words for it."""
    return told(rule, value)


def said_once(rule: str, value: str) -> str:
    """Return what was decided for one citizen alone: who may have a card is a yes or no then, and
    a limit is lifted.
    """
    if rule == ELIGIBILITY and value in (YES, NO):
        return _("yes") if value == YES else _("no")
    return _("It is all right this time.") if value == NONE else said(rule, value)


def totals(found: Preview, hour_price: int | None = None) -> list[tuple[str, str]]:
    """Return what the change does to all cards together, in kroner too where an hour's price in øre
    is known.
    """
    sums = found.totals
    return [
        (_("Cards under the scheme"), str(sums.cards)),
        (_("Citizens who will notice"), str(sums.felt)),
        (_("Citizens who get less time"), str(sums.losers)),
        (_("Time on all cards by the rules that hold"), _beside(hour_price, sums.before)),
        (_("Time on all cards by the new rules"), _beside(hour_price, sums.after)),
        (_("Time lost within 12 weeks by the new rules"), _beside(hour_price, sums.lost)),
        (_("Time lost within 12 weeks as it is"), _beside(hour_price, sums.lost_anyway)),
        (_("Time that waits for a person's answer"), _beside(hour_price, sums.waiting)),
        (_("Booked trips that no longer fit"), str(sums.unfit)),
    ]


def _beside(hour_price: int | None, minutes: int) -> str:
    """Return an amount of time, with what it costs beside it where a price is known."""
    time = duration(minutes)
    if hour_price is None:
        return time
    return str(_("%(time)s (%(money)s)", time=time, money=kroner(cost(minutes, hour_price))))


def lost_by_rule(sums: Totals, hour_price: int | None = None) -> list[tuple[str, str, str]]:
    """Return the time that is lost, rule by rule: on the first day, and in the weeks after."""
    names = [*sums.lost_first, *(name for name in sums.lost_later if name not in sums.lost_first)]
    return [
        (
            str(LOST.get(name, name)),
            _beside(hour_price, sums.lost_first[name]),
            _beside(hour_price, sums.lost_later[name]),
        )
        for name in names
    ]


def columns() -> list[str]:
    """Return the headings of the table of cards."""
    return [
        _("Citizen"),
        _("As it is"),
        _("By the new rules"),
        _("Lost on the first day"),
        _("Lost within 12 weeks"),
        _("Trips to look at"),
    ]


def card_row(card: CardEffect, terms: Terms) -> tuple[str, ...]:
    """Return a card as a row of the table."""
    effect = card.effect
    trips = [
        f"{day(unfit.trip.wish.starts_at)}: {UNFIT.get(unfit.rule, unfit.rule)}"
        for unfit in effect.unfit
    ]
    more = effect.more_lost
    weeks = short_duration(effect.new.lost)
    if more:
        weeks += " " + (
            _("(%(time)s more)", time=short_duration(more))
            if more > 0
            else _("(%(time)s less)", time=short_duration(-more))
        )
    return (
        card.name,
        in_punches(terms, effect.old.first),
        in_punches(terms, effect.new.first),
        short_duration(sum(effect.new.lost_first.values())),
        weeks,
        "; ".join(trips) or _("None"),
    )


def csv_header() -> list[str]:
    """Return the headings of the spreadsheet. All times are in minutes."""
    return [
        _("Card"),
        _("Citizen"),
        _("As it is"),
        _("By the new rules"),
        _("Lost on the first day"),
        _("Lost within 12 weeks"),
        _("Lost as it is"),
        _("Waits for an answer"),
        _("Why"),
        _("Trips that no longer fit"),
    ]


def csv_row(card: CardEffect, *, names_shown: bool) -> list[Any]:
    """Return a card as a row of the spreadsheet, without the name for those who may not see it."""
    effect = card.effect
    reasons = {**effect.new.lost_first, **effect.new.lost_later}
    return [
        str(card.card_id),
        card.name if names_shown else "",
        effect.old.first,
        effect.new.first,
        sum(effect.new.lost_first.values()),
        effect.new.lost,
        effect.old.lost,
        effect.new.waiting,
        "; ".join(str(LOST.get(name, name)) for name in reasons),
        "; ".join(
            f"{unfit.trip.wish.on.isoformat()} {UNFIT.get(unfit.rule, unfit.rule)}"
            for unfit in effect.unfit
        ),
    ]
