"""A care worker's shifts: added, changed and removed, and what each would break."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.domain.calendar import day_said, day_span, local_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Reach, authorise
from klippekort.planning.forms import REASONS, RemoveForm, ShiftForm
from klippekort.planning.queries import workers as queries
from klippekort.planning.queries.broken import BrokenTrip, would_break
from klippekort.planning.services import shifts as services
from klippekort.planning.views.blueprint import bp
from klippekort.planning.views.words import names_of, shift_error
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _

AHEAD = timedelta(weeks=4)


def open_worker(care_worker_id: UUID) -> Any:
    """Return a care worker whose shifts the one who asks may plan. Raises NotFound, Forbidden."""
    worker = get_care_worker(care_worker_id)
    authorise(current_actor(), Action.MANAGE_SHIFTS, Reach(supplier_id=worker.supplier_id))
    return worker


@bp.get("/tavle/medarbejdere/<uuid:care_worker_id>")
@requires(Action.MANAGE_SHIFTS, purpose="plan_trips")
def worker(care_worker_id: UUID) -> ResponseReturnValue:
    """Show a care worker's shifts and absences of the next four weeks."""
    who, now = open_worker(care_worker_id), clock.now()
    start = day_span(local_day(now))[0]
    return render_template(
        "planning/worker.html",
        worker=who,
        shifts=queries.list_shifts(care_worker_id, start, start + AHEAD),
        absences=queries.list_absences(care_worker_id, now),
        reasons=REASONS,
        now=now,
        keys=lambda: str(uuid4()),
    )


@bp.route("/tavle/medarbejdere/<uuid:care_worker_id>/vagter", methods=["GET", "POST"])
@requires(Action.MANAGE_SHIFTS, purpose="plan_trips")
def add_shift(care_worker_id: UUID) -> ResponseReturnValue:
    """Write a new shift down."""
    who, form = open_worker(care_worker_id), ShiftForm()
    form.today = clock.today()
    if not form.is_submitted():
        form.day.data = _asked_day()

    def carry_out() -> None:
        execute(
            services.add_shift,
            current_actor(),
            care_worker_id,
            form.duty,
            seen=form.seen_trips,
            now=clock.now(),
            key=form.key.data,
            content=[care_worker_id, str(form.duty), form.seen.data],
        )

    return _shift_page(form, who, None, carry_out)


@bp.route("/tavle/vagter/<uuid:shift_id>", methods=["GET", "POST"])
@requires(Action.MANAGE_SHIFTS, purpose="plan_trips")
def change_shift(shift_id: UUID) -> ResponseReturnValue:
    """Change a shift's hours or break."""
    shift = queries.get_shift(shift_id)
    who, form = open_worker(shift.care_worker_id), ShiftForm()
    form.today = clock.today()
    if not form.is_submitted():
        form.fill(services.duty_of(shift))

    def carry_out() -> None:
        execute(
            services.change_shift,
            current_actor(),
            shift_id,
            form.duty,
            seen=form.seen_trips,
            now=clock.now(),
            key=form.key.data,
            content=[shift_id, str(form.duty), form.seen.data],
        )

    return _shift_page(form, who, shift, carry_out)


def _shift_page(
    form: ShiftForm, who: Any, shift: Any, carry_out: Callable[[], None]
) -> ResponseReturnValue:
    broken: list[BrokenTrip] = []
    if form.validate_on_submit():
        try:
            carry_out()
        except services.BreaksTrips:
            broken = _broken_by(form, who.id, shift)
            form.key.data = str(uuid4())  # the next press is another wish: this one was refused
            form.seen.data = _ids(broken)
        except DomainError as error:
            name, said = shift_error(error)
            form[name].errors = [said]
        else:
            flash(_("The shift is saved."), "success")
            return redirect(url_for("planning.worker", care_worker_id=who.id), 303)
    page = render_template(
        "planning/shift.html", form=form, worker=who, shift=shift, broken=_shown(broken)
    )
    return page, 422 if form.errors or broken else 200


def _broken_by(form: ShiftForm, worker_id: UUID, shift: Any) -> list[BrokenTrip]:
    without = services.duty_of(shift) if shift is not None else None
    return would_break(worker_id, clock.now(), without=without, instead=form.duty)


@bp.route("/tavle/vagter/<uuid:shift_id>/slet", methods=["GET", "POST"])
@requires(Action.MANAGE_SHIFTS, purpose="plan_trips")
def remove_shift(shift_id: UUID) -> ResponseReturnValue:
    """Show which trips lose their helper with a shift, then remove it."""
    shift = queries.get_shift(shift_id)
    who, form = open_worker(shift.care_worker_id), RemoveForm()
    if form.validate_on_submit():
        try:
            execute(
                services.remove_shift,
                current_actor(),
                shift_id,
                seen=form.seen_trips,
                now=clock.now(),
                key=form.key.data,
                content=[shift_id, form.seen.data],
            )
        except services.BreaksTrips:
            flash(_("More trips have been booked meanwhile. Look at them first."), "warning")
            form.key.data = str(uuid4())
        else:
            flash(_("The shift is removed."), "success")
            if form.seen_trips:
                return redirect(url_for("planning.needs", medarbejder=who.id), 303)
            return redirect(url_for("planning.worker", care_worker_id=who.id), 303)
    duty = services.duty_of(shift)
    broken = would_break(who.id, clock.now(), without=duty, instead=None)
    form.seen.data = _ids(broken)
    return render_template(
        "planning/remove.html", form=form, worker=who, shift=shift, broken=_shown(broken)
    )


def _shown(broken: Iterable[BrokenTrip]) -> list[tuple[BrokenTrip, str, str]]:
    """Return broken trips with when they are and who rides, and note that they are shown."""
    found = list(broken)
    saw(*{rider.id for one in found for rider in one.trip.riders})
    today = clock.today()
    return [
        (one, moment(one.trip.starts_at, today), names_of([r.name for r in one.trip.riders]))
        for one in found
    ]


def _ids(broken: Iterable[BrokenTrip]) -> str:
    return ",".join(str(one.trip.id) for one in broken)


def _asked_day() -> date | None:
    return day_said(request.args.get("dag", ""), clock.today())
