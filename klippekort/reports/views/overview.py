"""Today and this week: what the coordinator or a supplier's planner looks at on Monday at eight."""

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import day_span, local_day, monday
from klippekort.domain.permissions import Action, Role
from klippekort.domain.trips import TripState
from klippekort.messages.views.calls import take_outcome
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.job_views import standing_alarms
from klippekort.punchcards.services.tasks import close_task
from klippekort.reports.views.blueprint import bp
from klippekort.reports.views.overview_first import first_lines
from klippekort.reports.views.overview_lists import LAPSE_DAYS, named
from klippekort.trips.queries.counts import count_trips
from klippekort.trips.queries.trips import trips_between
from klippekort.trips.views.escorts import named_to, own_helpers

AHEAD_DAYS = 14
NOT_ON = (TripState.CANCELLED, TripState.TURNED_DOWN, TripState.LAPSED)


@bp.get("/overblik")
@requires(Action.SEE_OVERVIEW, purpose="overview")
def overview() -> ResponseReturnValue:
    now = clock.now()
    today, supplier = local_day(now), _own_supplier()
    start, end = day_span(today)
    week_end = day_span(monday(today) + timedelta(days=6))[1]
    trips_today = [
        row for row in trips_between(start, end, supplier_id=supplier) if row.state not in NOT_ON
    ]
    alone = trips_between(
        now, now + timedelta(days=AHEAD_DAYS), supplier_id=supplier, without_escort=True
    )
    lists, own = named(now, supplier), own_helpers(current_actor())
    saw(*lists.ids, *(row.citizen_id for row in [*trips_today, *alone]))
    return render_template(
        "reports/overview.html",
        today=today,
        standing=standing_alarms(now),
        **vars(lists),
        trips=[(row, named_to(row, own)) for row in trips_today],
        rest_of_week=count_trips(end, week_end, supplier),
        alone=alone,
        first=first_lines(now, supplier),
        lapse_days=LAPSE_DAYS,
    )


@bp.post("/opkald/<uuid:message_id>")
@requires(Action.HANDLE_MESSAGE)
def complete(message_id: UUID) -> ResponseReturnValue:
    said = take_outcome(message_id, now=clock.now())
    if said is not None:
        flash(said, "success")
    return redirect(url_for("reports.overview"), 303)


@bp.post("/opgaver/<uuid:task_id>")
@requires(Action.HANDLE_MESSAGE)
def close(task_id: UUID) -> ResponseReturnValue:
    form = KeyedForm()
    if form.validate_on_submit():
        execute(close_task, current_actor(), task_id, now=clock.now(), key=form.key.data)
        flash(_("It is ticked off."), "success")
    return redirect(url_for("reports.overview"), 303)


def _own_supplier() -> UUID | None:
    """Return the supplier a planner is held to, or None for someone who sees all."""
    actor = current_actor()
    return actor.supplier_id if actor.role is Role.PLANNER else None
