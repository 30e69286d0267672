"""The citizen's own yes or no to a trip that is held for her."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform import clock
from klippekort.platform.auth import public, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import current_terms, get_card
from klippekort.punchcards.services.card_keys import as_citizen
from klippekort.trips.queries.trips import TripRow, get_trip
from klippekort.trips.views.offer_words import cost_words
from klippekort.trips.views.own_page import find_opened
from klippekort.trips.views.seen_by_citizen import trip_seen
from klippekort.waiting.queries.offers import OfferRow, get_offer
from klippekort.waiting.services import answers
from klippekort.waiting.services.errors import OfferOver
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.words import own_over_words, until_words


def _own(slug: str, token: str, offer_id: UUID) -> tuple[Any, OfferRow | None]:
    """Return whose page is open, or None, and her offer. Another's is not found."""
    key = find_opened(slug, token)
    if key is None:
        return None, None
    row = get_offer(offer_id)
    if row.citizen.id != key.citizen_id:
        raise NotFound
    return key, row


def _home(slug: str, token: str) -> ResponseReturnValue:
    return redirect(url_for("trips.own_page", slug=slug, token=token), 303)


@bp.get("/kort/<slug>/<token>/tilbud/<uuid:offer_id>")
@public
def own_offer(slug: str, token: str, offer_id: UUID) -> ResponseReturnValue:
    """Show a citizen a trip that is held for her; without her PIN first, her page asks for it."""
    _key, row = _own(slug, token, offer_id)
    if row is None:
        return _home(slug, token)
    now, today = clock.now(), clock.today()
    if not row.is_open or row.offer.answer_by <= now:
        flash(own_over_words(OfferOver("lapsed" if row.is_open else row.offer.state)), "warning")
        return _home(slug, token)
    saw(row.citizen.id, purpose="own_page")
    trip = get_trip(row.trip.id, row.citizen.id)
    return render_template(
        "waiting/own_offer.html",
        trip=trip_seen(trip, today),
        cost=_cost(trip),
        until=until_words(row.offer.answer_by, today),
        municipality=find_by_slug(slug),
        answer_urls={
            answer: url_for(
                "waiting.answer_own_offer",
                slug=slug,
                token=token,
                offer_id=offer_id,
                answer=answer,
            )
            for answer in _ANSWERS
        },
        home=url_for("trips.own_page", slug=slug, token=token),
        key=KeyedForm().key.data,
    )


_YES, _NO = "ja", "nej"
_ANSWERS = {_YES: answers.accept_offer, _NO: answers.decline_offer}


def _cost(trip: TripRow) -> str | None:
    """Return what the trip takes from her card, or None where no card pays."""
    if trip.card_id is None:
        return None
    terms = current_terms(get_card(trip.card_id), local_day(trip.starts_at))
    return cost_words(trip.planned_minutes, terms)


@bp.post("/kort/<slug>/<token>/tilbud/<uuid:offer_id>/<any(ja,nej):answer>")
@public
def answer_own_offer(slug: str, token: str, offer_id: UUID, answer: str) -> ResponseReturnValue:
    """Take a citizen's own answer: yes books the trip, no lets the next in turn be asked."""
    key, row = _own(slug, token, offer_id)
    form = KeyedForm()
    if row is None or not form.validate_on_submit():
        return _home(slug, token)
    said: dict[str, Any] = {"agreed_how": "own_page"} if answer == _YES else {}
    try:
        execute(
            _ANSWERS[answer],
            as_citizen(key),
            offer_id,
            **said,
            now=clock.now(),
            key=form.key.data,
            content=[offer_id, answer],
        )
    except OfferOver as over:
        flash(own_over_words(over), "warning")
        return _home(slug, token)
    if answer == _YES:
        flash(_("Good. The trip is booked, and you find it here."), "success")
    else:
        flash(_("Thank you for your answer. You keep your time."), "success")
    return _home(slug, token)
