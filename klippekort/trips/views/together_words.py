"""Those who go together, in words: who is fetched when, what each pays, and what else would fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for

from klippekort.domain import schemes
from klippekort.domain.calendar import local_day
from klippekort.platform import clock
from klippekort.platform.formatting import clock_time
from klippekort.platform.i18n import _
from klippekort.trips.forms.together import TogetherForm
from klippekort.trips.queries.joint import Joint
from klippekort.trips.queries.offers import Offer
from klippekort.trips.views.booking import away_words, municipality
from klippekort.trips.views.offer_words import (
    Alternative,
    alternatives,
    citizen_price,
    cost_words,
    offer_shown,
)
from klippekort.trips.views.words import unsure_words


@dataclass(frozen=True)
class RiderShown:
    """One of those who go together: when she is fetched, what it costs, or why she cannot."""

    citizen: Any
    fetched_at: str
    home_at: str
    cost: str
    price: str
    reason: str | None
    yes: Any
    without_url: str | None
    first_url: str | None
    away: str | None
    unsure: Sequence[str] = ()


def together_url(
    citizen_id: UUID, occurrence_id: UUID, riders: Sequence[Any], helpers: int | None = None
) -> str:
    """Return this page with these riders, in this order."""
    count = helpers or request.args.get("hjaelpere", 1, type=int)
    return url_for(
        "trips.together",
        citizen_id=citizen_id,
        occurrence_id=occurrence_id,
        med=[str(one.id) for one in riders],
        hjaelpere=count if count > 1 else None,
    )


def shown(
    citizen_id: UUID, form: TogetherForm, joint: Joint, offers: Sequence[Offer]
) -> list[RiderShown]:
    """Return those who go together in words, in the order in which they are fetched."""
    riders = [one.citizen for one in joint.riders]
    occurrence_id = offers[0].occurrence.id

    def left_out(rider: Any) -> list[Any]:
        return [one for one in riders if one.id != rider.id]

    return [
        RiderShown(
            rider,
            clock_time(offer.starts_at),
            clock_time(offer.ends_at),
            _cost(offer, len(riders)),
            citizen_price(offer),
            _reason(offer, len(riders)),
            form.yes_of(rider.id),
            together_url(citizen_id, occurrence_id, left_out(rider))
            if rider.id != citizen_id
            else None,
            together_url(citizen_id, occurrence_id, [rider, *left_out(rider)]) if place else None,
            away_words(rider, one.purse, local_day(offer.starts_at)) if offer.fits else None,
            unsure_words(offer.needs),
        )
        for place, (rider, one, offer) in enumerate(zip(riders, joint.riders, offers, strict=True))
    ]


def _cost(offer: Offer, count: int) -> str:
    """Return what one of them pays, and how the scheme shares a trip together."""
    said = cost_words(offer.minutes, offer.terms)
    if offer.terms is None or count == 1:
        return said
    how = {
        schemes.Joint.FULL: _("each pays in full"),
        schemes.Joint.SHARED: _("the time is shared"),
        schemes.Joint.FREE: _("free, because they go together"),
    }.get(offer.terms.joint_trips.charge)
    return f"{said} ({how})" if how else said


def _reason(offer: Offer, count: int) -> str | None:
    """Return why one of them cannot go along, or None."""
    if offer.refusal == "consent" and offer.terms is not None:
        most = offer.terms.joint_trips.most_citizens
        if offer.terms.joint_trips.charge is schemes.Joint.FORBIDDEN:
            return str(_("The card cannot pay for trips together with others."))
        if most is not None and count > most:
            return str(_("At most %(num)s may go together with this card.", num=most))
    return offer_shown(offer, clock.today()).reason


def nearby(citizen_id: UUID, joint: Joint, offer: Offer, now: datetime) -> list[Alternative]:
    """Return the nearest dates to which all of them could go."""
    riders = [one.citizen for one in joint.riders]
    found = joint.nearest(municipality(), offer.occurrence.id, offer.starts_at, now)
    shown = alternatives(
        [offers[0] for offers in found],
        riders,
        now,
        url_of=lambda occurrence_id: together_url(citizen_id, occurrence_id, riders),
        helpers=joint.helpers,
    )
    return [
        replace(one, cost=_costs(riders, offers), prices=_prices(riders, offers))
        for one, offers in zip(shown, found, strict=True)
    ]


def _prices(riders: Sequence[Any], offers: Sequence[Offer]) -> list[tuple[str, str]]:
    return [(r.first_name, citizen_price(o)) for r, o in zip(riders, offers, strict=True)]


def _costs(riders: Sequence[Any], offers: Sequence[Offer]) -> str:
    pairs = zip(riders, offers, strict=True)
    return ", ".join(f"{r.first_name} {cost_words(o.minutes, o.terms)}" for r, o in pairs)
