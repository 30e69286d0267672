"""Recording checks, what the municipality asks for, and what is due."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action
from klippekort.messages.services import complete_call
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers import queries, services
from klippekort.volunteers.forms import (
    ClearanceForm,
    PromiseForm,
    PromiseTextForm,
    RulesForm,
    rules_data,
)
from klippekort.volunteers.queries import VolunteerCall
from klippekort.volunteers.queries.calls import CODE_WANTED, COMPANY_CANCELLED
from klippekort.volunteers.views import words
from klippekort.volunteers.views.blueprint import bp, pressed


@bp.route("/frivillige/<uuid:volunteer_id>/tjek", methods=["GET", "POST"])
@requires(Action.JUDGE_CLEARANCE)
def record_check(volunteer_id: UUID) -> ResponseReturnValue:
    """Ask what came of a check; the document itself is not kept."""
    volunteer, today = queries.get_volunteer(volunteer_id), clock.today()
    form = ClearanceForm(assessed_on=today)
    form.today = today
    if form.validate_on_submit():
        found = form.found()
        try:
            execute(
                services.record_clearance,
                current_actor(),
                volunteer_id,
                found,
                now=clock.now(),
                key=form.key.data,
                content=[volunteer_id, vars(found)],
            )
        except services.HasStopped:
            form.form_errors.append(_("The volunteer has stopped. Begin again first."))
        else:
            flash(_("It is recorded. Destroy the paper now, or give it back."), "success")
            return redirect(url_for("volunteers.show", volunteer_id=volunteer_id), 303)
    page = render_template("volunteers/record_check.html", form=form, volunteer=volunteer)
    return page, 422 if form.errors else 200


@bp.post("/frivillige/tjek/<uuid:clearance_id>/fejl")
@requires(Action.JUDGE_CLEARANCE)
def withdraw_check(clearance_id: UUID) -> ResponseReturnValue:
    """Take back what was recorded by mistake."""
    volunteer_id = queries.get_clearance(clearance_id).volunteer_id
    try:
        if pressed(services.withdraw_clearance, clearance_id, now=clock.now()):
            flash(_("It is taken back."), "success")
    except Stale:
        flash(_("It was taken back before."), "info")
    return redirect(url_for("volunteers.show", volunteer_id=volunteer_id), 303)


@bp.post("/frivillige/<uuid:volunteer_id>/tavshedsloefte")
@requires(Action.JUDGE_CLEARANCE)
def promised_on_paper(volunteer_id: UUID) -> ResponseReturnValue:
    """Record that a volunteer has signed the promise on paper."""
    if promise_given(volunteer_id):
        flash(_("The promise is recorded."), "success")
    return redirect(url_for("volunteers.show", volunteer_id=volunteer_id), 303)


def promise_given(volunteer_id: UUID) -> bool:
    """Keep the promise that was sent, and say whether it is kept; else the reader is told why."""
    form = PromiseForm()
    if not form.validate_on_submit():
        return False
    version = int(form.version.data)
    try:
        execute(
            services.give_promise,
            current_actor(),
            volunteer_id,
            version=version,
            now=clock.now(),
            key=form.key.data,
            content=[volunteer_id, version],
        )
    except Stale:
        flash(_("The promise has new words by now. Read it once more."), "error")
        return False
    except services.HasStopped:
        flash(_("The volunteer has stopped. Begin again first."), "error")
        return False
    return True


@bp.get("/frivillige/opfoelgning")
@requires(Action.JUDGE_CLEARANCE)
def follow_up() -> ResponseReturnValue:
    """List whom to call, whose checks are due, and which agreements end."""
    now, today = clock.now(), clock.today()
    return render_template(
        "volunteers/follow_up.html",
        calls=[(call, _said(call)) for call in queries.open_volunteer_calls(now)],
        due=[
            (line, [words.standing_shown(one) for one in line.standings])
            for line in queries.due_lines(today)
        ],
        agreements=queries.ending_agreements(today),
        today=today,
        key=KeyedForm().key.data,
    )


def _said(call: VolunteerCall) -> str:
    """Return what a call is about, as it stood when it was asked for."""
    if call.kind == COMPANY_CANCELLED:
        day = full_day(date.fromisoformat(call.facts["on_day"]))
        return _("Cannot come along on %(day)s. Find somebody else.", day=day)
    if call.kind == CODE_WANTED:
        return _("Would like a code to log in with.")
    shown = words.standing_shown(words.standing_of(call.facts))
    return ". ".join(filter(None, (f"{shown.kind}: {shown.status.word}", shown.said)))


@bp.post("/frivillige/opkald/<uuid:message_id>")
@requires(Action.HANDLE_MESSAGE)
def complete(message_id: UUID) -> ResponseReturnValue:
    """Tick off a call to a volunteer that was made."""
    try:
        if pressed(complete_call, message_id, now=clock.now()):
            flash(_("The call is ticked off."), "success")
    except Stale:
        flash(_("The call was ticked off before."), "info")
    return redirect(url_for("volunteers.follow_up"), 303)


@bp.route("/frivillige/regler", methods=["GET", "POST"])
@requires(Action.SET_CLEARANCE_RULES)
def check_rules() -> ResponseReturnValue:
    """Show and change which checks the municipality asks for."""
    rules = queries.rules(clock.today())
    form = RulesForm(data=rules_data(rules.required, rules.window_days, rules.grace_days))
    if form.validate_on_submit():
        required = form.required()
        execute(
            services.set_rules,
            current_actor(),
            required,
            window_days=form.window_days.data,
            grace_days=form.grace_days.data,
            key=form.key.data,
            content=[
                {task: sorted(kinds) for task, kinds in required.items()},
                form.window_days.data,
                form.grace_days.data,
            ],
        )
        flash(_("What is asked for is saved."), "success")
        return redirect(url_for("volunteers.check_rules"), 303)
    page = render_template("volunteers/check_rules.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/frivillige/tavshedsloefte", methods=["GET", "POST"])
@requires(Action.SET_CLEARANCE_RULES)
def promise_text() -> ResponseReturnValue:
    """Show what the promise says, and give it new words."""
    today = clock.today()
    current = queries.find_promise(today)
    form = PromiseTextForm(text=current.text if current else _proposal(), from_on=today)
    form.today = today
    if form.validate_on_submit():
        execute(
            services.write_promise,
            current_actor(),
            text=form.text.data,
            from_on=form.from_on.data,
            now=clock.now(),
            key=form.key.data,
            content=[form.text.data, form.from_on.data],
        )
        flash(_("The promise has new words."), "success")
        return redirect(url_for("volunteers.promise_text"), 303)
    page = render_template(
        "volunteers/promise_text.html",
        form=form,
        current=current,
        versions=queries.list_promises(),
        grace_days=queries.rules(today).grace_days,
    )
    return page, 422 if form.errors else 200


def _proposal() -> str:
    """Return words to begin with; the municipality makes them its own."""
    return _(
        "I keep to myself what I learn about the people I meet as a volunteer. "
        "I also do so after I have stopped. I talk to the coordinator if I am worried."
    )
