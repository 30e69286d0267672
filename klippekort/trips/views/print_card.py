"""Printing a citizen's card with its code, losing it, and opening it again when it is locked."""

from io import BytesIO
from typing import Any
from uuid import UUID

import segno
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock, pdf
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.punchcards.queries import card_keys as queries
from klippekort.punchcards.queries.card_keys import KeyState
from klippekort.punchcards.services import card_keys as services
from klippekort.trips.forms.print_card import CardForm, PrintCardForm
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.seen_by_citizen import card_seen


def _citizen(citizen_id: UUID) -> Any:
    """Return the citizen if the one who asks may print her card. Raises NotFound, Forbidden."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), Action.PRINT_CARD, reach(citizen, clock.today()))
    return citizen


def _address(citizen_id: UUID) -> str:
    """Return the web address that the printed code opens. Raises NotFound without a live card."""
    token = queries.token_of(queries.get_live_key(citizen_id))
    slug = get_municipality(current_actor().municipality_id).slug
    return request.host_url.rstrip("/") + url_for("own_page.home", slug=slug, token=token)


def _code(citizen_id: UUID) -> segno.QRCode:
    return segno.make_qr(_address(citizen_id), error="m")


def _printed(citizen_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("trips.printed_card", citizen_id=citizen_id), 303)


@bp.route("/borgere/<uuid:citizen_id>/kort", methods=["GET", "POST"])
@requires(Action.PRINT_CARD, purpose="print_card")
def print_card(citizen_id: UUID) -> ResponseReturnValue:
    """Say how the printed card stands, and make a new one with the PIN the citizen chooses."""
    citizen, form = _citizen(citizen_id), PrintCardForm()
    if form.validate_on_submit():
        # The PIN is not part of the fingerprint: four digits are soon guessed from a plain hash.
        execute(
            services.make_key,
            current_actor(),
            citizen_id,
            pin=form.pin.data or "",
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id],
        )
        flash(_("The card is made. Print it now."), "success")
        return _printed(citizen_id)
    saw(citizen_id)
    page = render_template(
        "trips/print_card.html",
        citizen=citizen,
        form=form,
        facts=queries.facts_of(citizen_id),
        State=KeyState,
        lost=CardForm(formdata=None),
        reopen=CardForm(formdata=None),
    )
    return page, 422 if form.errors else 200


@bp.post("/borgere/<uuid:citizen_id>/kort/tabt")
@requires(Action.PRINT_CARD, purpose="print_card")
def lost_card(citizen_id: UUID) -> ResponseReturnValue:
    """Kill the lost card and make a new one with the same PIN."""
    _citizen(citizen_id)
    form = CardForm()
    if not form.validate_on_submit():
        return redirect(url_for("trips.print_card", citizen_id=citizen_id), 303)
    execute(
        services.replace_lost_key,
        current_actor(),
        citizen_id,
        now=clock.now(),
        key=form.key.data,
        content=[citizen_id],
    )
    flash(_("The old card opens nothing now. Print the new one: the PIN is the same."), "success")
    return _printed(citizen_id)


@bp.post("/borgere/<uuid:citizen_id>/kort/genaabn")
@requires(Action.PRINT_CARD, purpose="print_card")
def reopen_card(citizen_id: UUID) -> ResponseReturnValue:
    """Give a locked card its tries back."""
    _citizen(citizen_id)
    form = CardForm()
    here = redirect(url_for("trips.print_card", citizen_id=citizen_id), 303)
    if not form.validate_on_submit():
        return here
    try:
        execute(
            services.reopen_key,
            current_actor(),
            citizen_id,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id],
        )
    except Stale:
        flash(_("The card is open already."), "info")
    else:
        flash(_("The card is open again."), "success")
    return here


@bp.get("/borgere/<uuid:citizen_id>/kort/udskrift")
@requires(Action.PRINT_CARD, purpose="print_card")
def printed_card(citizen_id: UUID) -> ResponseReturnValue:
    """Show the card as it comes on paper."""
    citizen = _citizen(citizen_id)
    saw(citizen_id)
    return render_template(
        "trips/print_sheet.html",
        **_sheet(citizen),
        qr=url_for("trips.card_code", citizen_id=citizen_id),
    )


def _sheet(citizen: Any) -> dict[str, Any]:
    return {
        "citizen": citizen,
        "card": card_seen(citizen, clock.now()),
        "address": _address(citizen.id),
        "municipality": get_municipality(current_actor().municipality_id),
        "printed_on": clock.today(),
    }


@bp.get("/borgere/<uuid:citizen_id>/kort.svg")
@requires(Action.PRINT_CARD, purpose="print_card")
def card_code(citizen_id: UUID) -> ResponseReturnValue:
    """Return the code to scan, as a picture of its own; it is never kept by the browser."""
    _citizen(citizen_id)
    drawn = BytesIO()
    _code(citizen_id).save(drawn, kind="svg", scale=8, border=4)
    response = make_response(drawn.getvalue())
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/borgere/<uuid:citizen_id>/kort.pdf")
@requires(Action.PRINT_CARD, purpose="print_card")
def card_pdf(citizen_id: UUID) -> ResponseReturnValue:
    """Return the card as a PDF; where that cannot be made, the page to print instead."""
    citizen = _citizen(citizen_id)
    saw(citizen_id)
    qr = _code(citizen_id).svg_data_uri(scale=8, border=4)
    html = render_template("trips/print_paper.html", **_sheet(citizen), qr=qr)
    try:
        drawn = pdf.render(html)
    except pdf.PdfUnavailable:
        flash(_("This machine cannot make PDF files. Print this page instead."), "warning")
        return _printed(citizen_id)
    response = make_response(drawn)
    response.mimetype = "application/pdf"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="klippekort.pdf"'
    return response
