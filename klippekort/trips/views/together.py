"""Several citizens who go to a date together: one block, one submit, all or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts
from klippekort.citizens.forms.access import SearchForm
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Undecided
from klippekort.domain.permissions import Action
from klippekort.domain.trips import Transport
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.travel.queries import Traveller
from klippekort.trips.forms.book import MOST_HELPERS
from klippekort.trips.forms.show import LONGEST_WAY
from klippekort.trips.forms.together import LONGEST_BETWEEN, TogetherForm, together_form
from klippekort.trips.queries.companions import find_companions
from klippekort.trips.queries.joint import Joint, rider_of
from klippekort.trips.queries.offers import Offer, goal_of, span_of
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.booking import (
    ABOUT_ESCORT,
    REFUSALS,
    ask,
    choose_helpers,
    citizen_to_book,
    followed,
    found_by,
    municipality,
    offer_helpers,
    offer_ways,
    put,
    set_aside,
    way_of,
)
from klippekort.trips.views.escorts import best_escort
from klippekort.trips.views.offer_words import helper_price, offer_shown
from klippekort.trips.views.together_words import nearby, shown, together_url
from klippekort.trips.views.words import error_words

MOST_RIDERS = 8


@bp.route("/borgere/<uuid:citizen_id>/tur/<uuid:occurrence_id>/sammen", methods=["GET", "POST"])
@requires(Action.BOOK_TRIP, purpose="book_trip")
def together(citizen_id: UUID, occurrence_id: UUID) -> ResponseReturnValue:
    """Find who goes along, ask each one, and book for all of them or for none."""
    riders = [citizen_to_book(one) for one in _ids(citizen_id)]
    facts, now, form = get_occurrence_facts(occurrence_id), clock.now(), together_form(riders)
    joint = _answered(form, riders, facts, now)
    offers, refusal = joint.offers(municipality(), facts, now), None
    is_pair = len(riders) > 1
    if form.is_submitted() and form.validate() and is_pair:
        try:
            booked = url_for("trips.booked", trip_id=_book(form, joint, facts), borger=citizen_id)
            return redirect(booked, 303)
        except ABOUT_ESCORT as error:
            form.escort_id.errors = [error_words(error, local_day(now), None)]
        except Undecided as error:
            refusal = ask(form, [*error.rules, *_open_for(offers)])
        except REFUSALS as error:
            needs = tuple(need for offer in offers for need in offer.needs)
            refusal = error_words(error, local_day(now), offers[0].terms, needs=needs)
        facts = get_occurrence_facts(occurrence_id)
        offers = joint.offers(municipality(), facts, now)
    elif asks := _open_for(offers):
        refusal = ask(form, asks, is_missing=form.is_submitted())
    stands = bool(refusal) or (is_pair and any(not offer.fits for offer in offers))
    page = _page(citizen_id, form, joint, offers, refusal, stands=stands)
    return page, 422 if form.errors or (stands and form.is_submitted()) else 200


def _open_for(offers: Sequence[Offer]) -> list[str]:
    """Return what is open for any of those who ride, each rule once."""
    return list(dict.fromkeys(rule for offer in offers for rule in offer.asks))


def _page(
    citizen_id: UUID,
    form: TogetherForm,
    joint: Joint,
    offers: Sequence[Offer],
    refusal: str | None,
    *,
    stands: bool,
) -> str:
    now, occurrence_id = clock.now(), offers[0].occurrence.id
    riders = [one.citizen for one in joint.riders]
    found = _found(riders)
    saw(*(one.id for one in [*riders, *found]))
    return render_template(
        "trips/together.html",
        citizen=next(one for one in riders if one.id == citizen_id),
        form=form,
        offer=offer_shown(offers[0], local_day(now)),
        riders=shown(citizen_id, form, joint, offers),
        is_pair=len(riders) > 1,
        refusal=refusal,
        is_refused=stands,
        nearby=nearby(citizen_id, joint, offers[0], now) if stands else [],
        helper_price=helper_price(offers[0], form.helpers),
        search=SearchForm(request.args),
        text=request.args.get("q", ""),
        found=[(one, together_url(citizen_id, occurrence_id, [*riders, one])) for one in found],
        may_add=len(riders) < MOST_RIDERS,
        order=[str(one.id) for one in riders],
        counts=[
            (count, together_url(citizen_id, occurrence_id, riders, count), count == form.helpers)
            for count in range(1, MOST_HELPERS + 1)
        ],
    )


def _ids(citizen_id: UUID) -> list[UUID]:
    """Return who rides, each once, in order; whose page it is comes first unless it is said."""
    wanted = list(request.args.getlist("med", type=UUID))
    if citizen_id not in wanted:
        wanted.insert(0, citizen_id)
    return list(dict.fromkeys(wanted))[:MOST_RIDERS]


def _found(riders: Sequence[Any]) -> Sequence[Any]:
    text = request.args.get("q", "")
    return find_companions(current_actor(), text, clock.today(), [one.id for one in riders])


def _answered(
    form: TogetherForm, riders: Sequence[Any], facts: OccurrenceFacts, now: datetime
) -> Joint:
    """Answer every question that is not answered yet with the best answer there is, and return the
    trip that makes.
    """
    if not form.is_submitted():
        wanted = request.args.get("hjaelpere", 1, type=int)
        form.escorts_wanted.data = min(max(wanted, 1), MOST_HELPERS)
    home, goal = municipality(), goal_of(facts)
    travellers = [Traveller(home, one) for one in riders]
    cards = tuple(rider_of(one, facts.starts_at, now) for one in riders)
    way = _way(form, travellers, facts)
    said = form.between.data
    between = said if said is not None and 0 <= said <= LONGEST_BETWEEN else 0
    joint = Joint(cards, way, between, form.helpers, form.answers)
    first, others = riders[0], riders[1:]
    found = offer_helpers(form, *span_of(facts, joint.whole_way), first, others)
    if not form.is_submitted():
        choose_helpers(form, found)
        driver = best_escort(found, current_actor())
        drives = driver is not None and driver.has_driving_licence
        mode = _slowest(travellers, facts, drives=drives)
        way = way_of(travellers, goal, mode)
        form.transport.data = form.reckoned_for.data = mode.value
        form.travel_each_way.data = way
        joint = replace(joint, way=way)
    offer_ways(form, travellers, goal)
    return joint


def _slowest(travellers: Sequence[Traveller], facts: OccurrenceFacts, *, drives: bool) -> Transport:
    """Return the way that all can go: a walk only where each can, a lift where one needs it."""
    modes = {one.best(goal_of(facts), drives=drives).mode for one in travellers}
    for mode in (Transport.WHEELCHAIR_BUS, Transport.STAFF_CAR, Transport.TAXI, Transport.FLEX):
        if mode in modes:
            return mode
    return modes.pop()


def _way(form: TogetherForm, travellers: Sequence[Traveller], facts: OccurrenceFacts) -> int:
    goal, sent = goal_of(facts), form.travel_each_way.data
    if not form.is_submitted():
        return way_of(travellers, goal, _slowest(travellers, facts, drives=True))
    follows = followed(form, travellers, goal)
    if follows is not None:
        put(form.travel_each_way, follows)
        put(form.reckoned_for, form.transport.data)
        return follows
    return sent if sent is not None and 0 <= sent <= LONGEST_WAY else 0


def _book(form: TogetherForm, joint: Joint, facts: OccurrenceFacts) -> str:
    passengers = tuple(
        Passenger(
            rider.citizen.id,
            "said",
            joint_agreed_how="said",
            picked_up_after=joint.between * place,
            home_before=joint.between * place,
            card_id=rider.purse.card.id if rider.purse and rider.is_named else None,
            answers=form.answers,
            why=form.reason,
        )
        for place, rider in enumerate(joint.riders)
    )
    block = Block(
        passengers=passengers,
        goal=facts.id,
        transport=Transport(form.transport.data),
        out_minutes=joint.whole_way,
        home_minutes=joint.whole_way,
        escorts=form.chosen_escorts,
        escorts_wanted=form.helpers,
    )
    starts_at, _ends_at = span_of(facts, joint.whole_way)
    by = found_by(form, starts_at, clock.now())
    content = [str(block), form.escort_by.data if form.lacks_helper else None]
    return set_aside(replace(block, escort_by=by), content, form.key.data)
