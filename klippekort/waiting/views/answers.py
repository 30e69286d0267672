"""Offers that wait for an answer: the list to ring from, and yes, no or another day."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.queries import phone_of, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.schemes import Payer
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.trips.queries.offers import Offer, nearest
from klippekort.trips.queries.trips import TripRow, get_trip
from klippekort.trips.views.costs import minutes_words, terms_of
from klippekort.trips.views.offer_words import price_words
from klippekort.waiting.queries.fitting import as_seen, of_activity
from klippekort.waiting.queries.offers import OfferRow, get_offer, open_offers
from klippekort.waiting.services import answers
from klippekort.waiting.services.errors import OfferOver
from klippekort.waiting.services.holding import CANNOT
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.shown import DateShown, date_shown, offer_shown
from klippekort.waiting.views.words import cannot_words, over_words

OTHER_DAYS = 3


@bp.get("/tilbud")
@requires(Action.ANSWER_OFFER, purpose="answer_offer")
def offers() -> ResponseReturnValue:
    """Show who is to be asked about what, the soonest answer first."""
    now = clock.now()
    rows = open_offers(current_actor(), local_day(now))
    saw(*{row.citizen.id for row in rows})
    return render_template(
        "waiting/offers.html",
        offers=[(offer_shown(row, now), phone_of(row.citizen), str(uuid4())) for row in rows],
    )


def _open(offer_id: UUID) -> OfferRow:
    """Return an offer if the one who asks may answer it. Raises NotFound, Forbidden."""
    row = get_offer(offer_id)
    authorise(current_actor(), Action.ANSWER_OFFER, reach(row.citizen, clock.today()))
    return row


@bp.get("/tilbud/<uuid:offer_id>")
@requires(Action.ANSWER_OFFER, purpose="answer_offer")
def offer(offer_id: UUID) -> ResponseReturnValue:
    """Show one offer with its answers, or what became of it."""
    row, now = _open(offer_id), clock.now()
    saw(row.citizen.id)
    is_over = row.is_open and row.offer.answer_by <= now
    trip = get_trip(row.trip.id, row.citizen.id)
    return render_template(
        "waiting/offer.html",
        offer=offer_shown(row, now),
        cost=minutes_words(trip.planned_minutes, terms_of(trip)),
        price=_price(trip),
        phone_number=phone_of(row.citizen),
        over=None
        if row.is_open and not is_over
        else over_words(OfferOver("lapsed" if is_over else row.offer.state)),
        key=str(uuid4()),
    )


def _price(trip: TripRow) -> str | None:
    """Return what the citizen's way in costs, in money; None to a place of her own choice."""
    if trip.occurrence_id is None:
        return None
    oere, terms = get_occurrence_facts(trip.occurrence_id).price_oere, terms_of(trip)
    payer = terms.money.citizen.ticket if terms else ""
    return price_words(oere, "" if payer == Payer.CITIZEN else payer)


def _answer(
    offer_id: UUID, service: Callable[..., str], said: Callable[[OfferRow], str], *rest: Any
) -> ResponseReturnValue:
    """Give an answer and say what came of it; one that comes too late is told so."""
    row, form = _open(offer_id), KeyedForm()
    here = redirect(url_for("waiting.offer", offer_id=offer_id), 303)
    if not form.validate_on_submit():
        return here
    try:
        execute(
            service,
            current_actor(),
            offer_id,
            *rest,
            now=clock.now(),
            key=form.key.data,
            content=[offer_id, *rest],
        )
    except OfferOver as over:
        flash(over_words(over), "warning")
        return here
    except CANNOT as refusal:
        flash(cannot_words(refusal, clock.today(), _seen(row, *rest)), "warning")
        return redirect(url_for("waiting.other_day", offer_id=offer_id), 303)
    flash(said(row), "success")
    return redirect(url_for("trips.citizen", citizen_id=row.citizen.id), 303)


def _seen(row: OfferRow, occurrence_id: UUID | None = None) -> Offer | None:
    """Return the date that was to be booked as the card sees it; None to a place of one's own."""
    wanted = occurrence_id or row.trip.occurrence_id
    return as_seen(row.citizen, wanted, clock.now()) if wanted else None


@bp.post("/tilbud/<uuid:offer_id>/ja")
@requires(Action.ANSWER_OFFER)
def accept(offer_id: UUID) -> ResponseReturnValue:
    """Take the citizen's yes: the trip is booked."""
    return _answer(offer_id, answers.accept_offer, _booked)


@bp.post("/tilbud/<uuid:offer_id>/nej")
@requires(Action.ANSWER_OFFER)
def decline(offer_id: UUID) -> ResponseReturnValue:
    """Take the citizen's no: the next in line is asked."""
    return _answer(
        offer_id,
        answers.decline_offer,
        lambda row: str(_("%(name)s said no. Nothing is booked.", name=row.citizen.first_name)),
    )


@bp.get("/tilbud/<uuid:offer_id>/anden-dag")
@requires(Action.ANSWER_OFFER, purpose="answer_offer")
def other_day(offer_id: UUID) -> ResponseReturnValue:
    """Show the three nearest dates that fit instead."""
    row, now = _open(offer_id), clock.now()
    if not row.is_open or row.activity_id is None:
        return redirect(url_for("waiting.offer", offer_id=offer_id), 303)
    saw(row.citizen.id)
    return render_template(
        "waiting/other_day.html",
        offer=offer_shown(row, now),
        dates=[(date, str(uuid4())) for date in _other_days(row)],
    )


def _other_days(row: OfferRow) -> list[DateShown]:
    now = clock.now()
    if row.activity_id is None:
        return []
    fitting = of_activity(row.citizen, row.activity_id, now)
    others = [date for date in fitting if date.occurrence.id != row.trip.occurrence_id]
    found = nearest(others, row.trip.starts_at, OTHER_DAYS)
    return [date_shown(date, local_day(now)) for date in found]


@bp.post("/tilbud/<uuid:offer_id>/anden-dag/<uuid:occurrence_id>")
@requires(Action.ANSWER_OFFER)
def take_other_day(offer_id: UUID, occurrence_id: UUID) -> ResponseReturnValue:
    """Book another day than the one that was held."""
    return _answer(offer_id, answers.accept_other_day, _booked, occurrence_id)


def _booked(row: OfferRow) -> str:
    return str(_("The trip is booked for %(name)s.", name=row.citizen.first_name))
