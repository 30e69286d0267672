"""Booking a trip begins and ends here: what a citizen could go to, and that it is booked."""

from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.activities.forms import KINDS
from klippekort.activities.queries import kinds_upcoming
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import day
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import get_card
from klippekort.trips.queries.offers import LOOK_AHEAD, offers_for, purse_of, reckoned_of
from klippekort.trips.queries.trips import TripRow, events_of, rows_of
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.booking import citizen_to_book, municipality
from klippekort.trips.views.citizen import card_shown
from klippekort.trips.views.company_words import staff_words
from klippekort.trips.views.offer_words import OfferShown, offer_shown
from klippekort.trips.views.shown import open_trip, trip_shown
from klippekort.trips.views.trip import undo_shown

SOON = timedelta(days=8)


def _by_day(offers: list[OfferShown]) -> list[tuple[str, list[OfferShown]]]:
    return [(name, list(found)) for name, found in groupby(offers, key=lambda one: one.day)]


@bp.get("/borgere/<uuid:citizen_id>/tur")
@requires(Action.BOOK_TRIP, purpose="book_trip")
def book(citizen_id: UUID) -> ResponseReturnValue:
    """Show what a citizen could go to, what fits first; without a card, on her own way."""
    person, now = citizen_to_book(citizen_id), clock.now()
    saw(citizen_id)
    kind = request.args.get("slags", "")
    purse = purse_of(person, now)
    kinds = [kind] if kind in KINDS else None
    offers = offers_for(municipality(), person, now, kinds=kinds, purse=purse)
    there = {kind, *kinds_upcoming(now, now + LOOK_AHEAD)}
    card = card_shown(person, now, purse)
    shown = [offer_shown(offer, local_day(now)) for offer in offers]
    fitting = [one for one in shown if one.reason is None or (card is None and one.is_own_way)]
    chosen = {one.occurrence_id for one in fitting}
    soon = local_day(now) + SOON
    return render_template(
        "trips/book.html",
        citizen=person,
        card=card,
        fitting=_by_day([one for one in fitting if one.on < soon]),
        later=_by_day([one for one in fitting if one.on >= soon]),
        others=[one for one in shown if one.occurrence_id not in chosen],
        kinds={code: word for code, word in KINDS.items() if code in there},
        kind=kind,
    )


@bp.get("/ture/<uuid:trip_id>/booket")
@requires(Action.SEE_TRIPS, purpose="book_trip")
def booked(trip_id: UUID) -> ResponseReturnValue:
    """Say that the trip is booked, what will happen, what is left, and how it is undone."""
    row, person = open_trip(trip_id, Action.SEE_TRIPS, request.args.get("borger", type=UUID))
    now, riders = clock.now(), rows_of(trip_id)
    paying = reckoned_of(person, now, get_card(row.card_id)) if row.card_id else None
    saw(*(one.citizen_id for one in riders))
    return render_template(
        "trips/booked.html",
        trip=trip_shown(row, current_actor(), now, local_day(now)),
        citizen=person,
        card=card_shown(person, now, paying) if paying else None,
        own_way=staff_words(row.company),
        others=[one for one in riders if one.citizen_id != person.id],
        told=_told(row, person.first_name, local_day(now)),
        undo=undo_shown(row, events_of(trip_id), now),
    )


def _told(row: TripRow, name: str, today: date) -> str | None:
    """Return what is still to be told about who comes along, or None when all is known."""
    if not row.lacks_escort:
        return None
    if row.escort_by is None:
        return str(_("The planner finds a helper before the day."))
    by = day(row.escort_by, today)
    return str(_("We tell %(name)s who comes by %(day)s.", name=name, day=by))
