"""The citizen's own page, opened by the printed card and a PIN. It is all a citizen ever needs."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import local_day
from klippekort.groups.queries.members import own_groups
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform import clock, events
from klippekort.platform.auth import public, saw
from klippekort.platform.i18n import _, ngettext
from klippekort.platform.tenancy import set_municipality
from klippekort.punchcards.queries import card_keys as queries
from klippekort.punchcards.queries.card_keys import MOST_TRIES, KeyState
from klippekort.punchcards.services import card_keys as services
from klippekort.punchcards.services.card_keys import PAGE_STAYS_OPEN, Outcome
from klippekort.trips.forms.own_page import OwnPinForm
from klippekort.trips.queries.trips import get_trip, next_trips
from klippekort.trips.services.events import HeldForCitizen
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.seen_by_citizen import card_seen, trip_seen

COOKIE, COOKIE_PATH = "card", "/kort"


def _enter(slug: str) -> Any:
    """Show this request the rows of the municipality in the address, and return it or None."""
    municipality = find_by_slug(slug)
    set_municipality(municipality.id if municipality else None)
    return municipality


def _here(slug: str, token: str) -> str:
    return url_for("trips.own_page", slug=slug, token=token)


def find_opened(slug: str, token: str) -> Any:
    """Return the key of a card whose page is open in this browser, or None. The rest of the request
    sees its municipality, and is the citizen's own look.
    """
    key = queries.find_key(token) if _enter(slug) else None
    if key is None or not queries.is_open(key, request.cookies.get(COOKIE, ""), clock.now()):
        return None
    g.card_actor = services.as_citizen(key)
    return key


def _sorry(state: KeyState, municipality: Any, status: int) -> ResponseReturnValue:
    page = render_template("trips/own_sorry.html", state=state, municipality=municipality)
    return page, status


@bp.get("/kort/<slug>/<token>")
@public
def own_page(slug: str, token: str) -> ResponseReturnValue:
    """Show a citizen her card, or ask for her PIN first."""
    municipality = _enter(slug)
    key = queries.find_key(token) if municipality else None
    if key is None:
        return _sorry(KeyState.NONE, municipality, 404)
    state = queries.state_of(key)
    if state is KeyState.KILLED:
        return _sorry(state, municipality, 410)
    if queries.is_open(key, request.cookies.get(COOKIE, ""), clock.now()):
        return _open_page(key, municipality, token)
    if state is KeyState.LOCKED:
        return _sorry(state, municipality, 200)
    return render_template("trips/own_pin.html", form=OwnPinForm(), municipality=municipality)


def _open_page(key: Any, municipality: Any, token: str) -> ResponseReturnValue:
    now = clock.now()
    citizen = get_citizen(key.citizen_id)
    g.card_actor = services.as_citizen(key)
    saw(citizen.id, purpose="own_page")
    ahead = next_trips(citizen.id, now, limit=1)
    held = events.ask(HeldForCitizen(citizen.id, now))
    return render_template(
        "trips/own_page.html",
        citizen=citizen,
        card=card_seen(citizen, now),
        trip=trip_seen(ahead[0], local_day(now)) if ahead else None,
        has_groups=bool(own_groups(citizen.id)),
        invitations=[
            (trip_seen(get_trip(one.trip_id, citizen.id), local_day(now)), one.offer_id)
            for one in held
        ],
        slug=municipality.slug,
        token=token,
        municipality=municipality,
        close_url=url_for("trips.close_own_page", slug=municipality.slug, token=token),
    )


@bp.post("/kort/<slug>/<token>")
@public
def open_own_page(slug: str, token: str) -> ResponseReturnValue:
    """Try a PIN. What is not four digits costs no try."""
    municipality, form = _enter(slug), OwnPinForm()
    if municipality is None:
        return _sorry(KeyState.NONE, None, 404)
    if form.validate_on_submit():
        opening = services.open_own_page(token, form.pin.data or "", now=clock.now())
        if opening.outcome is Outcome.UNKNOWN:
            return _sorry(KeyState.NONE, municipality, 404)
        if opening.outcome is not Outcome.WRONG_PIN:
            return _answer(opening.secret, _here(slug, token))
        left = _tries_left(token)
        if left == 0:
            return _sorry(KeyState.LOCKED, municipality, 422)
        form.pin.errors, form.pin.data = [_wrong(left)], ""
    page = render_template("trips/own_pin.html", form=form, municipality=municipality)
    return page, 422


def _tries_left(token: str) -> int:
    key = queries.find_key(token)
    return MOST_TRIES - key.tries if key else 0


def _wrong(left: int) -> str:
    """Return that the PIN was wrong, and how many tries are left in all."""
    said = ngettext(
        "That was not your code. You have %(num)s try left.",
        "That was not your code. You have %(num)s tries left.",
        left,
    )
    return str(said)


def _answer(secret: str | None, url: str) -> ResponseReturnValue:
    response = redirect(url, 303)
    if secret is not None:
        response.set_cookie(
            COOKIE,
            secret,
            max_age=PAGE_STAYS_OPEN,
            path=COOKIE_PATH,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
    return response


@bp.post("/kort/<slug>/<token>/luk")
@public
def close_own_page(slug: str, token: str) -> ResponseReturnValue:
    """Close the page; a copy of its cookie opens it no more."""
    if _enter(slug) is None:
        return _sorry(KeyState.NONE, None, 404)
    services.close_own_page(request.cookies.get(COOKIE, ""))
    flash(_("Your card is closed. You can put the phone away."), "success")
    response = redirect(_here(slug, token), 303)
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response
