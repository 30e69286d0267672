"""Trips that need a helper: broken ones with substitutes, and those nobody comes along on yet."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, Forbidden, NotFound
from klippekort.domain.escorting import Ranked
from klippekort.domain.permissions import Action, Actor, Reach, Role, may
from klippekort.domain.sending import may_take_off
from klippekort.domain.trips import TripState
from klippekort.planning.forms import AssignForm, seen_in
from klippekort.planning.queries.broken import (
    SOON,
    BrokenTrip,
    broken_trips,
    substitutes,
    to_be_found,
)
from klippekort.planning.queries.roster import PlannedTrip, list_trips
from klippekort.planning.views.blueprint import bp
from klippekort.planning.views.words import (
    against,
    against_another,
    names_of,
    refused,
    speaks_for,
)
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import clock_time, first_up, moment
from klippekort.platform.i18n import _
from klippekort.trips.services.settling import settle_escort
from klippekort.trips.views.escorts import CALL_THEM, OUT_WITHOUT


@dataclass(frozen=True)
class Offered:
    """Somebody who could come along, what speaks for them, and the key of their button."""

    id: UUID
    name: str
    said: str
    key: str


@dataclass(frozen=True)
class Need:
    """A trip that needs a helper, why, and the best who could come along."""

    trip: PlannedTrip
    who: str
    when: str
    why: str
    deadline: str
    is_urgent: bool
    late: str
    is_out: bool
    instead_of: UUID | None
    may_send: bool
    may_cancel: bool
    best: list[Offered]


@bp.get("/tavle/mangler")
@requires(Action.PLAN_WEEK, purpose="assign_escort")
def needs() -> ResponseReturnValue:
    """List what needs a person, the urgent first; `medarbejder` is one care worker's own."""
    now, supplier_id = clock.now(), _own_supplier()
    worker_id = request.args.get("medarbejder", type=UUID)
    broken = broken_trips(now, supplier_id, worker_id=worker_id)
    waiting = [] if worker_id else to_be_found(now, supplier_id)
    trips = [one.trip for one in broken] + waiting
    best = substitutes(trips, now, supplier_id)
    saw(*{rider.id for trip in trips for rider in trip.riders})
    return render_template(
        "planning/needs.html",
        broken=[
            _need(
                one.trip,
                best,
                is_urgent=one.is_urgent,
                broken=one,
            )
            for one in broken
        ],
        waiting=[
            _need(
                trip,
                best,
                is_urgent=trip.starts_at < now + SOON,
            )
            for trip in waiting
        ],
        worker_id=worker_id,
        out_without=OUT_WITHOUT,
    )


@bp.post("/tavle/ture/<uuid:trip_id>/ledsager")
@requires(Action.ASSIGN_ESCORT, purpose="assign_escort")
def assign(trip_id: UUID) -> ResponseReturnValue:
    """Put one helper on a trip with one tap; the citizen is called now that it is settled."""
    form, back = AssignForm(), request.args.get("medarbejder", type=UUID)
    chosen, replaced = seen_in(form.escort.data), seen_in(form.instead_of.data)
    if not form.validate_on_submit() or not chosen:
        flash(_("Choose who goes along."), "error")
        return redirect(url_for("planning.needs", medarbejder=back), 303)
    trip = _trip(trip_id)
    saw(*(rider.id for rider in trip.riders))
    try:
        execute(
            settle_escort,
            current_actor(),
            trip_id,
            chosen[0],
            instead_of=replaced[0] if replaced else None,
            now=clock.now(),
            key=form.key.data,
            content=[trip_id, chosen[0]],
        )
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(refused(error), "error")
    else:
        is_out = trip.state is TripState.UNDER_WAY
        said = CALL_THEM if is_out else _("It is settled. The call to the citizen is on the list.")
        flash(said, "success")
    return redirect(url_for("planning.needs", medarbejder=back), 303)


def _trip(trip_id: UUID) -> PlannedTrip:
    found = list_trips(clock.now(), None, None, only=trip_id)
    if not found:
        raise NotFound
    actor, today = current_actor(), clock.today()
    if not any(may(actor, Action.ASSIGN_ESCORT, reach(one, today)) for one in found[0].riders):
        raise Forbidden(Action.ASSIGN_ESCORT)
    return found[0]


def _own_supplier() -> UUID | None:
    """Return the supplier a planner is held to, or None for someone who sees all."""
    actor = current_actor()
    return actor.supplier_id if actor.role is Role.PLANNER else None


def _need(
    trip: PlannedTrip,
    best: dict[UUID, list[Ranked]],
    *,
    is_urgent: bool,
    broken: BrokenTrip | None = None,
) -> Need:
    now, actor = clock.now(), current_actor()
    today, leaves = local_day(now), broken.worker if broken else None
    is_out = broken is not None and broken.is_out
    may_send = leaves is None or may_take_off(actor, leaves.supplier_id, trip.suppliers)
    return Need(
        trip,
        names_of([rider.name for rider in trip.riders]),
        moment(trip.starts_at, today),
        _why(broken, may_send),
        moment(trip.escort_by, today) if trip.escort_by else "",
        is_urgent,
        clock_time(trip.starts_at) if trip.starts_at <= now and not is_out else "",
        is_out,
        leaves.id if leaves else None,
        may_send,
        not is_out and _may_cancel(actor, trip),
        [_offered(one) for one in best.get(trip.id, ())] if may_send else [],
    )


def _why(broken: BrokenTrip | None, may_send: bool) -> str:
    """Return why a trip needs somebody. Another supplier's helper is not named, nor what keeps
    her: only they can send somebody else.
    """
    if broken is None:
        return str(_("Nobody comes along yet"))
    if not may_send:
        return first_up(against_another(broken.reasons))
    return f"{broken.worker.name}: {against(broken.reasons)}"


def _may_cancel(actor: Actor, trip: PlannedTrip) -> bool:
    """Say whether the whole trip is the reader's to cancel: everybody who rides."""
    return all(may(actor, Action.CANCEL_TRIP, Reach(supplier_id=one)) for one in trip.suppliers)


def _offered(one: Ranked) -> Offered:
    return Offered(one.worker.id, one.worker.name, speaks_for(one), str(uuid4()))
