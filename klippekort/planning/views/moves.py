"""Moving a trip: who fits and who does not is shown before anything is sent."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import reach
from klippekort.domain.calendar import day_said, instant, local, local_day, monday
from klippekort.domain.errors import DomainError, NotFound
from klippekort.domain.escorting import Ranked, Reason, rank, why_not
from klippekort.domain.permissions import Action, authorise
from klippekort.planning.forms import MoveForm
from klippekort.planning.queries.roster import PlannedTrip, Roster, around, list_trips
from klippekort.planning.services.moving import move_trip
from klippekort.planning.views.blueprint import bp
from klippekort.planning.views.words import against, label, names_of, refused
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _
from klippekort.trips.services.settling import settle_escort
from klippekort.trips.views.words import error_words

WEEK_DAYS = 7


@dataclass(frozen=True)
class Fits:
    """Who could come along on a trip, and who could not and why."""

    good: list[Ranked]
    bad: list[tuple[str, str]]


@bp.route("/tavle/ture/<uuid:trip_id>/flyt", methods=["GET", "POST"])
@requires(Action.PLAN_WEEK, purpose="assign_escort")
def move(trip_id: UUID) -> ResponseReturnValue:
    """Choose who comes along, and a new time for a trip to a place of one's own choice."""
    trip = _open(trip_id)
    saw(*(rider.id for rider in trip.riders))
    if not trip.may_change or trip.starts_at <= clock.now():
        flash(_("The trip has begun or ended already."), "info")
        return redirect(url_for("trips.trip", trip_id=trip_id), 303)
    form = MoveForm()
    wanted = _wanted(trip, form)
    form.is_moved = wanted.starts_at != trip.starts_at
    found = _fits(wanted, trip)
    _offer(form, found, trip)
    if form.validate_on_submit():
        try:
            _carry_out(form, trip, wanted)
        except DomainError as error:
            form.escort.errors = [_said(error, form, wanted)]
        else:
            flash(_told(form, found, wanted), "success")
            return redirect(url_for("planning.board", uge=local_day(wanted.starts_at)), 303)
    page = render_template(
        "planning/move.html",
        form=form,
        trip=trip,
        wanted=wanted,
        who=names_of([rider.name for rider in trip.riders]),
        found=found,
        clash=_clash_asked_for(found, form),
        day=local_day(wanted.starts_at),
        clock=local(wanted.starts_at).time(),
        keeps_time=trip.occurrence_id is not None,
    )
    return page, 422 if form.errors else 200


@bp.get("/tavle/ture/<uuid:trip_id>/passer")
@requires(Action.PLAN_WEEK, purpose="assign_escort")
def fits(trip_id: UUID) -> ResponseReturnValue:
    """Say as JSON why each care worker of the supplier cannot take a trip, day by day.

    A trip to an activity has its own day; one to a place of one's own choice has the whole week.
    """
    trip = _open(trip_id)
    saw(*(rider.id for rider in trip.riders))
    first = monday(local_day(trip.starts_at))
    days = [local_day(trip.starts_at)]
    if trip.occurrence_id is None:
        days = [first + timedelta(days=n) for n in range(WEEK_DAYS)]
    moved = [_on(trip, day) for day in days]
    roster = around(moved, trip.riders[0].supplier_id)
    return jsonify(
        {
            "days": {
                day.isoformat(): {str(who): against(why) for who, why in _all(roster, one)}
                for day, one in zip(days, moved, strict=True)
            }
        }
    )


def _all(roster: Roster, trip: PlannedTrip) -> list[tuple[UUID, tuple[Reason, ...]]]:
    return [(worker_id, roster.why_not(trip, worker_id)) for worker_id in roster.staff]


def _open(trip_id: UUID) -> PlannedTrip:
    """Return a trip the one who asks may plan. Raises NotFound, Forbidden."""
    found = list_trips(clock.now(), None, None, only=trip_id)
    if not found:
        raise NotFound
    for rider in found[0].riders:
        authorise(current_actor(), Action.PLAN_WEEK, reach(rider, clock.today()))
    return found[0]


