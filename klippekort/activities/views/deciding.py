"""The coordinator's list, an activity's own page, and the yes or no to a proposal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import (
    DECLINE_REASONS,
    INSURANCE,
    LANGUAGES,
    ApproveForm,
    DeclineForm,
)
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.activities.views.waiting_host import say_if_host_waits
from klippekort.domain.activity_life import Existence, State, Step, can, existence
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action, Role, authorise, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import Status, full_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import list_associations, list_volunteers

# What others may see once a coordinator has said yes, these see before.
SEE_PROPOSALS = frozenset({Role.COORDINATOR, Role.VOLUNTEER, Role.ASSOCIATION})


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
    volunteers = {row.id: row.name for row in list_volunteers(with_archived=True)}
    return volunteers | {row.id: row.name for row in list_associations(with_archived=True)}


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
            place=words.place_words(one),
            host=_host(one, names),
            when=words.when_words(one),
            next=words.next_words(next_starts.get(one.id), now),
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
    every = queries.list_activities()
    shown = {line.id: line for line in lines(every, now)}
    by_state = {state: [shown[one.id] for one in every if one.state == state] for state in State}
    return render_template(
        "activities/manage.html",
        proposals=[shown[one.id] for one in queries.list_proposals()],
        waiting=by_state[State.APPROVED],
        unsure=[shown[one.id] for one in queries.list_to_confirm(local_day(now))],
        published=[one for one in by_state[State.PUBLISHED] if not one.is_over],
        over=[one for one in by_state[State.PUBLISHED] if one.is_over] + by_state[State.ENDED],
        cancelled=by_state[State.CANCELLED],
        declined=by_state[State.DECLINED],
        may_post=may(actor, Action.POST_ACTIVITY),
    )


@bp.get("/aktiviteter/<uuid:activity_id>")
@requires(Action.SEE_ACTIVITIES)
def show(activity_id: UUID) -> ResponseReturnValue:
    """Show an activity with its next dates, and what the reader can do with it."""
    actor, now, activity = current_actor(), clock.now(), queries.get_activity(activity_id)
    authorise(actor, Action.SEE_ACTIVITIES, services.reach_of(activity))
    if activity.state != State.PUBLISHED and actor.role not in SEE_PROPOSALS:
        raise NotFound
    dates = queries.dates_of(activity_id, now)
    coming = [one.starts_at for one in dates if not one.is_cancelled]
    return render_template(
        "activities/show.html",
        activity=activity,
        status=words.state_status(activity, now, coming[0] if coming else None),
        host=_host(activity, _names()),
        timing=activity.timing,
        place=activity.timing.place,
        declined_reason=DECLINE_REASONS.get(activity.declined_reason or "", ""),
        dates=[words.date_shown(one, now) for one in dates],
        beside=queries.held_beside([one.id for one in dates]),
        picture=queries.find_picture(activity_id),
        is_manager=may(actor, Action.APPROVE_ACTIVITY),
        is_host=actor.role in (Role.VOLUNTEER, Role.ASSOCIATION),
        key=KeyedForm().key.data,
        **_said(activity),
        **_may_do(activity, now),
    )


def _said(activity: Any) -> dict[str, Any]:
    """Return what is said of an activity, in words."""
    place = activity.timing.place
    return {
        "kind": words.kind_words(activity.kind),
        "where": words.place_words(activity),
        "when": words.when_words(activity),
        "access": words.access_words(place.access if place else ()),
        "price": words.price_words(activity.price_oere),
        "helper_price": words.price_words(activity.helper_price_oere),
        "language": "" if activity.language == "da" else LANGUAGES.get(activity.language, ""),
        "insurance": INSURANCE[activity.insurance_class],
        "confirm_by": full_day(activity.confirm_by) if activity.confirm_by else "",
    }


def _may_do(activity: Any, now: datetime) -> dict[str, bool]:
    """Return what the reader may do with an activity as it stands."""
    actor, reach, state = current_actor(), services.reach_of(activity), State(activity.state)
    may_post = may(actor, Action.POST_ACTIVITY, reach)
    may_cancel = may(actor, Action.CANCEL_OCCURRENCE, reach)
    is_asked = existence(activity.confirm_by, local_day(now)) is not Existence.SURE
    return {
        "may_decide": state is State.PROPOSED and may(actor, Action.APPROVE_ACTIVITY),
        "may_change": may_post and state in (State.PROPOSED, State.APPROVED, State.PUBLISHED),
        "may_publish": may_post and state is State.APPROVED,
        "may_repeat": may_post and state in (State.PUBLISHED, State.ENDED),
        "may_confirm": may_post and state is State.PUBLISHED and is_asked,
        "may_exchange": state is State.PUBLISHED and may(actor, Action.EXCHANGE_HOST, reach),
        "may_cancel": may_cancel,
        "may_host": may(actor, Action.HOST_ACTIVITY, reach),
        "may_cancel_all": may_cancel and can(state, Step.CANCEL),
        "may_end": may_cancel and can(state, Step.END),
    }


@bp.route("/aktiviteter/<uuid:activity_id>/godkend", methods=["GET", "POST"])
@requires(Action.APPROVE_ACTIVITY)
def approve(activity_id: UUID) -> ResponseReturnValue:
    """Say yes to a proposal: at once, or with remarks that its host reads first."""
    activity, form = queries.get_activity(activity_id), ApproveForm()
    if form.validate_on_submit() and _approved(form, activity_id):
        flash(
            _("The host can publish it, having read your remarks.")
            if form.remarks.data
            else _("The activity is approved. Guests can come."),
            "success",
        )
        say_if_host_waits(activity_id)
        return redirect(url_for("activities.manage"), 303)
    if activity.state != State.PROPOSED:
        raise Stale
    page = render_template(
        "activities/approve.html",
        form=form,
        activity=activity,
        place=activity.timing.place,
        host=_host(activity, _names()),
        **_said(activity),
    )
    return page, 422 if form.errors else 200


def _approved(form: ApproveForm, activity_id: UUID) -> bool:
    """Approve what a valid form says, or say at its field why that cannot be."""
    remarks, shares = form.remarks.data or "", form.shares_room.data
    try:
        execute(
            services.approve_activity,
            current_actor(),
            activity_id,
            remarks=remarks,
            shares_room=shares,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id, remarks, shares],
        )
    except services.DatesOver:
        over = _("The day is over, so it cannot be approved. Decline it instead.")
        form.remarks.errors = [over]
        return False
    except services.HeldNowhere:
        form.remarks.errors = [words.nowhere_words()]
        return False
    except services.PlaceTaken as taken:
        form.shares_room.errors = [words.clash_words(taken)]
        return False
    return True


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
            remarks=form.remarks.data or "",
            now=clock.now(),
            key=form.key.data,
            content=[activity_id, form.reason.data, form.remarks.data],
        )
        flash(_("The activity is declined."), "success")
        return redirect(url_for("activities.manage"), 303)
    if activity.state != State.PROPOSED:
        raise Stale
    page = render_template("activities/decline.html", form=form, activity=activity)
    return page, 422 if form.errors else 200
