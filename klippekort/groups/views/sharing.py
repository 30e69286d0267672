"""What is shared with a group: material, pictures, and the page for those who come."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.together import GroupPictureForm, MaterialForm
from klippekort.groups.forms.words import MATERIALS, PICTURES
from klippekort.groups.queries import sharing as queries
from klippekort.groups.queries.meetings import meetings_of
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.shown import meeting_shown
from klippekort.groups.views.trying import done, opened, tried
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _

_KEEP = "private, max-age=3600"
_SHOWS = {"stedet": "place", "doeren": "person"}


def sent(row: Any) -> ResponseReturnValue:
    """Send something shared: a picture to look at, a paper as a file, a link as a way on."""
    if row.kind == "link":
        return redirect(row.url, 303)
    if row.kind == "picture":
        return picture_sent(row.content)
    headers = {
        "Cache-Control": _KEEP,
        "Content-Disposition": 'attachment; filename="papir.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(row.content, mimetype="application/pdf", headers=headers)


def picture_sent(content: bytes) -> Response:
    """Send a picture that was made anew."""
    headers = {"Cache-Control": _KEEP, "Content-Disposition": "inline"}
    return Response(content, mimetype="image/jpeg", headers=headers)


@bp.route("/grupper/<uuid:group_id>/materiale", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def material(group_id: UUID) -> ResponseReturnValue:
    """Show what is shared with a group, and share more."""
    group, form, today = opened(group_id), MaterialForm(), clock.today()
    meetings = [meeting_shown(row, today) for row in meetings_of(group_id)]
    form.offer({str(one.id): f"{one.number}. {one.when}" for one in meetings})
    here = url_for("groups.material", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.share, group_id, form.shared, meeting_id=form.for_meeting
    ):
        return done(_("It is shared with the group."), here)
    page = render_template(
        "groups/material.html",
        form=form,
        group=group,
        rows=queries.materials_of(group_id),
        numbers={one.id: one.number for one in meetings},
        kinds=MATERIALS,
        pictures=queries.pictures_of(group_id),
        words=PICTURES,
        shows={shows: word for word, shows in _SHOWS.items()},
        page_url=_page_url(group),
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _page_url(group: Any) -> str | None:
    """Return the address of the page for those who come, whole, or None where there is none."""
    if group.page_token is None:
        return None
    return url_for(
        "groups.guest_page",
        slug=get_municipality(group.municipality_id).slug,
        token=group.page_token,
        _external=True,
    )


@bp.get("/grupper/materiale/<uuid:material_id>")
@requires(Action.RUN_GROUP)
def show_material(material_id: UUID) -> ResponseReturnValue:
    """Send something shared to those who lead the group."""
    row = queries.get_material(material_id)
    opened(row.group_id)
    return sent(row)


@bp.post("/grupper/materiale/<uuid:material_id>/fjern")
@requires(Action.RUN_GROUP)
def unshare(material_id: UUID) -> ResponseReturnValue:
    """Take away what was shared."""
    group_id, form = queries.get_material(material_id).group_id, KeyedForm()
    here = url_for("groups.material", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.unshare, material_id):
        return done(_("It is shared no longer."), here)
    return redirect(here, 303)


@bp.route("/grupper/<uuid:group_id>/billede/<any(stedet,doeren):word>", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def picture(group_id: UUID, word: str) -> ResponseReturnValue:
    """Ask for a picture of the place, or of who meets you at the door."""
    group, form, shows = opened(group_id), GroupPictureForm(), _SHOWS[word]
    known = queries.pictures_of(group_id).get(shows)
    back = url_for("groups.material", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.put_picture, group_id, shows, form.made, text=form.text.data
    ):
        return done(_("The picture is saved."), back)
    page = render_template(
        "groups/picture.html",
        form=form,
        group=group,
        picture=known,
        heading=PICTURES[shows],
        word=word,
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


@bp.post("/grupper/<uuid:group_id>/billede/<any(stedet,doeren):word>/fjern")
@requires(Action.RUN_GROUP)
def remove_picture(group_id: UUID, word: str) -> ResponseReturnValue:
    """Take a picture of a group away."""
    form, here = KeyedForm(), url_for("groups.material", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.remove_picture, group_id, _SHOWS[word]):
        return done(_("The picture is taken away."), here)
    return redirect(here, 303)


@bp.get("/grupper/billeder/<uuid:picture_id>")
@requires(Action.RUN_GROUP)
def show_picture(picture_id: UUID) -> ResponseReturnValue:
    """Send a picture of a group to those who lead it."""
    row = queries.get_picture(picture_id)
    opened(row.group_id)
    return picture_sent(row.content)


@bp.post("/grupper/<uuid:group_id>/side/<any(ny,luk):word>")
@requires(Action.RUN_GROUP)
def page(group_id: UUID, word: str) -> ResponseReturnValue:
    """Give the group a page for those who come, under a new address, or take it away."""
    form, here = KeyedForm(), url_for("groups.material", group_id=group_id)
    service = services.open_page if word == "ny" else services.close_page
    if form.validate_on_submit() and tried(form, service, group_id):
        return done(_("The change is saved."), here)
    return redirect(here, 303)


def of_group(row: Any, group: Any) -> Any:
    """Return what is this group's own. Raises NotFound for another's."""
    if row.group_id != group.id:
        raise NotFound
    return row


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say in words that what was sent is far too large; nothing of it has been read."""
    return render_template("activities/too_large.html", back=request.path), 413
