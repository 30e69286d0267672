"""Keeping a trip: its page and history, start, finish and cancel."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from babel.lists import format_list
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.errors import NoReason, Stale, TimesMakeNoSense, Undecided
from klippekort.domain.permissions import Action
from klippekort.domain.schemes import Basis
from klippekort.domain.trips import MADE, Company, TripState
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _, current_locale
from klippekort.trips.forms.keep import CancelForm, FinishForm, StartForm, finish_form
from klippekort.trips.queries.happenings import was_to_end
from klippekort.trips.queries.paying import terms_of_each
from klippekort.trips.queries.trips import TripRow, rows_of
from klippekort.trips.services import cancelling
from klippekort.trips.services import keeping as services
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.costs import (
    basis_said,
    cancel_said,
    planned_said,
    planned_words,
    result_words,
)
from klippekort.trips.views.shown import first_names, going, open_trip, reached, trip_shown
from klippekort.trips.views.words import undecided_words


def _here(trip_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("trips.trip", trip_id=trip_id), 303)


@bp.post("/ture/<uuid:trip_id>/start")
@requires(Action.KEEP_TRIP, purpose="keep_trip")
def start(trip_id: UUID) -> ResponseReturnValue:
    """Start a trip and go back to where the button stood."""
    form = StartForm()
    open_trip(trip_id, Action.KEEP_TRIP)
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
            riders = [one for one in rows_of(trip_id) if one.state is TripState.UNDER_WAY]
            names = " & ".join(one.citizen_name for one in riders)
            flash(_("The trip with %(name)s has begun.", name=names), "success")
    if request.form.get("back") == "today":
        return redirect(url_for("trips.today"), 303)
    return _here(trip_id)


@bp.route("/ture/<uuid:trip_id>/afslut", methods=["GET", "POST"])
@requires(Action.KEEP_TRIP, purpose="keep_trip")
def finish(trip_id: UUID) -> ResponseReturnValue:
    """Finish a trip with its real times, which are filled in; of several who went together each is
    said to have come along or not.
    """
    row, citizen = open_trip(trip_id, Action.KEEP_TRIP)
    now, riders = clock.now(), going(rows_of(trip_id))
    if row.state not in (TripState.BOOKED, TripState.UNDER_WAY):
        return _here(trip_id)
    names, terms = first_names(riders), terms_of_each(riders)
    form = finish_form(names, data=None if request.method == "POST" else _times(row, now))
    planned = planned_words(riders, terms, names)
    if any(one.charging.basis is Basis.UNDECIDED for one in terms.values()):
        form.offer(planned)
    form.ask_again(planned)
    if form.validate_on_submit():
        try:
            _finish(row, form, now)
        except _HomeInNoTime as wrong:
            form.refuse_home(wrong.citizen_id)
        except Undecided as question:
            beyond = form.ask(question.rules, planned)
            form.form_errors = [undecided_words(rule) for rule in beyond]
        except NoReason:
            form.tell_no_reason()
        except TimesMakeNoSense:
            form.ended.errors = [_("Home again must be after you left, and not later than now.")]
        else:
            said = _results(trip_id, [one for one in names if one not in form.still_out])
            flash(said or _("The trip is finished."), "success")
            return _here(trip_id)
    saw(*names)
    page = render_template(
        "trips/finish.html",
        form=form,
        names=" & ".join(names.values()),
        citizen=citizen,
        trip=trip_shown(row, current_actor(), now, local_day(now)),
        planned=planned,
        pays=basis_said(terms, names),
    )
    return page, 422 if form.errors else 200


def _times(row: TripRow, now: datetime) -> dict[str, Any]:
    """Return the times a finish page shows first: as noted or planned, and never ahead of us."""
    began = row.started_at or row.starts_at
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    ended = minute if row.started_at is not None else min(minute, row.ends_at)
    return {
        "started": local(began).time(),
        "ended": local(ended).time(),
        # Where something happened and the trip was to end for it, they are home before time.
        "is_broken_off": was_to_end(row.trip_id),
    }


def _finish(row: TripRow, form: FinishForm, now: datetime) -> None:
    on = local_day(row.started_at or row.starts_at)
    started, ended = _at(on, form.started.data), _at(on, form.ended.data)
    if ended <= started and local_day(now) > on:
        ended = _at(on + timedelta(days=1), form.ended.data)
    homes = _homes(form, on, started, ended)
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
        still_out=form.still_out,
        missing=form.missing,
        homes=homes,
        answer=form.chosen_cost,
        why=form.why.data or "",
        key=form.key.data,
        content=[
            row.trip_id,
            started,
            ended,
            form.is_broken_off.data,
            form.chosen_basis,
            form.chosen_broken_off,
            *_told_of_each(form),
            *([form.why.data] if form.why.data else []),
        ],
    )


class _HomeInNoTime(TimesMakeNoSense):
    """One of several cannot have been home at the time that was told."""

    def __init__(self, citizen_id: UUID) -> None:
        super().__init__()
        self.citizen_id = citizen_id


def _homes(form: FinishForm, on: date, started: datetime, ended: datetime) -> dict[UUID, datetime]:
    """Return when each was home who left the others before; after midnight it is the next day.

    Raises _HomeInNoTime for who would have been home before the start or after the others.
    """
    homes = {}
    for one, typed in form.homes.items():
        at = _at(on, typed)
        if at <= started and local_day(ended) > on:
            at = _at(on + timedelta(days=1), typed)
        if started < ended and not started < at <= ended:
            raise _HomeInNoTime(one)
        homes[one] = at
    return homes


def _told_of_each(form: FinishForm) -> list[Any]:
    """Return what was said of each of several riders, which tells one press from another."""
    if not form.riders:
        return []
    told = [form.rider(one).data for one in form.riders]
    return [form.chosen_cost, *told, *(f"{one} {at}" for one, at in form.homes.items())]


def _results(trip_id: UUID, citizen_ids: Collection[UUID]) -> str:
    """Return what a trip did to the card of each of these riders, by name where several ride."""
    rows = rows_of(trip_id)
    names = first_names(rows)
    said = {row.citizen_id: result_words(row) for row in rows if row.citizen_id in citizen_ids}
    told = {one: words for one, words in said.items() if words}
    if len(rows) == 1:
        return " ".join(told.values())
    return " ".join(f"{names[one]}: {words}" for one, words in told.items())


def _at(day: Any, typed: time | None) -> datetime:
    return instant(day, typed or time())


@bp.route("/ture/<uuid:trip_id>/aflys", methods=["GET", "POST"])
@requires(Action.CANCEL_TRIP, purpose="cancel_trip")
def cancel(trip_id: UUID) -> ResponseReturnValue:
    """Cancel a trip: one chip says who and why; what nobody has decided is asked.

    Of several who go together it is said who stays at home; once under way, who is missing.
    """
    row, citizen = open_trip(trip_id, Action.CANCEL_TRIP)
    now, form, rows = clock.now(), CancelForm(), rows_of(trip_id)
    is_under_way, left = row.state is TripState.UNDER_WAY, going(rows)
    theirs = {one.citizen_id for one in reached(left, Action.CANCEL_TRIP)}
    if not may_stop(rows) or not theirs:
        return _here(trip_id)
    # Another supplier's citizen is theirs to keep at home.
    names = {one: name for one, name in first_names(rows).items() if one in theirs}
    has_begun, is_everybody = is_under_way or row.starts_at <= now, len(names) == len(left)
    whoever = format_list([*names.values()], style="or", locale=current_locale())
    form.offer(whoever, has_begun=has_begun, is_under_way=is_under_way)
    if len(left) > 1 or is_under_way:
        form.offer_riders(names, everybody=is_everybody and not is_under_way)
    if row.company is not Company.ESCORT:
        form.leave_out_helpers()
    if form.cost.data:
        form.ask_cost()
    if form.validate_on_submit():
        try:
            _cancel(row, form, now)
        except (Undecided, NoReason):
            form.tell_missing()
        else:
            said = _results(trip_id, [form.chosen] if form.chosen else names)
            flash(said or _("The trip is cancelled."), "success")
            return _here(trip_id)
    saw(*names)
    mine = [one for one in left if one.citizen_id in names]
    chosen = [one for one in mine if str(one.citizen_id) == form.citizen_id.data]
    terms = terms_of_each(mine)
    page = render_template(
        "trips/cancel.html",
        form=form,
        names=" & ".join(names.values()),
        is_under_way=is_under_way,
        is_last=is_under_way and len(left) == 1,
        citizen=citizen,
        trip=trip_shown(row, current_actor(), now, local_day(now)),
        planned=" ".join(planned_said(chosen or mine, terms, names)),
        costs=cancel_said(mine, terms, names, now),
    )
    return page, 422 if form.errors else 200


def may_stop(rows: Sequence[TripRow]) -> bool:
    """Say whether a trip can still be cancelled for one of its riders: until it is begun, and while
    others go on or have made it, after that too.
    """
    left = going(rows)
    if any(row.state is TripState.BOOKED for row in left):
        return True
    is_shared = len(left) > 1 or any(row.state in MADE for row in rows)
    return bool(left) and left[0].state is TripState.UNDER_WAY and is_shared


def _cancel(row: TripRow, form: CancelForm, now: datetime) -> None:
    cause, reason = form.chosen_reason
    chosen = [form.chosen] if form.citizen_id.choices else []
    why = [form.why.data] if form.why.data else []
    execute(
        cancelling.cancel_trip,
        current_actor(),
        row.trip_id,
        cause=cause,
        reason=reason,
        now=now,
        answer=form.chosen_cost,
        citizen_id=form.chosen,
        why=form.why.data or "",
        key=form.key.data,
        content=[row.trip_id, cause, reason, form.chosen_cost, *chosen, *why],
    )
