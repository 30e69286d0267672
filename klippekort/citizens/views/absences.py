"""When a citizen is away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens import queries, services
from klippekort.citizens.forms.absences import ABSENCES, AbsenceForm, EndAbsenceForm
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.events import ask
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration, full_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


def _get_citizen(citizen_id: UUID) -> Any:
    citizen = queries.get_citizen(citizen_id)
    authorise(current_actor(), Action.RECORD_ABSENCE, queries.reach(citizen, clock.today()))
    return citizen


@bp.route("/borgere/<uuid:citizen_id>/fravaer", methods=["GET", "POST"])
@requires(Action.RECORD_ABSENCE, purpose="record_absence")
def absences(citizen_id: UUID) -> ResponseReturnValue:
    citizen, form = _get_citizen(citizen_id), AbsenceForm()
    if form.validate_on_submit():
        try:
            told_at = clock.now()
            _record(citizen_id, form, told_at)
        except services.OverlapsAnother as other:
            form.from_on.errors = [_overlap(other)]
        else:
            _say(citizen_id, told_at, _("The absence is saved"))
            return redirect(url_for("citizens.absences", citizen_id=citizen_id), 303)
    saw(citizen_id)
    page = render_template(
        "citizens/absences.html",
        citizen=citizen,
        form=form,
        absences=queries.list_absences(citizen_id),
        kinds=ABSENCES,
        today=clock.today(),
    )
    return page, 422 if form.errors else 200


def _record(citizen_id: UUID, form: AbsenceForm, told_at: datetime) -> None:
    wanted = [form.kind.data, form.from_on.data, form.until_on.data]
    execute(
        services.record_absence,
        current_actor(),
        citizen_id,
        *wanted,
        now=told_at,
        key=form.key.data,
        content=[citizen_id, *wanted],
    )


def _say(citizen_id: UUID, told_at: datetime, done: str) -> None:
    """Say what is done, and what it did to time that had come."""
    flash(done, "success")
    for told in ask(services.NewsOf(citizen_id, told_at)):
        said = []
        if told.taken > 0:
            said.append(_("%(time)s was taken off the card.", time=duration(told.taken)))
        if told.waived > 0:
            said.append(
                _("%(time)s was used already. Nothing is taken for it.", time=duration(told.waived))
            )
        if told.came > 0:
            said.append(_("%(time)s came to the card.", time=duration(told.came)))
        if told.is_asked:
            said.append(_("The scheme leaves open what it means. Somebody must answer that."))
        reaches = _("%(card)s: it reaches back to time that had come.", card=told.card)
        flash(" ".join([reaches, *said]), "info")


def _overlap(other: services.OverlapsAnother) -> str:
    """Return which absence is in the way, and what to do about it."""
    first = full_day(other.from_on)
    if other.until_on is None:
        said = _("The citizen is away since %(first)s. End that absence first.", first=first)
    else:
        last = full_day(other.until_on)
        said = _(
            "The citizen is away from %(first)s to %(last)s. Choose other days.",
            first=first,
            last=last,
        )
    return str(said)


@bp.route("/borgere/<uuid:citizen_id>/fravaer/<uuid:absence_id>/slut", methods=["GET", "POST"])
@requires(Action.RECORD_ABSENCE, purpose="end_absence")
def end_absence(citizen_id: UUID, absence_id: UUID) -> ResponseReturnValue:
    citizen = _get_citizen(citizen_id)
    absence = next((a for a in queries.list_absences(citizen_id) if a.id == absence_id), None)
    if absence is None:
        raise NotFound
    form = EndAbsenceForm(data={"until_on": absence.until_on or clock.today()})
    mistake = KeyedForm()
    if form.validate_on_submit():
        try:
            told_at = clock.now()
            execute(
                services.end_absence,
                current_actor(),
                citizen_id,
                absence_id,
                form.until_on.data,
                now=told_at,
                key=form.key.data,
                content=[absence_id, form.until_on.data],
            )
        except services.EndsBeforeStart:
            form.until_on.errors = [_("The last day cannot be before the first.")]
        except services.OverlapsAnother as other:
            form.until_on.errors = [_overlap(other)]
        else:
            _say(citizen_id, told_at, _("The absence is saved"))
            return redirect(url_for("citizens.absences", citizen_id=citizen_id), 303)
    saw(citizen_id)
    page = render_template(
        "citizens/end_absence.html",
        citizen=citizen,
        absence=absence,
        kind=ABSENCES.get(absence.kind, absence.kind),
        form=form,
        mistake=mistake,
    )
    return page, 422 if form.errors else 200


@bp.post("/borgere/<uuid:citizen_id>/fravaer/<uuid:absence_id>/fortryd")
@requires(Action.RECORD_ABSENCE, purpose="drop_absence")
def drop_absence(citizen_id: UUID, absence_id: UUID) -> ResponseReturnValue:
    """Take back an absence that was written down by mistake."""
    _get_citizen(citizen_id)
    form, told_at = KeyedForm(), clock.now()
    if form.validate_on_submit():
        execute(
            services.drop_absence,
            current_actor(),
            citizen_id,
            absence_id,
            now=told_at,
            key=form.key.data,
            content=[absence_id],
        )
        _say(citizen_id, told_at, _("The absence is taken back"))
    return redirect(url_for("citizens.absences", citizen_id=citizen_id), 303)
