"""What is held in one room at the same time, for a coordinator to sort out."""

from datetime import date
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.queries import Together
from klippekort.activities.views.blueprint import bp
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import clock_time, day, first_up
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _

MOST_SHOWN = 50


@bp.get("/aktiviteter/samme-lokale")
@requires(Action.APPROVE_ACTIVITY)
def together() -> ResponseReturnValue:
    """Show each two dates that share a room though nobody has said that they may."""
    found, today = queries.held_together(clock.now()), clock.today()
    return render_template(
        "activities/together.html",
        pairs=[(one, _when(one, today)) for one in found[:MOST_SHOWN]],
        left_out=max(0, len(found) - MOST_SHOWN),
        new_key=lambda: str(uuid4()),
    )


def _when(one: Together, today: date) -> str:
    starts, ends = one.second.starts_at, min(one.first.ends_at, one.second.ends_at)
    return first_up(f"{day(starts, today)}, {clock_time(starts)}–{clock_time(ends)}")


@bp.post("/aktiviteter/<uuid:activity_id>/deler-lokale")
@requires(Action.APPROVE_ACTIVITY)
def share_room(activity_id: UUID) -> ResponseReturnValue:
    """Keep that an activity shares its room on purpose."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(services.agree_to_share, current_actor(), activity_id, key=form.key.data)
        flash(_("It is saved. Thank you."), "success")
    return redirect(url_for("activities.together"), 303)
