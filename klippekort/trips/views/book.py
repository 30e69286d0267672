"""Booking a trip: choose, check, done. Every answer is there already, so each page is one tap."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.forms import KINDS
from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts, list_upcoming
from klippekort.activities.services import OccurrenceOver
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    DomainError,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    InsufficientMinutes,
    NoSeat,
    NoWheelchairPlace,
    Refused,
    Undecided,
)
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.schemes import Travel
from klippekort.domain.trips import Transport
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import clock_time, day, duration, kroner
from klippekort.platform.i18n import _, ngettext
from klippekort.punchcards.views.picture import in_punches, in_words
from klippekort.travel.queries import Traveller
from klippekort.trips.forms.book import WAYS, BookForm
from klippekort.trips.forms.show import LONGEST_WAY
from klippekort.trips.queries.escorts import free_escorts
from klippekort.trips.queries.offers import (
    LOOK_AHEAD,
    Offer,
    Purse,
    goal_of,
    nearest,
    offers_for,
    purse_of,
    weigh,
)
from klippekort.trips.services.booking import BookingOrder, book_trip
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.citizen import card_shown
from klippekort.trips.views.escorts import best_escort, escort_choices
from klippekort.trips.views.shown import open_trip, trip_shown
from klippekort.trips.views.words import (
    caution_words,
    error_words,
    refusal_words,
    undecided_words,
    when_words,
)

REFUSALS = (
    Refused,
    InsufficientMinutes,
    CitizenBusy,
    NoSeat,
    NoWheelchairPlace,
    OccurrenceOver,
    CardClosed,
)
SOON = timedelta(days=8)
ABOUT_ESCORT = (EscortBusy, EscortOffDuty, EscortUnable)


@dataclass(frozen=True)
class OfferShown:
    """A date one could go to, in words; `reason` says why it does not fit, None when it does."""

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


def offer_shown(offer: Offer, today: date) -> OfferShown:
    """Return an offer in words."""
    facts, on = offer.occurrence, local_day(offer.starts_at)
    time = duration(offer.minutes)
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
        cost=in_words(offer.minutes, offer.terms) if offer.terms else time,
        price=_price(facts.price_oere),
        seats=str(left),
        has_wheelchair_place=facts.wheelchairs_left > 0,
        reason=None if offer.fits else _reason(offer, today),
    )


def _price(oere: int) -> str:
    return kroner(oere) if oere else str(_("Free"))


def _reason(offer: Offer, today: date) -> str:
    return refusal_words(
        offer.refusal or "",
        today,
        offer.terms,
        earliest=offer.earliest,
        lacks=offer.lacks,
        on=local_day(offer.starts_at),
    )


def _by_day(offers: list[OfferShown]) -> list[tuple[str, list[OfferShown]]]:
    return [(name, list(found)) for name, found in groupby(offers, key=lambda one: one.day)]


def _citizen(citizen_id: UUID) -> Any:
    """Return the citizen if the one who asks may book for her. Raises NotFound, Forbidden."""
    person = get_citizen(citizen_id)
    authorise(current_actor(), Action.BOOK_TRIP, reach(person, clock.today()))
    return person


def _municipality() -> Any:
    return get_municipality(current_actor().municipality_id)


@bp.get("/borgere/<uuid:citizen_id>/tur")
@requires(Action.BOOK_TRIP, purpose="book_trip")
def book(citizen_id: UUID) -> ResponseReturnValue:
    """Show what a citizen could go to, what fits first."""
    person, now = _citizen(citizen_id), clock.now()
    saw(citizen_id)
    kind = request.args.get("slags", "")
    offers = offers_for(_municipality(), person, now, kinds=[kind] if kind in KINDS else None)
    there = {kind, *(facts.kind for facts in list_upcoming(now, now + LOOK_AHEAD))}
    shown = [offer_shown(offer, local_day(now)) for offer in offers]
    fitting = [one for one in shown if one.reason is None]
    soon = local_day(now) + SOON
    return render_template(
        "trips/book.html",
        citizen=person,
        card=card_shown(person, now),
        fitting=_by_day([one for one in fitting if one.on < soon]),
        later=_by_day([one for one in fitting if one.on >= soon]),
        others=[one for one in shown if one.reason is not None],
        kinds={code: word for code, word in KINDS.items() if code in there},
        kind=kind,
    )


@bp.route("/borgere/<uuid:citizen_id>/tur/<uuid:occurrence_id>", methods=["GET", "POST"])
@requires(Action.BOOK_TRIP, purpose="book_trip")
def check(citizen_id: UUID, occurrence_id: UUID) -> ResponseReturnValue:
    """Show one trip with all it costs; a refused booking says why and what would fit."""
    person, form = _citizen(citizen_id), BookForm()
    facts = get_occurrence_facts(occurrence_id)
    offer, purse = _weighed(person, facts, form)
    _fill(form, person, offer)
    refusal = None
    if form.is_submitted() and form.validate():
        try:
            return redirect(url_for("trips.booked", trip_id=_book(form, citizen_id, facts)), 303)
        except ABOUT_ESCORT as error:
            form.escort_id.errors = [_said(error, offer)]
        except Undecided as error:
            refusal = _asked(form, error.rule)
        except REFUSALS as error:
            refusal = _said(error, offer)
        offer, purse = _weighed(person, get_occurrence_facts(occurrence_id), form)
    elif offer.asks is not None:
        refusal = _asked(form, offer.asks, is_missing=form.is_submitted())
    saw(citizen_id)
    page = _check_page(person, offer, purse, form, refusal)
    return page, 422 if form.errors or refusal else 200


def _asked(form: BookForm, rule: str, *, is_missing: bool = True) -> str | None:
    """Ask about a rule at the form; where only a coordinator can answer, return that."""
    if not form.ask(rule):
        return undecided_words(rule)
    if is_missing:
        form.answer.errors = [_("The municipality has not decided this. You decide.")]
    return None


def _said(error: DomainError, offer: Offer) -> str:
    return error_words(error, clock.today(), offer.terms, local_day(offer.starts_at))


def _weighed(person: Any, facts: OccurrenceFacts, form: BookForm) -> tuple[Offer, Purse | None]:
    """Return the trip with the way there that was sent, was asked for, or is the municipality's,
    and what the citizen has to pay it with.
    """
    now = clock.now()
    asked = form.travel_each_way.data if form.is_submitted() else request.args.get("vej", type=int)
    each_way = asked if asked is not None and 0 <= asked <= LONGEST_WAY else None
    purse = purse_of(person, now)
    offer = weigh(
        _municipality(), person, purse, facts, now, each_way=each_way, answers=form.answers
    )
    return offer, purse


def _fill(form: BookForm, person: Any, offer: Offer) -> None:
    """Offer the helpers who are free, and answer every question with the best answer there is."""
    actor = current_actor()
    found = free_escorts(offer.starts_at, offer.ends_at, person)
    form.escort_id.choices = escort_choices(found, actor, form.escort_id.data)
    if form.is_submitted():
        return
    best = best_escort(found, actor)
    form.escort_id.data = str(best.id) if best else ""
    drives = best is not None and best.has_driving_licence
    form.transport.data = _best_way(person, offer, drives=drives)
    form.travel_each_way.data = offer.travel_each_way


def _best_way(person: Any, offer: Offer, *, drives: bool) -> str:
    best = Traveller(_municipality(), person).best(goal_of(offer.occurrence), drives=drives)
    return best.mode.value


def _book(form: BookForm, citizen_id: UUID, facts: OccurrenceFacts) -> str:
    order = BookingOrder(
        citizen_id,
        facts.id,
        Transport(form.transport.data),
        form.travel_each_way.data or 0,
        form.chosen_escort,
        agreed_how="said",
        answers=form.answers,
    )
    trip_id = execute(
        book_trip,
        current_actor(),
        order,
        now=clock.now(),
        key=form.key.data,
        content=[
            citizen_id,
            facts.id,
            form.transport.data,
            form.escort_id.data,
            sorted(form.answers.items()),
        ],
    )
    return str(trip_id)


def _check_page(
    person: Any, offer: Offer, purse: Purse | None, form: BookForm, refusal: str | None
) -> str:
    now = clock.now()
    today, shown = local_day(now), offer_shown(offer, local_day(now))
    refusal = refusal or shown.reason
    nearby = nearest(offers_for(_municipality(), person, now), offer.starts_at) if refusal else []
    ways = sorted({*WAYS, offer.travel_each_way})
    own = current_actor().person_id
    return render_template(
        "trips/check.html",
        citizen=person,
        form=form,
        offer=shown,
        each_way=offer.travel_each_way,
        ways=[(minutes, minutes == offer.travel_each_way) for minutes in ways],
        helper_price=_helper_price(offer),
        way_is_free=offer.terms is not None and offer.terms.charging.travel is Travel.FREE,
        left=_left(purse, offer, now),
        is_busy=own is not None and str(own) not in form.escort_id.choices,
        cautions=caution_words(offer.cautions, offer.terms, offer.occurrence.kind),
        refusal=refusal,
        nearby=[offer_shown(found, today) for found in nearby],
    )


def _helper_price(offer: Offer) -> str:
    """Return what the helper's own way in costs, and who pays it where the scheme says so."""
    oere = offer.occurrence.helper_price_oere
    if not oere:
        return str(_("Free"))
    payer = offer.terms.money.helper.ticket if offer.terms else ""
    if payer == "citizen":
        return str(_("%(price)s, which the citizen pays", price=kroner(oere)))
    if payer == "municipality":
        return str(_("%(price)s, which the municipality pays", price=kroner(oere)))
    return kroner(oere)


def _left(purse: Purse | None, offer: Offer, now: datetime) -> str | None:
    """Return what the card holds once the trip is booked, or None when it cannot be."""
    if purse is None or offer.terms is None or not offer.fits:
        return None
    free, waits = purse.after(offer.minutes, local_day(offer.starts_at), local_day(now))
    said = in_words(free, offer.terms)
    if not waits:
        return said
    coming = in_punches(waits, offer.terms)
    both = _("%(left)s. %(coming)s of the trip comes before the day.", left=said, coming=coming)
    return str(both)


@bp.get("/ture/<uuid:trip_id>/booket")
@requires(Action.SEE_TRIPS, purpose="book_trip")
def booked(trip_id: UUID) -> ResponseReturnValue:
    """Say that the trip is booked, what is left, and what comes next."""
    row, person = open_trip(trip_id, Action.SEE_TRIPS)
    now = clock.now()
    saw(person.id)
    return render_template(
        "trips/booked.html",
        trip=trip_shown(row, current_actor(), now, local_day(now)),
        citizen=person,
        card=card_shown(person, now),
    )
