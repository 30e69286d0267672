"""The citizen's own page: opened by the printed card and a PIN or by a log-in, and closed again."""

from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from klippekort.own_page.queries.liking import find_liking
from klippekort.own_page.views import liking
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.home import home_shown
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import log_in_page, public, saw
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.pins import OwnPinForm
from klippekort.punchcards.queries.card_keys import MOST_TRIES, KeyState
from klippekort.punchcards.services import card_keys as services
from klippekort.punchcards.services.card_keys import PAGE_STAYS_OPEN, Outcome
from klippekort.punchcards.views.visiting import (
    COOKIE,
    SCANNED,
    Gate,
    Visit,
    cookie_path,
    find_visit,
    gate,
    set_cookie,
    sorry,
    with_cookie,
    wrong_words,
)


@bp.get("/kort/<slug>/<token>")
@bp.get("/kiosk/<slug>/kort")
@bp.get("/min-side/<uuid:citizen_id>")
@public
def home(slug: str = "", token: str = "", citizen_id: UUID | None = None) -> ResponseReturnValue:
    """Show a citizen her card, or ask for her PIN first."""
    at = _at(slug, token, citizen_id)
    visit = find_visit(at)
    if visit is not None:
        g.visit = visit
        return _open_page(visit)
    return redirect(log_in_page(), 303) if citizen_id else _closed(gate(at))


def _at(slug: str, token: str, citizen_id: UUID | None = None) -> dict[str, Any]:
    """Return the part of the address that says how she came."""
    if citizen_id is not None:
        return {"citizen_id": citizen_id}
    return {"slug": slug, "token": token} if token else {"slug": slug}


def _closed(here: Gate) -> ResponseReturnValue:
    if here.key is None and "token" not in here.at and here.municipality is not None:
        return redirect(url_for("own_page.kiosk", slug=here.at["slug"]), 303)
    if here.state is KeyState.LIVE:
        return _ask(here, OwnPinForm())
    return sorry(here.state, here.municipality, _STATUS[here.state], here.is_gone)


_STATUS = {KeyState.NONE: 404, KeyState.KILLED: 410, KeyState.LOCKED: 200}


def _ask(here: Gate, form: OwnPinForm) -> ResponseReturnValue:
    is_kiosk = "token" not in here.at
    page = render_template(
        "own_page/pin.html",
        form=form,
        municipality=here.municipality,
        carried=[],
        action="",
        is_kiosk=is_kiosk,
        back=url_for("own_page.kiosk", slug=here.at["slug"]) if is_kiosk else request.path,
    )
    return page, 422 if form.errors else 200


def _open_page(visit: Visit) -> ResponseReturnValue:
    saw(visit.citizen_id, purpose="own_page")
    likes = None if visit.is_on_behalf else find_liking(visit.citizen_id)
    is_new_here = likes is not None and liking.find_liking_of(request) is None
    page = home_shown(visit, clock.now())
    if likes is not None and is_new_here:
        page["liking"] = likes
    response = make_response(render_template("own_page/home.html", **page))
    if likes is not None and is_new_here:
        liking.keep(response, likes)
    return with_cookie(response)


@bp.post("/kort/<slug>/<token>")
@bp.post("/kiosk/<slug>/kort")
@public
def open_page(slug: str, token: str = "") -> ResponseReturnValue:
    """Try a PIN. What is not four digits costs no try."""
    here, form = gate(_at(slug, token)), OwnPinForm()
    if here.municipality is None:
        return sorry(KeyState.NONE, None, 404)
    if not form.validate_on_submit():
        return _ask(here, form) if here.key is not None else _closed(here)
    opening = services.open_own_page(here.token, form.pin.data or "", now=clock.now())
    if opening.outcome is Outcome.UNKNOWN:
        return sorry(KeyState.NONE, here.municipality, 404)
    if opening.outcome is not Outcome.WRONG_PIN:
        return _opened(opening.secret, url_for("own_page.home", **here.at))
    here = gate(here.at)
    left = MOST_TRIES - here.key.tries
    if left == 0:
        return sorry(KeyState.LOCKED, here.municipality, 422)
    form.pin.errors, form.pin.data = [wrong_words(left)], ""
    return _ask(here, form)


def _opened(secret: str | None, url: str) -> ResponseReturnValue:
    response = redirect(url, 303)
    if secret is not None:
        set_cookie(make_response(response), COOKIE, secret, max_age=PAGE_STAYS_OPEN)
    return response


@bp.post("/kort/<slug>/<token>/luk")
@bp.post("/kiosk/<slug>/kort/luk")
@public
def close(slug: str, token: str = "") -> ResponseReturnValue:
    """Close the page; a copy of its cookie opens it no more. At a kiosk no trace of her is left."""
    here = gate(_at(slug, token))
    if here.municipality is None:
        return sorry(KeyState.NONE, None, 404)
    services.close_own_page(request.cookies.get(COOKIE, ""))
    if not token:
        return leave_kiosk(slug)
    flash(_("Your card is closed. You can put the phone away."), "success")
    response = redirect(url_for("own_page.home", slug=slug, token=token), 303)
    response.delete_cookie(COOKIE, path=cookie_path())
    return response


def leave_kiosk(slug: str) -> ResponseReturnValue:
    """Forget all of whoever was here, and begin anew."""
    response = redirect(url_for("own_page.kiosk", slug=slug), 303)
    forget_all(response)
    return response


def forget_all(response: Response) -> None:
    """Take everything off a shared screen that could tell who was there, or how she reads."""
    for name in (COOKIE, SCANNED):
        response.delete_cookie(name, path="/kiosk")
    for name in (liking.COOKIE, "lang"):
        response.delete_cookie(name)
