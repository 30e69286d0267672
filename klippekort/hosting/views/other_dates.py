"""Other dates for somebody whose trip is off: what the caller can offer, with a button to book."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import phone_of
from klippekort.domain.calendar import local_day
from klippekort.domain.other_dates import Candidate, instead_of
from klippekort.domain.permissions import Action
from klippekort.hosting.views.blueprint import bp
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import moment
from klippekort.trips.queries.offers import Offer, offers_for
from klippekort.trips.queries.trips import TripRow, read_trip
from klippekort.trips.views.offer_words import OfferShown, offer_shown
from klippekort.trips.views.shown import open_trip

MOST_WEIGHED = 120


@bp.get("/ture/<uuid:trip_id>/andre-datoer")
@requires(Action.BOOK_TRIP, purpose="book_trip")
def other_dates(trip_id: UUID) -> ResponseReturnValue:
    """List three dates that fit the citizen's card and days in place of a trip that is off.

    ?borger= says which of those who were to ride.
    """
    now = clock.now()
    row, citizen = open_trip(trip_id, Action.BOOK_TRIP, request.args.get("borger", type=UUID))
    saw(citizen.id)
    return render_template(
        "hosting/other_dates.html",
        citizen=citizen,
        phone=phone_of(citizen),
        destination=row.destination,
        when=moment(row.starts_at, local_day(now)),
        offers=_instead(row, citizen, now),
    )


def _instead(row: TripRow, citizen: Any, now: datetime) -> list[OfferShown]:
    """Return the dates that could be booked as they stand, in words, the likeliest first."""
    home = get_municipality(current_actor().municipality_id)
    fitting = {
        offer.occurrence.id: offer
        for offer in offers_for(home, citizen, now, limit=MOST_WEIGHED)
        if offer.fits and not offer.asks
    }
    best = instead_of(_gone(row), map(_candidate, fitting.values()))
    return [offer_shown(fitting[UUID(str(one.key))], local_day(now)) for one in best]


def _gone(row: TripRow) -> Candidate:
    trip = read_trip(row.trip_id)
    if trip.occurrence_id is None:
        return Candidate(None, None, trip.kind or "", row.starts_at, 0)
    facts = get_occurrence_facts(trip.occurrence_id)
    return Candidate(facts.id, facts.activity_id, facts.kind, facts.starts_at, 0)


def _candidate(offer: Offer) -> Candidate:
    facts = offer.occurrence
    return Candidate(
        facts.id, facts.activity_id, facts.kind, facts.starts_at, offer.travel_each_way
    )
