"""What scripts on a tablet ask: take this intent, and which pages are the day's."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import uuid4

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.sessions import end_of_session
from klippekort.accounts.views.blueprint import current_login
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Actor, may
from klippekort.domain.trips import ACTIVE
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.away import cannot_be_had
from klippekort.platform.execute import Busy, KeyReused, execute
from klippekort.platform.i18n import _
from klippekort.platform.web import without_token
from klippekort.tablet.forms.intents import Malformed, read_intent
from klippekort.tablet.queries.intents import find_intent
from klippekort.tablet.services.deeds import Said
from klippekort.tablet.services.intents import take_intent
from klippekort.tablet.views.blueprint import bp
from klippekort.tablet.views.words import outcome_words, url_of
from klippekort.trips.queries.trips import TripRow, cancelled_of_day, trips_of_day

LARGEST_INTENT = 16 * 1024  # bytes; a note of the longest is about a third
SOON_SECONDS = 3

log = logging.getLogger(__name__)
View = Callable[[], ResponseReturnValue]


def always_json(view: View) -> View:
    """Answer in JSON whatever happens: the tablet keeps what it sent until it is understood."""

    @wraps(view)
    def answered() -> ResponseReturnValue:
        try:
            return view()
        except Exception as error:
            if isinstance(error, Busy) or cannot_be_had(error):
                response, _status = _said({"error": "busy"}, 503)
                response.headers["Retry-After"] = str(SOON_SECONDS)
                return response, 503
            # The reference is what a person reads out; the log has the rest.
            reference = uuid4().hex[:8]
            log.error("unexpected %s at %s", reference, request.endpoint, exc_info=error)
            return _said({"error": "unexpected", "reference": reference}, 500)

    return answered


def _said(answer: dict[str, Any], status: int = 200) -> tuple[Response, int]:
    response = jsonify(answer)
    response.cache_control.no_store = True
    return response, status


def _malformed(error: str, words: str) -> tuple[Response, int]:
    return _said({"error": error, "words": words}, 422)


@bp.post("/tablet/hensigter")
@without_token
@requires(Action.USE_TABLET, while_shown=True, is_json=True)
@always_json
def take() -> ResponseReturnValue:
    """Take one intent, once, and tell what became of it.

    The headers stand in for the form's token: no other site's page can send them.
    """
    actor = current_actor()
    is_foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if is_foreign or request.headers.get("X-Account") != str(actor.account_id):
        return _said({"error": "log_in"}, 401)
    try:
        said = read_intent(_sent(), request.headers.get("Idempotency-Key"))
    except Malformed:
        return _malformed("malformed", str(_("The tablet sent something we cannot read.")))
    is_on_screen = request.headers.get("X-On-Screen") == "1"
    return _take(actor, replace(said, is_on_screen=is_on_screen))


def _sent() -> Any:
    """Return the JSON that was sent. Raises Malformed for anything else, or for too much of it."""
    size = request.content_length
    if size is None or size > LARGEST_INTENT or not request.is_json:
        raise Malformed
    try:
        return json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError) as error:
        raise Malformed from error


def _take(actor: Actor, said: Said) -> ResponseReturnValue:
    try:
        answer = execute(
            take_intent,
            actor,
            said,
            now=clock.now(),
            key=str(said.id),
            content=said.content(actor.account_id),
        )
    except KeyReused:
        if find_intent(said.id) is not None:
            return _malformed("key_reused", str(_("The tablet sent two things as one.")))
        # A form and the tablet share one key: the page itself has done it already.
        trip = str(said.trip_id) if said.trip_id else None
        answer = {"id": str(said.id), "kind": said.kind, "outcome": "done", "trip_id": trip}
        answer["needs_person"] = False
    told = {"id": answer["id"], "outcome": answer["outcome"]}
    return _said({**told, "words": outcome_words(answer), "url": url_of(answer)})


@bp.get("/tablet/dagen")
@requires(Action.USE_TABLET, is_json=True)
@always_json
def day() -> ResponseReturnValue:
    """Say which pages a tablet keeps for whoever is logged in, and until when.

    `marks` are in the order of `urls`: a page whose mark is another than before has changed.
    """
    login, now = current_login(), clock.now()
    actor, until = login.actor, end_of_session(login.session_hash)
    pages = _pages(actor, _trips(actor, local_day(now)))
    return _said(
        {
            "until": (until or now).isoformat(),
            "account": str(actor.account_id),
            "urls": list(pages),
            "marks": list(pages.values()),
        }
    )


def _trips(actor: Actor, on: date) -> list[TripRow]:
    """Return the trips of the day that Today shows; those that are over, or not made, last."""
    if actor.person_id is None:
        return []
    rows = trips_of_day(actor.person_id, on)
    rows.sort(key=lambda row: row.state not in ACTIVE)
    return [*rows, *cancelled_of_day(actor.person_id, on)]


def _pages(actor: Actor, trips: list[TripRow]) -> dict[str, str]:
    """Return the day's pages with their marks, Today first, then trip by trip."""
    shows: dict[str, list[str]] = {url_for("trips.today"): []}
    if may(actor, Action.NOTE_SIGNS):
        shows[url_for("outreach.notice_any")] = []
    for trip in trips:
        for url in (url_for("trips.today"), *_urls(actor, trip)):
            shows.setdefault(url, []).append(f"{trip.trip_id} {trip.state} {trip.version}")
    return {url: sha256(str(said).encode()).hexdigest()[:8] for url, said in shows.items()}


def _urls(actor: Actor, trip: TripRow) -> list[str]:
    """Return the pages of a trip and of who rides it; one that is over has no forms that end it."""
    is_over = trip.state not in ACTIVE
    pages = ["trips.trip"]
    if may(actor, Action.KEEP_TRIP):
        pages += ["trips.note"] if is_over else ["trips.finish", "trips.incident", "trips.note"]
    if may(actor, Action.CANCEL_TRIP) and not is_over:
        pages.append("trips.cancel")
    urls = [url_for(page, trip_id=trip.trip_id) for page in pages]
    urls.append(url_for("trips.citizen", citizen_id=trip.citizen_id))
    if may(actor, Action.NOTE_SIGNS):
        urls.append(url_for("outreach.notice", citizen_id=trip.citizen_id))
    if may(actor, Action.BOOK_TRIP):
        urls.append(url_for("trips.book", citizen_id=trip.citizen_id))
    return [*urls, url_for("punchcards.statement", card_id=trip.card_id)] if trip.card_id else urls
