"""Moving a trip: who fits and who does not is shown before anything is sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import ValidationError

from klippekort.citizens.queries import reach
from klippekort.domain.calendar import day_said, instant, local, local_day, monday
from klippekort.domain.errors import DomainError, Forbidden, NotFound, Undecided
from klippekort.domain.escorting import Ranked, Reason, rank, why_not
from klippekort.domain.permissions import Action, Role, may
from klippekort.domain.sending import may_take_off
from klippekort.domain.trips import TripState
from klippekort.planning.forms import MoveForm
from klippekort.planning.queries.broken import who_left
from klippekort.planning.queries.moved import seen_by_cards
from klippekort.planning.queries.roster import (
    PlannedTrip,
    Roster,
    Staff,
    around,
    list_staff,
    list_trips,
)
from klippekort.planning.services.moving import move_trip
from klippekort.planning.views.blueprint import bp
from klippekort.planning.views.filters import filters
from klippekort.planning.views.moved_words import cautions_of, new_time_refused
from klippekort.planning.views.words import against, label, names_of, refused
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import first_up, moment
from klippekort.platform.i18n import _
from klippekort.trips.services.settling import settle_escort
from klippekort.trips.views.escorts import CALL_THEM, OUT_WITHOUT, unnamed
from klippekort.trips.views.words import undecided_words

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
    trip, now = _open(trip_id), clock.now()
    saw(*(rider.id for rider in trip.riders))
    gone = who_left(trip, now)
    if not gone and not trip.is_to_come(now):
        flash(_("The trip has begun or ended already."), "info")
        return redirect(_trip_page(trip), 303)
    form, staff = MoveForm(), list_staff(None)
    form.today = clock.today()
    wanted = _wanted(trip, form)
    form.is_moved = wanted.starts_at != trip.starts_at
    seen = seen_by_cards(trip_id, wanted.starts_at, now) if form.is_moved else []
    found = _fits(wanted.left(now))
    _ask_who_leaves(form, trip, staff, found, gone)
    _offer(form, found, trip)
    if form.validate_on_submit():
        try:
            _carry_out(form, trip, wanted)
        except Undecided as question:
            form.form_errors = _ask(form, question)
        except DomainError as error:
            on = local_day(wanted.starts_at)
            form.escort.errors = [
                new_time_refused(error, on, seen) if form.is_moved else refused(error)
            ]
        else:
            flash(CALL_THEM if gone else _told(form, trip, wanted), "success")
            return redirect(_board(local_day(wanted.starts_at)), 303)
    page = render_template(
        "planning/move.html",
        form=form,
        trip=trip,
        wanted=wanted,
        who=names_of([rider.name for rider in trip.riders]),
        found=found,
        clash=_clash_asked_for(form),
        day=local_day(wanted.starts_at),
        clock=local(wanted.starts_at).time(),
        keeps_time=_keeps_time(trip),
        along=_along(staff, trip),
        cautions=cautions_of(seen),
        out_without=OUT_WITHOUT if gone else "",
        is_theirs=_is_theirs(form, trip),
        back_to=_board(local_day(wanted.starts_at)),
        kept={**filters(), "i_stedet_for": request.args.get("i_stedet_for", "")},
        trip_page=_trip_page(trip),
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
    if not _keeps_time(trip):
        days = [first + timedelta(days=n) for n in range(WEEK_DAYS)]
    moved = [_on(trip, day) for day in days]
    roster = around(moved, _own_supplier())
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
    actor, today = current_actor(), clock.today()
    if not any(may(actor, Action.PLAN_WEEK, reach(rider, today)) for rider in found[0].riders):
        raise Forbidden(Action.PLAN_WEEK)
    return found[0]


def _own_supplier() -> UUID | None:
    """Return whose helpers the reader sends, or None for one who may send everybody's."""
    actor = current_actor()
    return actor.supplier_id if actor.role is Role.PLANNER else None


def _keeps_time(trip: PlannedTrip) -> bool:
    """Say whether only the helper can be changed: the activity has its time, the trip should have
    begun, or another supplier's citizen rides along, whose time is not the reader's to change.
    """
    is_shared = _own_supplier() is not None and trip.suppliers != {_own_supplier()}
    has_begun = trip.state is TripState.UNDER_WAY or trip.starts_at <= clock.now()
    return trip.occurrence_id is not None or is_shared or has_begun


def _trip_page(trip: PlannedTrip) -> str:
    """Return the address of the trip, as the rider has it whom the reader may see."""
    own = [one.id for one in trip.riders if _own_supplier() in (None, one.supplier_id)]
    return url_for("trips.trip", trip_id=trip.id, borger=own[0] if own else None)


def _board(day: date) -> str:
    """Return the address of the board that the reader came from, in the week of a day."""
    return url_for("planning.board", uge=day, **filters())


def _mine(staff: Mapping[UUID, Staff], trip: PlannedTrip) -> list[UUID]:
    """Return whom of those who go along the reader may exchange."""
    supplier_of = {one: staff[one].supplier_id if one in staff else None for one in trip.escorts}
    actor = current_actor()
    return [one for one in trip.escorts if may_take_off(actor, supplier_of[one], trip.suppliers)]


def _along(staff: Mapping[UUID, Staff], trip: PlannedTrip) -> str:
    """Return who goes along; of those who are another supplier's to exchange, only that they do."""
    mine = _mine(staff, trip)
    others = len(trip.escorts) - len(mine)
    names = [staff[one].name for one in mine if one in staff]
    return names_of([*names, *([unnamed(others)] if others else [])])


def _on(trip: PlannedTrip, day: date, at: time | None = None) -> PlannedTrip:
    """Return a trip as it would be on another day, at its own clock time or another."""
    starts_at = instant(day, at or local(trip.starts_at).time())
    return replace(trip, starts_at=starts_at, ends_at=starts_at + (trip.ends_at - trip.starts_at))


