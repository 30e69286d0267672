"""A helper is ill: one button, and then every trip that breaks."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action
from klippekort.planning.forms import AwayForm
from klippekort.planning.queries.broken import broken_trips
from klippekort.planning.services.absences import AbsenceTimes, end_leave, record_leave
from klippekort.planning.views.blueprint import bp
from klippekort.planning.views.shifts import open_worker
from klippekort.planning.views.words import shift_error
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext


@bp.route("/tavle/medarbejdere/<uuid:care_worker_id>/syg", methods=["GET", "POST"])
@requires(Action.MANAGE_SHIFTS, purpose="plan_trips")
def report_away(care_worker_id: UUID) -> ResponseReturnValue:
    """Note that a care worker is away from now on, then show the trips that this breaks."""
    worker, form = open_worker(care_worker_id), AwayForm()
    if form.validate_on_submit():
        now = clock.now()
        ends_at = form.ends_at(local_day(now))
        try:
            execute(
                record_leave,
                current_actor(),
                care_worker_id,
                starts_at=now,
                ends_at=ends_at,
                reason=form.reason.data,
                now=now,
                key=form.key.data,
                content=[care_worker_id, form.reason.data, ends_at],
            )
        except AbsenceTimes as error:
            form.last_on.errors = [shift_error(error)[1]]
        else:
            return _show_broken(worker.id, worker.name)
    page = render_template("planning/away.html", form=form, worker=worker)
    return page, 422 if form.errors else 200


def _show_broken(worker_id: UUID, name: str) -> ResponseReturnValue:
    broken = broken_trips(clock.now(), worker_id=worker_id)
    if not broken:
        flash(_("%(name)s is away. No trips are touched.", name=name), "success")
        return redirect(url_for("planning.worker", care_worker_id=worker_id), 303)
    said = ngettext(
        "%(name)s is away. %(num)s trip needs another helper.",
        "%(name)s is away. %(num)s trips need another helper.",
        len(broken),
        name=name,
    )
    flash(said, "warning")
    return redirect(url_for("planning.needs", medarbejder=worker_id), 303)


@bp.post("/tavle/fravaer/<uuid:leave_id>/slut")
@requires(Action.MANAGE_SHIFTS, purpose="plan_trips")
def end_away(leave_id: UUID) -> ResponseReturnValue:
    """Note that a care worker is back."""
    form = KeyedForm()
    if not form.validate_on_submit():
        return redirect(url_for("planning.board"), 303)
    try:
        worker_id = execute(
            end_leave, current_actor(), leave_id, now=clock.now(), key=form.key.data
        )
    except Stale:
        flash(_("The absence was over already."), "info")
        return redirect(url_for("planning.board"), 303)
    flash(_("Welcome back. The shifts count again."), "success")
    return redirect(url_for("planning.worker", care_worker_id=UUID(worker_id)), 303)
