"""What a citizen gets by what was decided about a card, all its reasons taken together."""

from dataclasses import replace
from datetime import date

from klippekort.domain.papers.law import LetterKind
from klippekort.domain.plans import GrantSpan, Plan, rates_ahead
from klippekort.domain.schemes import Terms
from klippekort.papers.services.composing import Decided
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.events import CardDecided
from klippekort.trips.queries.trips import next_trips


def what_is_given(event: CardDecided) -> Decided:
    """Return what a card gives from the first day of a grant on, until when, and what it gave.

    A card that ran already on that day goes on for one more reason: then the last day is that
    reason's, and what changes by it afterwards is told.
    """
    plan = cards.plan_of(cards.get_card(event.card_id))
    own = GrantSpan(event.from_on, event.until_on, event.minutes, event.reason)
    runs = replace(plan, grants=(own,)).spans
    first = runs[0].from_on if runs else event.from_on
    others = [one for one in plan.grants if one != own and not one.is_settled]
    before = replace(plan, grants=tuple(others))
    is_one_more = before.span_on(first) is not None
    run = runs[0] if runs and is_one_more else plan.span_on(first)
    return Decided(
        LetterKind.GRANT,
        first,
        event.reason,
        event.words,
        plan.rate_at(first) or None,
        before.rate_at(first) if is_one_more else None,
        run.until_on if run else event.until_on,
        steps=_steps(plan, first),
        is_one_more=is_one_more,
    )


def _steps(plan: Plan, first: date) -> tuple[tuple[date, int], ...]:
    """Return what a card gives later on by its grants; new terms are told in letters of their
    own.
    """
    terms = plan.terms_on(first)
    ahead = rates_ahead(plan, first)
    return tuple((day, rate) for day, rate in ahead if plan.terms_on(day) is terms)


def terms_at_home(card: cards.AnyCard, day: date) -> Terms:
    """Return the terms a card is under on `day`, with the punch that counts where its owner lives.

    Raises NotFound before the scheme begins.
    """
    versions = cards.versions_of(card.scheme_id)
    terms = cards.in_force(versions, day)
    plan = Plan(versions, (), settings=cards.settings_of(card, versions))
    punch = plan.minutes_per_punch(terms, day)
    return replace(terms, minutes_per_punch=punch) if punch != terms.punch else terms


def what_is_taken(event: CardDecided) -> Decided:
    """Return what becomes of a card that gets less time, or ends."""
    return Decided(
        LetterKind(event.kind),
        event.from_on,
        event.reason,
        event.words,
        event.minutes,
        event.before,
        event.until_on,
        has_trips=bool(next_trips(event.citizen_id, event.now, limit=1)),
    )
