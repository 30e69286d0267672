"""Today: the trips a care worker goes on, by time. The page a working day begins with."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.domain.trips import ACTIVE
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import day, first_up
from klippekort.trips.queries.trips import cancelled_of_day, trips_of_day
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.shown import trip_shown


@bp.get("/i-dag")
@requires(Action.SEE_TRIPS, purpose="see_today")
def today() -> ResponseReturnValue:
    """Show the trips of the day; whoever goes on none sees the week instead."""
    actor, now = current_actor(), clock.now()
    if actor.person_id is None:
        return redirect(url_for("trips.board"), 303)
    on = local_day(now)
    rows = trips_of_day(actor.person_id, on)
    cancelled = cancelled_of_day(actor.person_id, on)
    saw(*{row.citizen_id for row in (*rows, *cancelled)})
    shown = [trip_shown(row, actor, now, on) for row in rows]
    heading = day(on)
    return render_template(
        "trips/today.html",
        heading=first_up(heading),
        ahead=[trip for trip in shown if trip.row.state in ACTIVE],
        done=[trip for trip in shown if trip.row.state not in ACTIVE],
        cancelled=[trip_shown(row, actor, now, on) for row in cancelled],
    )
