"""Keeping a trip: its page and history, start, finish and cancel."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.errors import Stale, TimesMakeNoSense, Undecided
from klippekort.domain.permissions import Action
from klippekort.domain.schemes import Basis
from klippekort.domain.trips import TripState
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.trips.forms.keep import CancelForm, FinishForm, StartForm
from klippekort.trips.queries.trips import TripRow, get_trip
from klippekort.trips.services import keeping as services
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.costs import minutes_words, result_words, terms_of
from klippekort.trips.views.shown import open_trip, trip_shown
from klippekort.trips.views.words import cancel_costs, undecided_words


def _here(trip_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("trips.trip", trip_id=trip_id), 303)


@bp.post("/ture/<uuid:trip_id>/start")
@requires(Action.KEEP_TRIP, purpose="keep_trip")
def start(trip_id: UUID) -> ResponseReturnValue:
    """Start a trip and go back to where the button stood."""
    form = StartForm()
    row, _citizen = open_trip(trip_id, Action.KEEP_TRIP)
    if form.validate_on_submit():
        try:
            execute(
                services.start_trip,
                current_actor(),
                trip_id,
                now=clock.now(),
                key=form.key.data,
                content=[trip_id],
            )
        except Stale:
            flash(_("The trip has begun or ended already."), "info")
        else:
            flash(_("The trip with %(name)s has begun.", name=row.citizen_name), "success")
    if request.form.get("back") == "today":
        return redirect(url_for("trips.today"), 303)
    return _here(trip_id)


@bp.route("/ture/<uuid:trip_id>/afslut", methods=["GET", "POST"])
@requires(Action.KEEP_TRIP, purpose="keep_trip")
def finish(trip_id: UUID) -> ResponseReturnValue:
    """Finish a trip with its real times, which are filled in."""
    row, citizen = open_trip(trip_id, Action.KEEP_TRIP)
    now, terms = clock.now(), terms_of(row)
    if row.state not in (TripState.BOOKED, TripState.UNDER_WAY):
        return _here(trip_id)
    form = FinishForm(data=None if request.method == "POST" else _times(row, now))
    planned = minutes_words(row.planned_minutes, terms)
    if terms is not None and terms.charging.basis is Basis.UNDECIDED:
        form.offer(planned)
    if form.validate_on_submit():
        try:
            _finish(row, form, now)
        except Undecided as question:
            _ask(form, question.rule, planned)
        except TimesMakeNoSense:
            form.ended.errors = [_("Home again must be after you left, and not later than now.")]
        else:
            flash(result_words(get_trip(trip_id)) or _("The trip is finished."), "success")
            return _here(trip_id)
    saw(citizen.id)
    page = render_template(
        "trips/finish.html",
        form=form,
        citizen=citizen,
        trip=trip_shown(row, current_actor(), now, local_day(now)),
        planned=planned,
        pays_planned=terms is not None and terms.charging.basis is Basis.PLANNED,
    )
    return page, 422 if form.errors else 200


def _ask(form: FinishForm, rule: str, planned: str) -> None:
    """Ask what nobody has decided, at the form that needs it."""
    said = _("The municipality has not decided this. You decide.")
    if rule == "cancelling.broken_off":
        form.ask_broken_off(planned)
        form.broken_off.errors = [said]
    elif rule == "charging.basis":
        form.offer(planned)
        form.basis.errors = [said]
    else:
        form.form_errors = [undecided_words(rule)]


def _times(row: TripRow, now: datetime) -> dict[str, Any]:
    """Return the times a finish page shows first: as noted or planned, and never ahead of us."""
    began = row.started_at or row.starts_at
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    ended = minute if row.started_at is not None else min(minute, row.ends_at)
    return {"started": local(began).time(), "ended": local(ended).time()}


def _finish(row: TripRow, form: FinishForm, now: datetime) -> None:
    on = local_day(row.started_at or row.starts_at)
    started, ended = _at(on, form.started.data), _at(on, form.ended.data)
    if ended <= started and local_day(now) > on:
        ended = _at(on + timedelta(days=1), form.ended.data)
    execute(
        services.finish_trip,
        current_actor(),
        row.trip_id,
        started_at=started,
        ended_at=ended,
        now=now,
        basis=form.chosen_basis,
        is_broken_off=bool(form.is_broken_off.data),
        broken_off=form.chosen_broken_off,
        key=form.key.data,
        content=[
            row.trip_id,
            started,
            ended,
            form.is_broken_off.data,
            form.chosen_basis,
            form.chosen_broken_off,
        ],
    )


def _at(day: Any, typed: time | None) -> datetime:
    return instant(day, typed or time())


@bp.route("/ture/<uuid:trip_id>/aflys", methods=["GET", "POST"])
@requires(Action.CANCEL_TRIP, purpose="cancel_trip")
def cancel(trip_id: UUID) -> ResponseReturnValue:
    """Cancel a trip: one chip says who and why; what nobody has decided is asked."""
    row, citizen = open_trip(trip_id, Action.CANCEL_TRIP)
    now, form, terms = clock.now(), CancelForm(), terms_of(row)
    if row.state is not TripState.BOOKED:
        return _here(trip_id)
    form.offer(citizen.first_name, has_begun=row.starts_at <= now)
    if form.validate_on_submit():
        try:
            _cancel(row, form, now)
        except Undecided:
            form.ask_cost()
            form.cost.errors = [_("The municipality has not decided this. You decide.")]
        else:
            flash(result_words(get_trip(trip_id)) or _("The trip is cancelled."), "success")
            return _here(trip_id)
    saw(citizen.id)
    page = render_template(
        "trips/cancel.html",
        form=form,
        citizen=citizen,
        trip=trip_shown(row, current_actor(), now, local_day(now)),
        planned=minutes_words(row.planned_minutes, terms),
        costs=cancel_costs(terms, row.starts_at, now) if terms else [],
    )
    return page, 422 if form.errors else 200


def _cancel(row: TripRow, form: CancelForm, now: datetime) -> None:
    cause, reason = form.chosen_reason
    execute(
        services.cancel_trip,
        current_actor(),
        row.trip_id,
        cause=cause,
        reason=reason,
        now=now,
        answer=form.chosen_cost,
        key=form.key.data,
        content=[row.trip_id, cause, reason, form.chosen_cost],
    )
