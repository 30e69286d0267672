"""The picture of an activity: put there, taken away, and shown."""

from typing import Any
from uuid import UUID

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from klippekort.activities import queries, services
from klippekort.activities.forms import PictureForm
from klippekort.activities.views.blueprint import bp
from klippekort.activities.views.life import back_to
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _

# A picture never changes: another one has another address.
_KEEP = "private, max-age=31536000, immutable"


@bp.route("/aktiviteter/<uuid:activity_id>/billede", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY)
def picture(activity_id: UUID) -> ResponseReturnValue:
    """Ask for a picture and what is seen on it; the one there is may be taken away."""
    activity, known = queries.get_activity(activity_id), queries.find_picture(activity_id)
    authorise(current_actor(), Action.POST_ACTIVITY, services.reach_of(activity))
    form = PictureForm(data={"text": activity.picture_text})
    form.has_picture = known is not None
    if form.validate_on_submit():
        _put(form, activity_id)
        flash(_("The picture is saved."), "success")
        return back_to(activity_id)
    page = render_template(
        "activities/picture.html",
        form=form,
        activity=activity,
        picture=known,
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _put(form: PictureForm, activity_id: UUID) -> None:
    said: dict[str, Any] = {"text": form.text.data, "now": clock.now(), "key": form.key.data}
    if form.made is None:
        content = [activity_id, form.text.data]
        execute(services.describe_picture, current_actor(), activity_id, content=content, **said)
        return
    content = [activity_id, form.text.data, len(form.made.large)]
    execute(services.put_picture, current_actor(), activity_id, form.made, content=content, **said)


@bp.post("/aktiviteter/<uuid:activity_id>/billede/fjern")
@requires(Action.POST_ACTIVITY)
def remove_picture(activity_id: UUID) -> ResponseReturnValue:
    """Take the picture of an activity away."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(
            services.remove_picture,
            current_actor(),
            activity_id,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id],
        )
        flash(_("The picture is taken away."), "success")
    return back_to(activity_id)


@bp.get("/aktiviteter/billeder/<uuid:picture_id>")
@requires(Action.SEE_ACTIVITIES)
def show_picture(picture_id: UUID) -> ResponseReturnValue:
    """Send a picture to those who may see its activity; `lille` is the small one."""
    row, actor = queries.get_picture(picture_id), current_actor()
    activity = queries.get_activity(row.activity_id)
    authorise(actor, Action.SEE_ACTIVITIES, services.reach_of(activity))
    if activity.state != "published" and actor.role not in SEE_UNPUBLISHED:
        raise NotFound
    content = row.small if "lille" in request.args else row.large
    return Response(
        content,
        mimetype=row.media_type,
        headers={"Cache-Control": _KEEP, "Content-Disposition": "inline"},
    )


# What others may see once it is on, these see before.
SEE_UNPUBLISHED = frozenset({Role.COORDINATOR, Role.VOLUNTEER, Role.ASSOCIATION})


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say in words that what was sent is far too large; nothing of it has been read."""
    return render_template("activities/too_large.html", back=request.path), 413
