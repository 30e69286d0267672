"""Pages open to all: saying what one thinks, and what was done about what others said."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.feedback import services
from klippekort.feedback.forms import GiveForm, OwnForm
from klippekort.feedback.queries import feedback as queries
from klippekort.feedback.views.blueprint import bp
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform import clock
from klippekort.platform.auth import public, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality
from klippekort.punchcards.services.card_keys import as_citizen
from klippekort.trips.views.own_page import find_opened
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


@bp.route("/kort/<slug>/<token>/sig-din-mening", methods=["GET", "POST"])
@public
def own(slug: str, token: str) -> ResponseReturnValue:
    """Let a citizen say what she thinks on her own page, and read the answers."""
    key, home = find_opened(slug, token), url_for("trips.own_page", slug=slug, token=token)
    if key is None:
        return redirect(home, 303)
    saw(key.citizen_id, purpose="own_page")
    form = OwnForm()
    if form.validate_on_submit():
        said = form.said(key.citizen_id)
        execute(
            services.give,
            as_citizen(key),
            said,
            now=clock.now(),
            key=form.key.data,
            content=[said.kind, said.words, said.wants_answer],
        )
        flash(_("Thank you. We have it, and we read it."), "success")
        return redirect(home, 303)
    page = render_template(
        "feedback/own.html",
        form=form,
        home=home,
        municipality=find_by_slug(slug),
        lines=[
            (row.received_on, queries.opened(row, "words"), queries.opened(row, "answer"))
            for row in queries.list_of(key.citizen_id)
        ],
    )
    return page, 422 if form.errors else 200
