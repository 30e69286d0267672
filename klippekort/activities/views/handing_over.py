"""The page on which somebody else becomes the usual host of an activity."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import HostForm
from klippekort.activities.views.blueprint import bp
from klippekort.activities.views.posting import hosts_offered
from klippekort.activities.views.waiting_host import say_if_host_waits
from klippekort.domain.activity_life import State
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.route("/aktiviteter/<uuid:activity_id>/vaert", methods=["GET", "POST"])
@requires(Action.EXCHANGE_HOST)
def exchange_host(activity_id: UUID) -> ResponseReturnValue:
    """Ask who is to be the usual host, and from which day."""
    actor, activity = current_actor(), queries.get_activity(activity_id)
    authorise(actor, Action.EXCHANGE_HOST, services.reach_of(activity))
    if activity.state != State.PUBLISHED:
        raise Stale
    today = local_day(clock.now())
    form = HostForm(data={"host": str(activity.host_id or ""), "from_on": today})
    hosts, _associations = hosts_offered(activity.host_id)
    form.offer(today, today + services.AHEAD, hosts or {}, needs_one=not activity.association_id)
    if form.validate_on_submit():
        execute(
            services.exchange_host,
            actor,
            activity_id,
            form.chosen,
            from_on=form.from_on.data,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id, form.chosen, form.from_on.data],
        )
        flash(_("The change is saved. Call the host until now, so that they know it."), "success")
        say_if_host_waits(activity_id)
        return redirect(url_for("activities.show", activity_id=activity_id), 303)
    page = render_template("activities/exchange_host.html", form=form, activity=activity)
    return page, 422 if form.errors else 200
