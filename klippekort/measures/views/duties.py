"""Low scores that somebody must follow up."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens.queries import get_citizen, list_citizens
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.permissions import Action, Role
from klippekort.measures import services
from klippekort.measures.forms import words
from klippekort.measures.forms.forms import DutyForm
from klippekort.measures.queries import catalogue
from klippekort.measures.queries import measures as queries
from klippekort.measures.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.get("/maalinger/opfoelgning")
@requires(Action.FOLLOW_UP_MEASURE, purpose="follow_up_measure")
def duties() -> ResponseReturnValue:
    """Show what must be followed up: a coordinator sees all, anybody else their own."""
    actor = current_actor()
    is_all = actor.role is Role.COORDINATOR
    rows = queries.open_duties(None if is_all else actor.account_id)
    if not is_all and actor.account_id is None:
        rows = []
    people = {one.id: one for one in list_citizens(row.citizen_id for row in rows)}
    owners = names_of({row.owner_id for row in rows if row.owner_id})
    saw(*people)
    return render_template(
        "measures/duties.html",
        lines=[
            (row, people[row.citizen_id], owners.get(row.owner_id) if row.owner_id else None)
            for row in rows
            if row.citizen_id in people
        ],
        today=clock.today(),
    )


@bp.route("/maalinger/opfoelgning/<uuid:duty_id>", methods=["GET", "POST"])
@requires(Action.FOLLOW_UP_MEASURE, purpose="follow_up_measure")
def duty(duty_id: UUID) -> ResponseReturnValue:
    """Show one low score, and close it with what was done."""
    row = queries.get_duty(duty_id)
    if not services.may_follow_up(current_actor(), row):
        raise Forbidden(Action.FOLLOW_UP_MEASURE)
    form = DutyForm()
    if row.closed_at is None and form.validate_on_submit():
        try:
            execute(
                services.close_duty,
                current_actor(),
                duty_id,
                done=form.done.data,
                words=form.words.data,
                now=clock.now(),
                key=form.key.data,
                content=[duty_id, form.done.data],
            )
        except Stale:
            flash(_("Somebody has closed it already."), "info")
        else:
            flash(_("It is followed up."), "success")
        return redirect(url_for("measures.duties"), 303)
    citizen = get_citizen(row.citizen_id)
    measurement = queries.get_measurement(row.measurement_id)
    instrument = catalogue.instruments().get(f"{measurement.instrument}.{measurement.version}")
    saw(citizen.id)
    page = render_template(
        "measures/duty.html",
        duty=row,
        citizen=citizen,
        measurement=measurement,
        instrument=instrument,
        code=words.code_words(measurement.code),
        done=str(words.DONE[row.done]) if row.done else None,
        form=form,
    )
    return page, 422 if form.errors else 200
