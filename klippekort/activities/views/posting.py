"""Posting an activity, and changing its simple facts."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import services
from klippekort.activities.forms import ChangeForm, PostForm
from klippekort.activities.queries import get_activity, point_of
from klippekort.activities.views.blueprint import bp
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import list_associations, list_volunteers


def _offered() -> tuple[dict[str, str] | None, dict[str, str]]:
    """Return hosts and associations to choose from; a volunteer is always the host."""
    if current_actor().role is Role.VOLUNTEER:
        return None, {}
    hosts = {
        str(row.id): f"{row.name} ({row.association})" if row.association else row.name
        for row in list_volunteers()
    }
    return hosts, {str(row.id): row.name for row in list_associations()}


def _chosen(form: PostForm, name: str) -> UUID | None:
    return UUID(form[name].data) if name in form and form[name].data else None


@bp.route("/aktiviteter/ny", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY)
def post() -> ResponseReturnValue:
    """Ask for all that an activity is; a volunteer's goes to a coordinator first."""
    form, is_volunteer = PostForm(), current_actor().role is Role.VOLUNTEER
    form.offer(clock.now(), *_offered())
    if form.validate_on_submit():
        facts = form.facts()
        host_id, association_id = _chosen(form, "host"), _chosen(form, "association")
        activity_id = execute(
            services.post_activity,
            current_actor(),
            facts,
            host_id=host_id,
            association_id=association_id,
            now=clock.now(),
            key=form.key.data,
            content=[vars(facts), host_id, association_id],
        )
        if is_volunteer:
            flash(_("Thank you. A coordinator looks at it and answers you here."), "success")
            return redirect(url_for("activities.mine"), 303)
        flash(_("The activity is posted."), "success")
        return redirect(url_for("activities.show", activity_id=activity_id), 303)
    page = render_template("activities/post.html", form=form, is_volunteer=is_volunteer)
    return page, 422 if form.errors else 200


@bp.route("/aktiviteter/<uuid:activity_id>/ret", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY)
def change(activity_id: UUID) -> ResponseReturnValue:
    """Change what may change while people are signed up."""
    activity = get_activity(activity_id)
    authorise(current_actor(), Action.POST_ACTIVITY, services.reach_of(activity))
    form = ChangeForm(data=_facts_of(activity))
    if form.validate_on_submit():
        facts = form.simple_facts()
        execute(
            services.change_activity,
            current_actor(),
            activity_id,
            **facts,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id, facts],
        )
        flash(_("The change is saved."), "success")
        return redirect(url_for("activities.show", activity_id=activity_id), 303)
    page = render_template("activities/change.html", form=form, activity=activity)
    return page, 422 if form.errors else 200


def _facts_of(activity: Any) -> dict[str, Any]:
    return {
        "description": activity.description,
        "access": list(activity.access),
        "price": activity.price_oere,
        "helper_price": activity.helper_price_oere,
        "point": point_of(activity),
    }
