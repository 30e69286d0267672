"""Dates that fit a citizen's card, seat and calendar, of one activity or of one kind."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from klippekort.activities.queries import (
    OccurrenceFacts,
    dates_of,
    get_occurrence_facts,
    list_upcoming,
)
from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.travel.queries import Traveller
from klippekort.trips.queries.offers import LOOK_AHEAD, Offer, purse_of, weigh
from klippekort.waiting.queries.offers import home


def that_fit(citizen: Citizen, found: Iterable[OccurrenceFacts], now: datetime) -> list[Offer]:
    """Return the dates that could be booked as they stand, with nothing to ask anybody."""
    purse, municipality = purse_of(citizen, now), home()
    traveller = Traveller(municipality, citizen)
    weighed = (
        weigh(municipality, citizen, purse, date, now, traveller=traveller) for date in found
    )
    return [offer for offer in weighed if offer.fits and not offer.asks]


def as_seen(citizen: Citizen, occurrence_id: UUID, now: datetime) -> Offer | None:
    """Return one date as the citizen's card sees it, or None where there is no such date."""
    try:
        date = get_occurrence_facts(occurrence_id)
    except NotFound:
        return None
    return weigh(home(), citizen, purse_of(citizen, now), date, now)


def of_activity(citizen: Citizen, activity_id: UUID, now: datetime) -> list[Offer]:
    """Return an activity's coming dates that fit, by time."""
    soon = now + LOOK_AHEAD
    dates = [date for date in dates_of(activity_id, now) if now < date.starts_at <= soon]
    return that_fit(citizen, dates, now)


def of_kind(citizen: Citizen, kind: str | None, now: datetime) -> list[Offer]:
    """Return coming dates of one kind that fit, or of any kind, by time."""
    kinds = [kind] if kind else None
    return that_fit(citizen, list_upcoming(now, now + LOOK_AHEAD, kinds=kinds, limit=60), now)
