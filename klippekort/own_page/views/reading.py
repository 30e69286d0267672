"""Choosing how to read: three sizes of letters and strong colours, with no script."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.own_page.forms.own import LikingForm
from klippekort.own_page.services.liking import keep_liking
from klippekort.own_page.views import liking
from klippekort.own_page.views.blueprint import bp
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route


@own_route(bp, "/laesning", methods=("GET", "POST"))
def reading(visit: Visit) -> ResponseReturnValue:
    """Ask how she likes to read, and keep it for her: on any screen she comes to later."""
    likes = liking.liking_of(request)
    form = LikingForm(data={"size": likes.size, "is_strong": likes.is_strong})
    if not form.validate_on_submit():
        page = render_template("own_page/reading.html", form=form, back_url=visit.home)
        return page, 422 if form.errors else 200
    if not visit.is_on_behalf:
        execute(keep_liking, visit.citizen_id, form.liking)
    return _kept(form, visit.home)


@bp.route("/laesning/<slug>", methods=["GET", "POST"])
@public
def reading_before(slug: str) -> ResponseReturnValue:
    """Ask the same before anybody has shown who she is: this browser alone remembers it."""
    likes = liking.liking_of(request)
    form = LikingForm(data={"size": likes.size, "is_strong": likes.is_strong})
    here = url_for("own_page.kiosk", slug=slug)
    if form.validate_on_submit():
        return _kept(form, here)
    page = render_template("own_page/reading.html", form=form, back_url=here)
    return page, 422 if form.errors else 200


def _kept(form: LikingForm, url: str) -> ResponseReturnValue:
    flash(_("The letters are as you chose."), "success")
    response = make_response(redirect(url, 303))
    liking.keep(response, form.liking)
    return response
