"""A seat on one's own way: no helper of ours, no minutes, the same seat and the same host."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import absences_of
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.domain.trips import Company, Transport
from klippekort.platform import clock
from klippekort.platform.auth import requires, saw
from klippekort.punchcards.queries.cards import find_open_card
from klippekort.travel.queries import Traveller
from klippekort.trips.forms.book import COMPANY, OwnWayForm
from klippekort.trips.queries.offers import Offer, diary_of, goal_of, offers_for, weigh
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.booking import (
    REFUSALS,
    away_by,
    citizen_to_book,
    municipality,
    set_aside,
)
from klippekort.trips.views.offer_words import OfferShown, offer_shown
from klippekort.trips.views.words import error_words, refusal_words

MOST_NEARBY = 3


@bp.route("/borgere/<uuid:citizen_id>/tur/<uuid:occurrence_id>/selv", methods=["GET", "POST"])
@requires(Action.BOOK_TRIP, purpose="book_trip")
def own_way(citizen_id: UUID, occurrence_id: UUID) -> ResponseReturnValue:
    """Book a seat for a citizen who goes without a helper of ours; her yes is kept."""
    person, form = citizen_to_book(citizen_id), OwnWayForm()
    if not form.is_submitted() and request.args.get("selskab") in COMPANY:
        form.company.data = request.args["selskab"]
    offer, transport = _offer(person, occurrence_id, form.company.data or "")
    refusal = None
    if form.validate_on_submit():
        try:
            trip_id = _book(form, offer, person, transport)
            return redirect(url_for("trips.booked", trip_id=trip_id), 303)
        except REFUSALS as error:
            refusal = error_words(error, clock.today(), None)
    elif offer.barrier is not None:
        refusal = refusal_words(offer.barrier, clock.today())
    saw(citizen_id)
    absences = [] if refusal else absences_of(person.id)
    page = render_template(
        "trips/own_way.html",
        citizen=person,
        form=form,
        offer=offer_shown(offer, local_day(clock.now())),
        away=away_by(person, absences, local_day(offer.starts_at)),
        refusal=refusal,
        nearby=_nearby(person, offer) if refusal else [],
        has_card=find_open_card(person.id) is not None,
    )
    return page, 422 if form.errors or refusal else 200


def _nearby(person: Any, wanted: Offer) -> list[OfferShown]:
    """Return the nearest dates with a seat for her: no card is asked, so only the seat counts."""
    now = clock.now()
    found = [
        one
        for one in offers_for(municipality(), person, now)
        if one.barrier is None and one.occurrence.id != wanted.occurrence.id
    ]
    nearest = sorted(found, key=lambda one: abs(one.starts_at - wanted.starts_at))
    return [offer_shown(one, local_day(now)) for one in nearest[:MOST_NEARBY]]


def _offer(person: Any, occurrence_id: UUID, company: str) -> tuple[Offer, Transport]:
    """Return the date as it is without a card, and how she goes there."""
    facts, now = get_occurrence_facts(occurrence_id), clock.now()
    goal, traveller = goal_of(facts), Traveller(municipality(), person)
    if company == Company.FLEX:
        transport = Transport.FLEX
    elif company == Company.ALONE:
        transport = traveller.best(goal, drives=False).mode
    else:
        transport = Transport.UNKNOWN
    each_way = traveller.leg(goal, transport).minutes
    diary = diary_of(person, now)
    offer = weigh(municipality(), person, None, facts, now, each_way=each_way, diary=diary)
    return offer, transport


def _book(form: OwnWayForm, offer: Offer, person: Any, transport: Transport) -> str:
    block = Block(
        passengers=(Passenger(person.id, form.agreed_how.data),),
        goal=offer.occurrence.id,
        transport=transport,
        out_minutes=offer.travel_each_way,
        home_minutes=offer.travel_each_way,
        escorts_wanted=0,
        company=Company(form.company.data),
    )
    return set_aside(block, [str(block)], form.key.data)
