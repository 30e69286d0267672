"""Pages open to all: saying what one thinks, and what was done about what others said."""

from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.feedback import services
from klippekort.feedback.forms import GiveForm, OwnForm
from klippekort.feedback.queries import feedback as queries
from klippekort.feedback.views.blueprint import bp
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality
from klippekort.punchcards.views.visiting import Visit, own_route
from klippekort.volunteers.services import anybody


def _enter(slug: str) -> Any:
    municipality = find_by_slug(slug)
    if municipality is None:
        raise NotFound
    set_municipality(municipality.id)
    return municipality


@bp.route("/sig-din-mening/<slug>", methods=["GET", "POST"])
@public
def give(slug: str) -> ResponseReturnValue:
    """Let anybody say what they think, with or without a name."""
    home, form = _enter(slug), GiveForm()
    if form.validate_on_submit():
        try:
            _give(form)
        except services.TooManyWrite:
            form.form_errors.append(
                _("Many are writing right now. Call us, or try again in an hour.")
            )
        else:
            hears = bool(form.contact.data)
            return render_template("feedback/thanks.html", home=home, hears=hears)
    page = render_template("feedback/give.html", form=form, home=home)
    return page, 422 if form.errors else 200


def _give(form: GiveForm) -> None:
    if form.website.data:
        return  # a machine filled in what people do not see
    said = form.said()
    execute(
        services.give,
        anybody(),
        said,
        now=clock.now(),
        key=form.key.data,
        content=[said.kind, said.words, said.contact],
    )


@bp.get("/du-sagde-vi-gjorde/<slug>")
@public
def published(slug: str) -> ResponseReturnValue:
    """Show what people said and what was done, under nobody's name."""
    home = _enter(slug)
    return render_template("feedback/published.html", home=home, lines=queries.list_published())


@own_route(bp, "/sig-din-mening", methods=("GET", "POST"))
def own(visit: Visit) -> ResponseReturnValue:
    """Let a citizen say what she thinks on her own page, and read the answers."""
    form = OwnForm()
    if form.validate_on_submit():
        said = form.said(visit.citizen_id)
        execute(
            services.give,
            visit.actor,
            said,
            now=clock.now(),
            key=form.key.data,
            content=[said.kind, said.words, said.wants_answer],
        )
        flash(_("Thank you. We have it, and we read it."), "success")
        return redirect(visit.home, 303)
    rows = [] if visit.is_on_behalf else queries.list_of(visit.citizen_id)
    page = render_template(
        "feedback/own.html",
        form=form,
        lines=[
            (row.received_on, queries.opened(row, "words"), queries.opened(row, "answer"))
            for row in rows
        ],
    )
    return page, 422 if form.errors else 200
