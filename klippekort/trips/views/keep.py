"""Keeping a trip: its page and history, start, finish and cancel."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import get_care_worker
from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.errors import Stale, TimesMakeNoSense, Undecided
from klippekort.domain.permissions import Action, may
from klippekort.domain.schemes import Basis, Terms
from klippekort.domain.trips import TripState
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import clock_time
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import current_terms, get_card
from klippekort.punchcards.views.picture import in_words
from klippekort.trips.forms.keep import CancelForm, FinishForm, StartForm
from klippekort.trips.queries.trips import TripRow, events_of, get_trip
from klippekort.trips.services import keeping as services
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.history_words import event_words
from klippekort.trips.views.shown import open_trip, trip_shown
from klippekort.trips.views.words import cancel_costs, undecided_words


def _terms(row: TripRow) -> Terms | None:
    """Return what the card that pays goes by, or None on one's own way, where none does."""
    if row.card_id is None:
        return None
    return current_terms(get_card(row.card_id), local_day(row.starts_at))


def _minutes(minutes: int, terms: Terms | None) -> str:
    return in_words(minutes, terms) if terms else str(_("Nothing: no helper goes along"))


def _here(trip_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("trips.trip", trip_id=trip_id), 303)


@bp.get("/ture/<uuid:trip_id>")
@requires(Action.SEE_TRIPS, purpose="see_trip")
def trip(trip_id: UUID) -> ResponseReturnValue:
    """Show a trip: what was planned, what happened, and what can be done now."""
    row, citizen = open_trip(trip_id, Action.SEE_TRIPS)
    actor, now = current_actor(), clock.now()
    saw(citizen.id)
    return render_template(
        "trips/trip.html",
        trip=trip_shown(row, actor, now, local_day(now)),
        citizen=citizen,
        history=_history(trip_id),
        planned=_minutes(row.planned_minutes, _terms(row)),
        real=_real(row),
        result=_result(row),
        is_over=row.state not in (TripState.BOOKED, TripState.UNDER_WAY),
        may_assign=row.state is TripState.BOOKED and may(actor, Action.ASSIGN_ESCORT),
        may_book=may(actor, Action.BOOK_TRIP),
    )


def _real(row: TripRow) -> str | None:
    """Return when the trip really was, once it has begun."""
    if row.started_at is None:
        return None
    if row.ended_at is None:
        return str(_("From %(start)s", start=clock_time(row.started_at)))
    return f"{clock_time(row.started_at)}–{clock_time(row.ended_at)}"


def _result(row: TripRow) -> str | None:
    """Return what the trip took from the card and gave back to it, once that is settled."""
    if row.charged_minutes is None:
        return None
    terms, spent = _terms(row), row.charged_minutes
    if terms is None:
        return None
    back = row.planned_minutes - spent
    if not spent:
        return str(_("Nothing was used. %(back)s was given back.", back=in_words(back, terms)))
    said = str(_("%(spent)s was used.", spent=in_words(spent, terms)))
    if back > 0:
        said += " " + str(_("%(back)s was given back.", back=in_words(back, terms)))
    return said


def _history(trip_id: UUID) -> list[tuple[datetime, str]]:
    events = events_of(trip_id)
    helpers = {str(e.details["escort"]) for e in events if e.details.get("escort")}
    names = {UUID(helper): get_care_worker(UUID(helper)).name for helper in helpers}
    return [(e.at, event_words(e.kind, e.details, e.actor_name, names)) for e in events]


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
    now, terms = clock.now(), _terms(row)
    if row.state not in (TripState.BOOKED, TripState.UNDER_WAY):
        return _here(trip_id)
    form = FinishForm(data=None if request.method == "POST" else _times(row, now))
    planned = _minutes(row.planned_minutes, terms)
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
            flash(_result(get_trip(trip_id)) or _("The trip is finished."), "success")
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
    now, form, terms = clock.now(), CancelForm(), _terms(row)
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
            flash(_result(get_trip(trip_id)) or _("The trip is cancelled."), "success")
            return _here(trip_id)
    saw(citizen.id)
    page = render_template(
        "trips/cancel.html",
        form=form,
        citizen=citizen,
        trip=trip_shown(row, current_actor(), now, local_day(now)),
        planned=_minutes(row.planned_minutes, terms),
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
