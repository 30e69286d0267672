"""What one could go to, in words: when, where, what it costs whom, and what else would fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import Payer, Terms
from klippekort.platform.auth import current_actor
from klippekort.platform.formatting import clock_time, day, duration, kroner
from klippekort.platform.i18n import _, ngettext
from klippekort.punchcards.views.picture import in_punches, in_words, is_course, left_in_words
from klippekort.trips.queries.escorts import free_escorts
from klippekort.trips.queries.offers import Offer, Purse
from klippekort.trips.views.escorts import best_escort
from klippekort.trips.views.words import refusal_words, when_words


@dataclass(frozen=True)
class OfferShown:
    """A date one could go to, in words; `reason` says why it does not fit, None when it does.

    `is_own_way` says that she could go there without a helper all the same.
    """

    occurrence_id: UUID
    on: date
    day: str
    when: str
    starts_at_text: str
    ends_at_text: str
    begins: str
    title: str
    place: str
    cost: str
    price: str
    seats: str
    has_wheelchair_place: bool
    reason: str | None
    is_own_way: bool


def offer_shown(offer: Offer, today: date) -> OfferShown:
    """Return an offer in words."""
    facts, on = offer.occurrence, local_day(offer.starts_at)
    left = ngettext("%(num)s seat left", "%(num)s seats left", facts.seats_left)
    return OfferShown(
        occurrence_id=facts.id,
        on=on,
        day=when_words(offer.starts_at, today),
        when=day(offer.starts_at, today),
        starts_at_text=clock_time(offer.starts_at),
        ends_at_text=clock_time(offer.ends_at),
        begins=clock_time(facts.starts_at),
        title=facts.title,
        place=facts.place,
        cost=cost_words(offer.minutes, offer.terms),
        price=price_words(facts.price_oere),
        seats=str(left),
        has_wheelchair_place=facts.wheelchairs_left > 0,
        reason=None if offer.fits else _reason(offer, today),
        is_own_way=not offer.fits and offer.barrier is None,
    )


def _reason(offer: Offer, today: date) -> str:
    return refusal_words(
        offer.refusal or "",
        today,
        offer.terms,
        earliest=offer.earliest,
        lacks=offer.lacks,
        on=local_day(offer.starts_at),
        needs=offer.needs,
    )


def cost_words(minutes: int, terms: Terms | None) -> str:
    """Return what a trip takes from the card, in the scheme's words where there is one."""
    if terms and is_course(terms):
        return str(_("Nothing: the card is a course"))
    return in_words(minutes, terms) if terms else duration(minutes)


def price_words(oere: int, payer: str = "") -> str:
    """Return what a ticket costs, and who pays it where the scheme says so."""
    if not oere:
        return str(_("Free"))
    price = kroner(oere)
    if payer == Payer.CITIZEN:
        return str(_("%(price)s, which the citizen pays", price=price))
    if payer == Payer.MUNICIPALITY:
        return str(_("%(price)s, which the municipality pays", price=price))
    if payer == Payer.SUPPLIER:
        return str(_("%(price)s, which the supplier pays", price=price))
    return price


def citizen_price(offer: Offer) -> str:
    """Return what the citizen's own way in costs; that she pays it herself goes without saying."""
    payer = offer.terms.money.citizen.ticket if offer.terms else ""
    return price_words(offer.occurrence.price_oere, "" if payer == Payer.CITIZEN else payer)


def helper_price(offer: Offer, helpers: int = 1) -> str:
    """Return what the helpers' way in costs together, and who pays it."""
    payer = offer.terms.money.helper.ticket if offer.terms else ""
    return price_words(offer.occurrence.helper_price_oere * helpers, payer)


def left_words(
    purse: Purse | None, terms: Terms | None, minutes: int, on: date, now: datetime
) -> str | None:
    """Return what the card holds once such a trip is booked, or None without a card."""
    if purse is None or terms is None:
        return None
    free, waits = purse.after(minutes, on, local_day(now))
    said = left_in_words(free, terms)
    if not waits:
        return said
    coming = in_punches(waits, terms)
    both = _("%(left)s. %(coming)s of the trip comes before the day.", left=said, coming=coming)
    return str(both)


@dataclass(frozen=True)
class Alternative:
    """Another trip that could really be booked: what, when, what it costs, and who could go along.

    `url` leads to it; on a page with a form `at` is what its button sends instead. `prices` are
    those of several who go together, each after the name.
    """

    title: str
    when: str
    cost: str
    citizen_price: str
    helper_price: str
    helper: str
    url: str = ""
    at: str = ""
    prices: Sequence[tuple[str, str]] = ()


def alternatives(
    offers: Sequence[Offer],
    riders: Sequence[Any],
    now: datetime,
    *,
    url_of: Callable[[UUID], str],
    helpers: int = 1,
) -> list[Alternative]:
    """Return offers that fit as the choices somebody has instead."""
    today = local_day(now)
    return [
        Alternative(
            offer.occurrence.title,
            when_and_until(offer.starts_at, offer.ends_at, today),
            cost_words(offer.minutes, offer.terms),
            citizen_price(offer),
            helper_price(offer, helpers),
            who_is_free(offer.starts_at, offer.ends_at, riders),
            url=url_of(offer.occurrence.id),
        )
        for offer in offers
    ]


def when_and_until(starts_at: datetime, ends_at: datetime, today: date) -> str:
    """Return the day and the hours of a trip, door to door."""
    return f"{day(starts_at, today)}, {clock_time(starts_at)}–{clock_time(ends_at)}"


def who_is_free(starts_at: datetime, ends_at: datetime, riders: Sequence[Any]) -> str:
    """Return who could go along on a trip, or that somebody must be found."""
    actor, first = current_actor(), riders[0]
    found = free_escorts(starts_at, ends_at, first, together=riders[1:])
    best = best_escort(found, actor)
    if best is None:
        return str(_("A helper is to be found"))
    if best.id == actor.person_id:
        return str(_("You can go along"))
    return str(_("%(name)s can go along", name=best.name))