def _on(trip: PlannedTrip, day: date, at: time | None = None) -> PlannedTrip:
    """Return a trip as it would be on another day, at its own clock time or another."""
    starts_at = instant(day, at or local(trip.starts_at).time())
    return replace(trip, starts_at=starts_at, ends_at=starts_at + (trip.ends_at - trip.starts_at))


def _wanted(trip: PlannedTrip, form: MoveForm) -> PlannedTrip:
    """Return the trip at the time that was asked for; one to an activity keeps its own."""
    if trip.occurrence_id is not None:
        return trip
    if form.is_submitted():
        day, at = form.day.data, form.clock.data
    else:
        day, at = _asked_day(), _asked_clock()
    wanted = _on(trip, day or local_day(trip.starts_at), at)
    form.day.data, form.clock.data = local_day(wanted.starts_at), local(wanted.starts_at).time()
    return wanted


def _asked_day() -> date | None:
    return day_said(request.args.get("dag", ""), clock.today())


def _asked_clock() -> time | None:
    try:
        return time.fromisoformat(request.args.get("tid", "")).replace(tzinfo=None)
    except ValueError:
        return None


def _fits(wanted: PlannedTrip, trip: PlannedTrip) -> Fits:
    roster = around([wanted], trip.riders[0].supplier_id)
    workers = [roster.worker(one, wanted) for one in roster.staff.values()]
    outing = wanted.outing
    good = rank(outing, workers)
    if wanted.starts_at == trip.starts_at:  # whoever is on it already need not be chosen
        good = [one for one in good if one.worker.id not in trip.escorts]
    bad = [(one.name, why_not(outing, one)) for one in workers]
    return Fits(good, [(name, against(reasons)) for name, reasons in bad if reasons])


def _offer(form: MoveForm, found: Fits, trip: PlannedTrip) -> None:
    form.escort.choices = {str(one.worker.id): label(one) for one in found.good}
    if form.is_moved:
        form.escort.choices[""] = str(_("Find a helper later"))
    if form.is_submitted():
        return
    asked = request.args.get("ledsager", "")
    present = next((str(one) for one in trip.escorts if str(one) in form.escort.choices), "")
    first = next(iter(form.escort.choices), "")
    form.escort.data = asked if asked in form.escort.choices else present or first


def _clash_asked_for(found: Fits, form: MoveForm) -> bool:
    """Say whether the address asks for somebody who does not fit."""
    asked = request.args.get("ledsager", "")
    return bool(asked) and not form.is_submitted() and asked not in form.escort.choices


def _carry_out(form: MoveForm, trip: PlannedTrip, wanted: PlannedTrip) -> None:
    now, content = clock.now(), [trip.id, form.escort.data, wanted.starts_at]
    actor, key = current_actor(), form.key.data
    if form.is_moved:
        execute(
            move_trip,
            actor,
            trip.id,
            starts_at=wanted.starts_at,
            escort_id=form.chosen,
            agreed_how="said",
            now=now,
            key=key,
            content=content,
        )
    elif form.chosen is not None:
        execute(settle_escort, actor, trip.id, form.chosen, now=now, key=key, content=content)


def _said(error: DomainError, form: MoveForm, wanted: PlannedTrip) -> str:
    """Return why it could not be done; a new time may be against the card's own rules."""
    if not form.is_moved:
        return refused(error)
    return error_words(error, clock.today(), None, local_day(wanted.starts_at))


def _told(form: MoveForm, found: Fits, wanted: PlannedTrip) -> str:
    names = {str(one.worker.id): one.worker.name for one in found.good}
    name = names.get(form.escort.data or "")
    if not form.is_moved:
        return str(_("%(name)s goes along.", name=name))
    return str(_("The trip is moved to %(moment)s.", moment=_moment(wanted.starts_at)))


def _moment(at: datetime) -> str:
    return moment(at, clock.today())
