"""The button with which a helper says that they are on the way."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.trips.services.on_way import tell_on_way
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.shown import open_trip


@bp.post("/ture/<uuid:trip_id>/paa-vej")
@requires(Action.KEEP_TRIP, purpose="keep_trip")
def on_way(trip_id: UUID) -> ResponseReturnValue:
    """Have those who are fetched told that their helper is on the way."""
    form = KeyedForm()
    row, _citizen = open_trip(trip_id, Action.KEEP_TRIP)
    if form.validate_on_submit():
        now, key = clock.now(), form.key.data
        try:
            told = execute(
                tell_on_way, current_actor(), trip_id, now=now, key=key, content=[trip_id, "on_way"]
            )
        except Stale:
            flash(_("The trip has begun or ended already."), "info")
        else:
            if told:
                flash(_("%(name)s hears it now.", name=row.citizen_name), "success")
            else:
                flash(_("It was told before, or cannot be told by itself."), "info")
    if request.form.get("back") == "today":
        return redirect(url_for("trips.today"), 303)
    return redirect(url_for("trips.trip", trip_id=trip_id), 303)
