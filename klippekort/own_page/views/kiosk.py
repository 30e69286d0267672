"""A screen that many share, in a care home or a library, with a reader for the cards' squares."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.domain.scanning import read_scan
from klippekort.municipalities.queries import find_by_slug
from klippekort.own_page.forms.kiosk import ScanForm
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.opening import forget_all
from klippekort.platform.auth import public
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality
from klippekort.punchcards.queries.card_keys import find_key
from klippekort.punchcards.services import card_keys as services
from klippekort.punchcards.views.visiting import COOKIE, SCANNED, set_cookie


@bp.route("/kiosk/<slug>", methods=["GET", "POST"])
@public
def kiosk(slug: str) -> ResponseReturnValue:
    """Wait for a card to be read; whoever was here before has left no trace."""
    municipality = find_by_slug(slug)
    if municipality is None:
        raise NotFound
    set_municipality(municipality.id)
    form = ScanForm()
    if form.validate_on_submit():
        token = read_scan(form.scan.data or "", slug)
        if token is not None and find_key(token) is not None:
            _end_open_page()
            response = make_response(redirect(url_for("own_page.home", slug=slug), 303))
            set_cookie(response, SCANNED, token)
            response.delete_cookie(COOKIE, path="/kiosk")
            return response
        form.scan.errors = [_("We could not read the card. Hold it still, and try again.")]
        form.scan.data = ""
    page = render_template("own_page/kiosk.html", form=form, municipality=municipality, slug=slug)
    response = make_response(page, 422 if form.errors else 200)
    if {COOKIE, SCANNED} & set(request.cookies):
        _end_open_page()
        forget_all(response)
    return response


def _end_open_page() -> None:
    """Close whatever page this screen has open."""
    if secret := request.cookies.get(COOKIE, ""):
        services.close_own_page(secret)
