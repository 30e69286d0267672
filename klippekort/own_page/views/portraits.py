"""A care worker's own picture, which those see whom she comes to."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action
from klippekort.own_page.forms.portrait import PortraitForm
from klippekort.own_page.queries.portraits import find_portrait
from klippekort.own_page.services.portraits import put_portrait, remove_portrait
from klippekort.own_page.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@bp.route("/mit-billede", methods=["GET", "POST"])
@requires(Action.SHOW_OWN_FACE)
def portrait() -> ResponseReturnValue:
    """Ask a care worker for a picture of herself."""
    actor, form = current_actor(), PortraitForm()
    if form.validate_on_submit() and form.made is not None:
        execute(
            put_portrait,
            actor,
            form.made,
            now=clock.now(),
            key=form.key.data,
            content=[len(form.made.small)],
        )
        flash(_("The picture is saved."), "success")
        return redirect(url_for("own_page.portrait"), 303)
    known = find_portrait(actor.person_id) if actor.person_id else None
    page = render_template(
        "own_page/portrait.html",
        form=form,
        has_picture=known is not None,
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


@bp.post("/mit-billede/fjern")
@requires(Action.SHOW_OWN_FACE)
def drop_portrait() -> ResponseReturnValue:
    """Take the picture away."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(remove_portrait, current_actor(), now=clock.now(), key=form.key.data)
        flash(_("The picture is taken away."), "success")
    return redirect(url_for("own_page.portrait"), 303)


@bp.get("/mit-billede/vis")
@requires(Action.SHOW_OWN_FACE)
def own_portrait() -> ResponseReturnValue:
    """Send a care worker her own picture."""
    actor = current_actor()
    row = find_portrait(actor.person_id) if actor.person_id else None
    if row is None:
        raise NotFound
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
    return Response(row.content, mimetype=row.media_type, headers=headers)
