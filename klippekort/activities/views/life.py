"""An activity's life after its proposal: published, confirmed, ended, cancelled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import CancelForm, EndForm, PublishForm
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.activities.views.counting_on import guests_told
from klippekort.domain.activity_life import State, Step, can
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


def back_to(activity_id: UUID) -> ResponseReturnValue:
    """Send somebody back to an activity's own page."""
    return redirect(url_for("activities.show", activity_id=activity_id), 303)


@bp.route("/aktiviteter/<uuid:activity_id>/udgiv", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY)
def publish(activity_id: UUID) -> ResponseReturnValue:
    """Show the coordinator's remarks, and let the host publish what was approved."""
    activity, form = queries.get_activity(activity_id), PublishForm()
    authorise(current_actor(), Action.POST_ACTIVITY, services.reach_of(activity))
    if form.validate_on_submit():
        try:
            execute(
                services.publish_activity,
                current_actor(),
                activity_id,
                shares_room=form.shares_room.data,
                now=clock.now(),
                key=form.key.data,
                content=[activity_id, form.shares_room.data],
            )
        except services.PlaceTaken as taken:
            form.shares_room.errors = [words.clash_words(taken)]
        except services.DatesOver:
            form.shares_room.errors = [_("The day is over. Correct the activity first.")]
        except services.HeldNowhere:
            form.shares_room.errors = [words.nowhere_words()]
        else:
            flash(_("The activity is on. Guests can come."), "success")
            return back_to(activity_id)
    if activity.state != State.APPROVED:
        raise Stale
    page = render_template("activities/publish.html", form=form, activity=activity)
    return page, 422 if form.errors else 200


@bp.post("/aktiviteter/<uuid:activity_id>/findes")
@requires(Action.POST_ACTIVITY)
def confirm(activity_id: UUID) -> ResponseReturnValue:
    """Say that an activity still exists."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(
            services.confirm_activity,
            current_actor(),
            activity_id,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id],
        )
        flash(_("Thank you. Then we know that it still exists."), "success")
    return back_to(activity_id)


@bp.route("/aktiviteter/<uuid:activity_id>/slut", methods=["GET", "POST"])
@requires(Action.CANCEL_OCCURRENCE, purpose="host_activity")
def end(activity_id: UUID) -> ResponseReturnValue:
    """Ask for the last day of an activity, and end it."""
    now, activity = clock.now(), _own(activity_id)
    form = EndForm(data={"last_on": local_day(now)})
    if form.validate_on_submit():
        execute(
            services.end_activity,
            current_actor(),
            activity_id,
            last_on=form.last_on.data,
            now=now,
            key=form.key.data,
            content=[activity_id, form.last_on.data],
        )
        flash(_("The activity ends. Everybody with a later date is told."), "success")
        return back_to(activity_id)
    if not can(State(activity.state), Step.END):
        raise Stale
    page = render_template(
        "activities/end.html", form=form, activity=activity, coming=_coming(activity_id, now)
    )
    return page, 422 if form.errors else 200


@bp.route("/aktiviteter/<uuid:activity_id>/aflys", methods=["GET", "POST"])
@requires(Action.CANCEL_OCCURRENCE, purpose="host_activity")
def cancel_all(activity_id: UUID) -> ResponseReturnValue:
    """Ask why an activity is cancelled altogether, and cancel it; a proposal is withdrawn."""
    now, activity, form = clock.now(), _own(activity_id), CancelForm()
    if form.validate_on_submit():
        execute(
            services.cancel_activity,
            current_actor(),
            activity_id,
            reason=form.reason.data,
            now=now,
            key=form.key.data,
            content=[activity_id, form.reason.data],
        )
        flash(_("The activity is cancelled."), "success")
        return back_to(activity_id)
    if not can(State(activity.state), Step.CANCEL):
        raise Stale
    page = render_template(
        "activities/cancel_all.html", form=form, activity=activity, coming=_coming(activity_id, now)
    )
    return page, 422 if form.errors else 200


def _own(activity_id: UUID) -> Any:
    activity = queries.get_activity(activity_id)
    authorise(current_actor(), Action.CANCEL_OCCURRENCE, services.reach_of(activity))
    return activity


def _coming(activity_id: UUID, now: datetime) -> list[words.DateShown]:
    """Return the dates to come that guests have a seat at, and who they are."""
    dates = [one for one in queries.dates_of(activity_id, now, 60) if not one.is_cancelled]
    guests = guests_told([one.id for one in dates])
    return [words.date_shown(one, now, guests[one.id]) for one in dates if one.id in guests]
