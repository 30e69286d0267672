"""Statements that can be checked: made by staff or on a citizen's own page, checked by anybody."""

from typing import Any
from uuid import UUID

import segno
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.views.letting_in import public_root
from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.genuine import Figures, plain_code, shown_code
from klippekort.domain.permissions import Action, Actor
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock, pdf
from klippekort.platform.auth import current_actor, public, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration
from klippekort.platform.i18n import _
from klippekort.platform.pace import Pace, place_of
from klippekort.punchcards.forms.genuine import CodeForm, FiguresForm, StatementForm
from klippekort.punchcards.queries.cards import find_open_card, get_card, scheme_of
from klippekort.punchcards.services import genuine as services
from klippekort.punchcards.views.blueprint import bp
from klippekort.punchcards.views.visiting import Visit, own_route

_PACE = Pace("check", most=30, all_most=600)
NAMES = ("g", "b", "u", "t")


@bp.route("/klippekort/<uuid:card_id>/bevis", methods=["GET", "POST"])
@requires(Action.MAKE_GENUINE, purpose="genuine")
def genuine(card_id: UUID) -> ResponseReturnValue:
    """Ask for a day, and make a statement of the card that whoever holds it can check."""
    actor, card = current_actor(), get_card(card_id)
    services.may_make(actor, card.citizen_id, clock.today())
    saw(card.citizen_id)
    form = StatementForm(data={"on": clock.today()})
    if form.validate_on_submit() and (made := _make(actor, card_id, form)):
        return made
    citizen = get_citizen(card.citizen_id)
    back = url_for("punchcards.statement", card_id=card_id)
    page = render_template("punchcards/genuine.html", form=form, citizen=citizen, back_url=back)
    return page, 422 if form.errors else 200


@own_route(bp, "/bevis", methods=("GET", "POST"))
def own_genuine(visit: Visit) -> ResponseReturnValue:
    """Make such a statement of her own card, or of the one of somebody she acts for."""
    card = find_open_card(visit.citizen_id)
    if card is None:
        raise NotFound
    form = StatementForm(data={"on": clock.today()})
    if form.validate_on_submit() and (made := _make(visit.actor, card.id, form)):
        return made
    page = render_template("punchcards/own_genuine.html", form=form, back_url=visit.home)
    return page, 422 if form.errors else 200


def _make(actor: Actor, card_id: UUID, form: StatementForm) -> ResponseReturnValue | None:
    """Return the statement as a PDF, or None where the form says what is wrong."""
    code = services.new_code(form.key.data)
    try:
        made = execute(
            services.make_statement,
            actor,
            card_id,
            on=form.on.data,
            code=code,
            now=clock.now(),
            key=form.key.data,
            content=[card_id, form.on.data],
        )
    except services.NotOverYet:
        form.on.errors = [_("The day has not come yet.")]
    except services.BeforeTheCard:
        form.on.errors = [_("The card began after that day.")]
    else:
        return _printed(card_id, services.get_statement(UUID(made), code))
    return None


def _printed(card_id: UUID, made: services.Statement) -> ResponseReturnValue:
    card = get_card(card_id)
    address = _address(made)
    html = render_template(
        "punchcards/genuine_paper.html",
        citizen=get_citizen(card.citizen_id),
        scheme=scheme_of(card),
        made=made,
        figures=figures_shown(made.figures),
        code=shown_code(made.code),
        fingerprint=shown_fingerprint(made.fingerprint),
        address=f"{public_root()}{url_for('punchcards.check_any')}",
        qr=segno.make_qr(address, error="m").svg_data_uri(scale=8, border=4),
    )
    try:
        drawn = pdf.render(html)
    except pdf.PdfUnavailable:
        flash(_("This machine cannot make PDF files. Print this page instead."), "warning")
        return html
    response = make_response(drawn)
    response.mimetype = "application/pdf"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="kontoudtog.pdf"'
    return response


def _address(made: services.Statement) -> str:
    """Return what the square opens: the code with the figures, so that both are checked at once."""
    said = made.figures
    numbers = (said.given, said.used, said.lapsed, said.left)
    values: dict[str, Any] = dict(zip(NAMES, numbers, strict=True))
    page = url_for("punchcards.check", code=shown_code(made.code), **values)
    return f"{public_root()}{page}"


def figures_shown(figures: Figures) -> list[tuple[str, str, int]]:
    """Return the figures in words and in minutes, in the order they stand on paper."""
    return [
        (str(_("Given in all")), duration(figures.given), figures.given),
        (str(_("Used in all")), duration(figures.used), figures.used),
        (str(_("Lapsed in all")), duration(figures.lapsed), figures.lapsed),
        (str(_("Left")), duration(figures.left), figures.left),
    ]


def shown_fingerprint(fingerprint: str) -> str:
    """Return the beginning of a fingerprint as people compare it: "8f2c 11a9 03be 77d0"."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, 16, 4))


@bp.get("/aegte")
@public
def check_any() -> ResponseReturnValue:
    """Ask for the code of a statement."""
    form = CodeForm(request.args if "kode" in request.args else None)
    if "kode" in request.args and form.kode.validate(form):
        code = plain_code(form.kode.data)
        if code is not None:
            return redirect(url_for("punchcards.check", code=shown_code(code)), 303)
        form.kode.errors = [_("A code has sixteen letters and digits. Look at the paper again.")]
    page = render_template("punchcards/check_any.html", form=form)
    return page, 422 if form.kode.errors else 200


@bp.get("/aegte/<code>")
@public
def check(code: str) -> ResponseReturnValue:
    """Tell whether a statement is genuine, and whether its figures are those that were written."""
    if not _PACE.lets(place_of(request.remote_addr), clock.now()):
        return render_template("punchcards/check_later.html"), 429
    is_asked = any(name in request.args for name in NAMES)
    form = FiguresForm(request.args if is_asked else None)
    figures = form.figures if is_asked and _is_fine(form) else None
    found = services.check(code, figures, now=clock.now())
    page = render_template(
        "punchcards/check.html",
        found=found,
        form=form,
        code=shown_code(plain_code(code) or "") or code[:40],
        figures=figures_shown(figures) if figures else [],
        fingerprint=shown_fingerprint(found.fingerprint) if found else None,
        home=get_municipality(found.municipality_id) if found else None,
    )
    response = make_response(page, 200 if found else 404)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_fine(form: FiguresForm) -> bool:
    return all(form[name].validate(form) for name in NAMES)