def _wanted(trip: PlannedTrip, form: MoveForm) -> PlannedTrip:
    """Return the trip at the time that was asked for; one to an activity keeps its own."""
    if _keeps_time(trip):
        return trip
    if form.is_submitted():
        try:
            form.validate_day(form.day)
        except ValidationError:
            return trip  # the form says it, and shows the time that is
        day, at = form.day.data, form.clock.data
    else:
        day, at = _asked_day(), _asked_clock()
        if day is not None and day < form.today:
            form.day.errors = [_("That day is over. Choose one that is still to come.")]
            return trip
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


def _fits(wanted: PlannedTrip) -> Fits:
    """Return who fits, of those whom the reader may send, and why the others do not."""
    roster = around([wanted], _own_supplier())
    theirs = [one for one in roster.staff.values() if one.supplier_id in wanted.suppliers]
    workers = [roster.worker(one, wanted) for one in theirs]
    bad = [(one.name, why_not(wanted.outing, one)) for one in workers]
    return Fits(
        rank(wanted.outing, workers),
        [(name, against(reasons)) for name, reasons in bad if reasons],
    )


def _ask_who_leaves(
    form: MoveForm,
    trip: PlannedTrip,
    staff: Mapping[UUID, Staff],
    found: Fits,
    gone: Collection[UUID],
) -> None:
    """Offer whom the reader may exchange; where only one answer is possible, give it.

    Whose row the trip was taken from is asked for by address; else it is the first who does not
    fit. Where one is missing it is nobody, but for one who does not fit and whose row it was. On a
    trip under way only whoever is `gone` is exchanged.
    """
    fit = {one.worker.id for one in found.good}
    mine = [one for one in _mine(staff, trip) if not gone or one in gone]
    answers = {str(one): staff[one].name if one in staff else "" for one in mine}
    if trip.lacks_escort and not gone:
        answers[""] = str(_("Nobody: one helper more goes along"))
    form.instead_of.choices = answers
    if form.is_submitted() and form.instead_of.raw_data:
        return
    asked = request.args.get("i_stedet_for", "")
    unfit = [str(one) for one in mine if one not in fit]
    if asked in answers and (not trip.lacks_escort or asked in unfit):
        form.instead_of.data = asked
    elif "" in answers:
        form.instead_of.data = ""
    else:
        form.instead_of.data = next(iter(unfit or answers), "")


def _is_theirs(form: MoveForm, trip: PlannedTrip) -> bool:
    """Say whether all who go along are another supplier's, and nobody is missing."""
    return bool(trip.escorts) and not form.instead_of.choices


def _offer(form: MoveForm, found: Fits, trip: PlannedTrip) -> None:
    """Offer who fits. Whoever goes along already is offered for a new time alone."""
    on_it = () if form.is_moved else trip.escorts
    good = [one for one in found.good if one.worker.id not in on_it]
    if _is_theirs(form, trip):
        good = []
    form.escort.choices = {str(one.worker.id): label(one) for one in good}
    if form.is_moved:
        form.escort.choices[""] = str(_("Find a helper later"))
    if form.is_submitted():
        return
    asked = request.args.get("ledsager", "")
    fitting = [one for one in form.escort.choices if one]
    leaves = form.instead_of.data or ""
    present = next((str(one) for one in trip.escorts if str(one) in fitting), "")
    present = leaves if leaves in fitting else present
    first = next(iter(form.escort.choices), "")
    form.escort.data = asked if asked in form.escort.choices else present or first


def _clash_asked_for(form: MoveForm) -> bool:
    """Say whether the address asks for somebody who does not fit."""
    asked = request.args.get("ledsager", "")
    return bool(asked) and not form.is_submitted() and asked not in form.escort.choices


def _carry_out(form: MoveForm, trip: PlannedTrip, wanted: PlannedTrip) -> None:
    now = clock.now()
    content = [trip.id, form.escort.data, form.instead_of.data, wanted.starts_at]
    actor, key = current_actor(), form.key.data
    if form.is_moved:
        execute(
            move_trip,
            actor,
            trip.id,
            starts_at=wanted.starts_at,
            escort_id=form.chosen,
            instead_of=form.replaced,
            agreed_how="said",
            now=now,
            answers=form.answers,
            why=form.reason,
            key=key,
            content=[*content, *form.answers.items(), *([form.reason] if form.reason else [])],
        )
    elif form.chosen is not None:
        execute(
            settle_escort,
            actor,
            trip.id,
            form.chosen,
            instead_of=form.replaced,
            now=now,
            key=key,
            content=content,
        )


def _ask(form: MoveForm, question: Undecided) -> list[str]:
    """Ask what nobody has decided of the new time; return what cannot be answered here."""
    beyond = form.ask(question.rules, is_missing=True)
    return [undecided_words(beyond)] if beyond else []


def _told(form: MoveForm, trip: PlannedTrip, wanted: PlannedTrip) -> str:
    """Return who goes along now, and when."""
    after = list_trips(clock.now(), None, None, only=trip.id)
    along = _goes_along(after[0] if after else replace(trip, escorts=()))
    if not form.is_moved:
        return along
    when = moment(wanted.starts_at, clock.today())
    return " ".join([_("The trip is moved to %(moment)s.", moment=when), along])


def _goes_along(trip: PlannedTrip) -> str:
    names = first_up(_along(list_staff(None), trip))
    if not trip.escorts:
        return str(_("A helper is still to be found."))
    if len(trip.escorts) == 1:
        return str(_("%(name)s goes along.", name=names))
    return str(_("%(names)s go along.", names=names))
