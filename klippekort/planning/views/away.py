"""A helper is ill: one button, and then every trip that breaks."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

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
    """Note that a care worker is away, now or later, then show the trips that this breaks."""
    worker, form = open_worker(care_worker_id), AwayForm()
    form.now = now = clock.now()
    if form.validate_on_submit():
        starts_at, ends_at = form.starts_at, form.ends_at
        try:
            execute(
                record_leave,
                current_actor(),
                care_worker_id,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=form.reason.data,
                now=now,
                key=form.key.data,
                # Of two presses of one button, each has its own now.
                content=[
                    care_worker_id,
                    form.reason.data,
                    starts_at if form.is_later else None,
                    ends_at,
                ],
            )
        except AbsenceTimes as error:
            form.last_on.errors = [shift_error(error)[1]]
        else:
            return _show_broken(worker.id, worker.name, is_later=form.is_later)
    page = render_template("planning/away.html", form=form, worker=worker)
    return page, 422 if form.errors else 200


def _show_broken(worker_id: UUID, name: str, *, is_later: bool) -> ResponseReturnValue:
    broken = broken_trips(clock.now(), worker_id=worker_id)
    if not broken:
        said = (
            _("It is noted when %(name)s is away. No trips are touched.", name=name)
            if is_later
            else _("%(name)s is away. No trips are touched.", name=name)
        )
        flash(said, "success")
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
