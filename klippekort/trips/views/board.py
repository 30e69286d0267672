"""The week's trips for whoever plans them: those without a helper first, and who could go along."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import day_said, day_span, local_day, monday
from klippekort.domain.errors import EscortBusy, EscortOffDuty, EscortUnable, Stale
from klippekort.domain.escorting import what_is_left
from klippekort.domain.permissions import Action, Role, may
from klippekort.domain.sending import may_send
from klippekort.domain.trips import Company, TripState
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.trips.forms.book import AssignForm
from klippekort.trips.queries.escorts import free_escorts
from klippekort.trips.queries.trips import rows_of, trips_between
from klippekort.trips.services.settling import settle_escort
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.escorts import (
    CALL_THEM,
    OUT_WITHOUT,
    escort_label,
    known_to,
    own_helpers,
    who_may_leave,
)
from klippekort.trips.views.shown import first_names, going, open_trip, trip_shown
from klippekort.trips.views.words import error_words

A_WEEK = timedelta(weeks=1)


def _asked_week() -> date:
    """Return the Monday of the week in the address, or of this one."""
    today = clock.today()
    return monday(day_said(request.args.get("uge", ""), today) or today)


@bp.get("/ture")
@requires(Action.SEE_OVERVIEW, purpose="plan_trips")
def board() -> ResponseReturnValue:
    """Show a week's trips by day; a planner sees those of the own supplier, and its own helpers."""
    actor, now, first = current_actor(), clock.now(), _asked_week()
    supplier_id = actor.supplier_id if actor.role is Role.PLANNER else None
    rows = trips_between(day_span(first)[0], day_span(first + A_WEEK)[0], supplier_id=supplier_id)
    own = own_helpers(actor)
    saw(*{row.citizen_id for row in rows})
    shown = [trip_shown(row, actor, now, local_day(now), own=own) for row in rows]
    lacking = [t for t in shown if t.row.escort_id is None and t.row.state is TripState.BOOKED]
    return render_template(
        "trips/board.html",
        first=first,
        last=first + A_WEEK - timedelta(days=1),
        is_this_week=first == monday(local_day(now)),
        previous=first - A_WEEK,
        next=first + A_WEEK,
        lacking=[trip for trip in lacking if trip.row.starts_at > now],
        days=[(name, list(found)) for name, found in groupby(shown, key=lambda trip: trip.day)],
        may_assign=may(actor, Action.ASSIGN_ESCORT),
    )


@bp.route("/ture/<uuid:trip_id>/ledsager", methods=["GET", "POST"])
@requires(Action.ASSIGN_ESCORT, purpose="assign_escort")
def assign(trip_id: UUID) -> ResponseReturnValue:
    """Put a helper on a trip, the one who knows the citizen best first: on one that is booked, or
    in the place of somebody who is away from one under way.
    """
    actor, (row, citizen) = current_actor(), open_trip(trip_id, Action.ASSIGN_ESCORT)
    now, form, riders = clock.now(), AssignForm(), going(rows_of(trip_id))
    theirs, is_out = {one.supplier_id for one in riders}, row.state is TripState.UNDER_WAY
    leaving = who_may_leave(row, theirs, actor, now)
    is_booked = row.state is TripState.BOOKED and row.company is Company.ESCORT
    if not is_booked and not leaving:
        return redirect(url_for("trips.trip", trip_id=trip_id), 303)
    others = [get_citizen(one.citizen_id) for one in riders if one.citizen_id != citizen.id]
    starts_at, ends_at = riders[0].starts_at, max(one.ends_at for one in riders)
    found = free_escorts(
        *(what_is_left(ends_at, now) if is_out else (starts_at, ends_at)),
        citizen,
        besides=trip_id,
        transport=row.transport,
        together=others,
        suppliers=[one for one in theirs if may_send(actor, one)],
    )
    known = known_to([citizen, *others], starts_at)
    form.instead_of.choices = leaving if len(leaving) > 1 else {}
    is_only_one = len(row.escorts) == 1 and not row.lacks_escort
    goes = set() if is_only_one else {worker for worker, _name in row.escorts}
    form.escort.choices = {
        str(one.id): escort_label(one, known) for one in found if leaving and one.id not in goes
    }
    if form.validate_on_submit():
        try:
            execute(
                settle_escort,
                actor,
                trip_id,
                UUID(form.escort.data),
                instead_of=form.replaced or _the_one(leaving),
                now=now,
                key=form.key.data,
                content=[trip_id, form.escort.data, form.instead_of.data],
            )
        except (EscortBusy, EscortOffDuty, EscortUnable) as error:
            form.escort.errors = [error_words(error, local_day(now), None)]
        except Stale:
            flash(_("The trip has begun or ended already."), "info")
            return redirect(url_for("trips.trip", trip_id=trip_id), 303)
        else:
            name = form.escort.choices[form.escort.data].partition(" – ")[0]
            said = CALL_THEM if is_out else _("%(name)s goes along.", name=name)
            flash(said, "success")
            return redirect(url_for("trips.board", uge=local_day(row.starts_at)), 303)
    elif not form.is_submitted():
        first = str(row.escort_id)
        choices = form.escort.choices
        form.escort.data = first if first in choices else next(iter(choices), "")
        form.instead_of.data = "" if row.lacks_escort else None
    names = first_names(riders)
    saw(*names)
    page = render_template(
        "trips/assign.html",
        form=form,
        names=" & ".join(names.values()),
        citizen=citizen,
        trip=trip_shown(row, actor, now, local_day(now)),
        is_theirs=not leaving,
        out_without=OUT_WITHOUT if is_out else "",
    )
    return page, 422 if form.errors else 200


def _the_one(leaving: Mapping[str, str]) -> UUID | None:
    """Return who gives way where it can be nobody else, or None."""
    return UUID(next(iter(leaving))) if len(leaving) == 1 and "" not in leaving else None
