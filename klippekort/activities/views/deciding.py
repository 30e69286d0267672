"""The coordinator's list, an activity's own page, and the yes or no to a proposal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import DECLINE_REASONS, DeclineForm
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import Status, moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import list_associations, list_volunteers

# What others may see once a coordinator has said yes, these see before.
SEE_PROPOSALS = frozenset({Role.COORDINATOR, Role.VOLUNTEER})


@dataclass(frozen=True)
class ActivityShown:
    """An activity as a line in a list."""

    id: UUID
    title: str
    kind: str
    place: str
    host: str
    when: str
    next: str
    is_over: bool
    status: Status


def _names() -> dict[UUID, str]:
    """Return the names of all volunteers and associations, by id."""
    volunteers = {row.id: row.name for row in list_volunteers()}
    return volunteers | {row.id: row.name for row in list_associations()}


def _host(activity: Any, names: dict[UUID, str]) -> str:
    found = (names.get(one, "") for one in (activity.host_id, activity.association_id) if one)
    return ", ".join(filter(None, found))


def lines(activities: Any, now: datetime) -> list[ActivityShown]:
    """Return activities as lines of a list, in the order they came."""
    names, next_starts = _names(), queries.next_starts(now)
    return [
        ActivityShown(
            id=one.id,
            title=one.title,
            kind=words.kind_words(one.kind),
            place=one.place,
            host=_host(one, names),
            when=words.when_words(one),
            next=words.first_up(moment(next_starts[one.id])) if one.id in next_starts else "",
            is_over=words.is_over(one, now, next_starts.get(one.id)),
            status=words.state_status(one, now, next_starts.get(one.id)),
        )
        for one in activities
    ]


@bp.get("/aktiviteter/styring")
@requires(Action.APPROVE_ACTIVITY)
def manage() -> ResponseReturnValue:
    """List all activities, those that wait for an answer first."""
    now, actor = clock.now(), current_actor()
    approved = lines(queries.list_activities(state="approved"), now)
    return render_template(
        "activities/manage.html",
        proposals=lines(queries.list_proposals(), now),
        approved=[one for one in approved if not one.is_over],
        over=[one for one in approved if one.is_over],
        declined=lines(queries.list_activities(state="declined"), now),
        may_post=may(actor, Action.POST_ACTIVITY),
    )


@bp.get("/aktiviteter/<uuid:activity_id>")
@requires(Action.SEE_ACTIVITIES)
def show(activity_id: UUID) -> ResponseReturnValue:
    """Show an activity with its next dates, and what the reader can do with it."""
    actor, now, activity = current_actor(), clock.now(), queries.get_activity(activity_id)
    reach = services.reach_of(activity)
    authorise(actor, Action.SEE_ACTIVITIES, reach)
    if activity.state != "approved" and actor.role not in SEE_PROPOSALS:
        raise NotFound
    dates = queries.dates_of(activity_id, now)
    coming = [one.starts_at for one in dates if not one.is_cancelled]
    return render_template(
        "activities/show.html",
        activity=activity,
        status=words.state_status(activity, now, coming[0] if coming else None),
        kind=words.kind_words(activity.kind),
        when=words.when_words(activity),
        host=_host(activity, _names()),
        access=words.access_words(activity.access),
        price=words.price_words(activity.price_oere),
        helper_price=words.price_words(activity.helper_price_oere),
        declined_reason=DECLINE_REASONS.get(activity.declined_reason or "", ""),
        dates=[words.date_shown(one, now) for one in dates],
        may_decide=activity.state == "proposed" and may(actor, Action.APPROVE_ACTIVITY),
        may_change=may(actor, Action.POST_ACTIVITY, reach),
        may_cancel=may(actor, Action.CANCEL_OCCURRENCE, reach),
        is_manager=may(actor, Action.APPROVE_ACTIVITY),
        is_host=actor.role is Role.VOLUNTEER,
        key=KeyedForm().key.data,
    )


@bp.post("/aktiviteter/<uuid:activity_id>/godkend")
@requires(Action.APPROVE_ACTIVITY)
def approve(activity_id: UUID) -> ResponseReturnValue:
    """Say yes to a proposal."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.approve_activity,
                current_actor(),
                activity_id,
                now=clock.now(),
                key=form.key.data,
                content=[activity_id],
            )
        except services.DatesOver:
            flash(_("The day is over, so it cannot be approved. Decline it instead."), "error")
            return redirect(url_for("activities.show", activity_id=activity_id), 303)
        flash(_("The activity is approved. Guests can come."), "success")
    return redirect(url_for("activities.manage"), 303)


@bp.route("/aktiviteter/<uuid:activity_id>/afvis", methods=["GET", "POST"])
@requires(Action.APPROVE_ACTIVITY)
def decline(activity_id: UUID) -> ResponseReturnValue:
    """Ask why a proposal is turned down, and turn it down."""
    activity, form = queries.get_activity(activity_id), DeclineForm()
    if form.validate_on_submit():
        execute(
            services.decline_activity,
            current_actor(),
            activity_id,
            reason=form.reason.data,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id, form.reason.data],
        )
        flash(_("The activity is declined."), "success")
        return redirect(url_for("activities.manage"), 303)
    if activity.state != "proposed":
        raise Stale
    page = render_template("activities/decline.html", form=form, activity=activity)
    return page, 422 if form.errors else 200
