"""The citizen's own yes or no to a trip that is held for her."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.proxies import Purpose
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import current_terms, get_card
from klippekort.punchcards.views.visiting import Visit, own_route
from klippekort.trips.queries.trips import TripRow, get_trip
from klippekort.trips.views.offer_words import cost_words
from klippekort.trips.views.seen_by_citizen import trip_seen
from klippekort.waiting.queries.offers import OfferRow, get_offer
from klippekort.waiting.services import answers
from klippekort.waiting.services.errors import OfferOver
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.words import own_over_words, until_words


def _own(visit: Visit, offer_id: UUID) -> OfferRow:
    """Return one of her offers. Another's is not found."""
    row = get_offer(offer_id)
    if row.citizen.id != visit.citizen_id:
        raise NotFound
    return row


@own_route(bp, "/tilbud/<uuid:offer_id>")
def own_offer(visit: Visit, offer_id: UUID) -> ResponseReturnValue:
    """Show a citizen a trip that is held for her; without her PIN first, her page asks for it."""
    row, now, today = _own(visit, offer_id), clock.now(), clock.today()
    if not row.is_open or row.offer.answer_by <= now:
        flash(own_over_words(OfferOver("lapsed" if row.is_open else row.offer.state)), "warning")
        return redirect(visit.home, 303)
    trip = get_trip(row.trip.id, row.citizen.id)
    return render_template(
        "waiting/own_offer.html",
        trip=trip_seen(trip, today),
        cost=_cost(trip),
        until=until_words(row.offer.answer_by, today),
        answer_urls={
            answer: visit.url("waiting.answer_own_offer", offer_id=offer_id, answer=answer)
            for answer in _ANSWERS
        },
        key=KeyedForm(formdata=None).key.data,
    )


_YES, _NO = "ja", "nej"
_ANSWERS = {_YES: answers.accept_offer, _NO: answers.decline_offer}


def _cost(trip: TripRow) -> str | None:
    """Return what the trip takes from her card, or None where no card pays."""
    if trip.card_id is None:
        return None
    terms = current_terms(get_card(trip.card_id), local_day(trip.starts_at))
    return cost_words(trip.planned_minutes, terms)


@own_route(
    bp,
    "/tilbud/<uuid:offer_id>/<any(ja,nej):answer>",
    needs=Purpose.BOOK,
    methods=("POST",),
)
def answer_own_offer(visit: Visit, offer_id: UUID, answer: str) -> ResponseReturnValue:
    """Take a citizen's own answer: yes books the trip, no lets the next in turn be asked."""
    form, home = KeyedForm(), redirect(visit.home, 303)
    _own(visit, offer_id)
    if not form.validate_on_submit():
        return home
    said: dict[str, Any] = {"agreed_how": "own_page"} if answer == _YES else {}
    try:
        execute(
            _ANSWERS[answer],
            visit.actor,
            offer_id,
            **said,
            now=clock.now(),
            key=form.key.data,
            content=[offer_id, answer],
        )
    except OfferOver as over:
        flash(own_over_words(over), "warning")
        return home
    if answer == _YES:
        flash(_("Good. The trip is booked, and you find it here."), "success")
    else:
        flash(_("Thank you for your answer. You keep your time."), "success")
    return home
