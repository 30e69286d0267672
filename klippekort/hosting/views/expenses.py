"""What volunteers laid out and drove: claiming it, and saying yes to it."""

from datetime import timedelta
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action
from klippekort.hosting import services
from klippekort.hosting.forms.log import PURPOSES, ExpenseForm
from klippekort.hosting.queries.expenses import ExpenseLine, expenses
from klippekort.hosting.queries.log import km_rate
from klippekort.hosting.views import words
from klippekort.hosting.views.blueprint import bp
from klippekort.hosting.views.people import own_volunteer_id, volunteers_to_choose
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import Status, kroner, short_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _

SHOWN = timedelta(days=400)


@bp.route("/vaertskab/udlaeg", methods=["GET", "POST"])
@requires(Action.CLAIM_EXPENSE)
def outlays() -> ResponseReturnValue:
    """List what was laid out, and take a new claim; a coordinator claims for those who call."""
    today, rate, form = clock.today(), km_rate(), ExpenseForm(data={"spent_on": clock.today()})
    form.offer(volunteers_to_choose(), rate)
    if form.validate_on_submit() and _claimed(form):
        flash(_("Thank you. The coordinator will look at it."), "success")
        return redirect(url_for("hosting.outlays"), 303)
    found = expenses(own_volunteer_id(), from_on=today - SHOWN)
    page = render_template(
        "hosting/outlays.html",
        form=form,
        claims=[_shown(line) for line in found],
        rate=kroner(rate) if rate else "",
        is_own=own_volunteer_id() is not None,
        new_key=lambda: str(uuid4()),
    )
    return page, 422 if form.errors else 200


def _shown(line: ExpenseLine) -> tuple[ExpenseLine, str, Status]:
    """Return a claim with its words and where it is."""
    what = str(PURPOSES.get(line.purpose, PURPOSES["other"]))
    if line.km:
        what = str(_("%(what)s, %(km)s km", what=what, km=line.km))
    said = f"{short_day(line.spent_on)}: {what}, {kroner(line.oere)}"
    return line, said, words.expense_status(line.state)


def _claimed(form: ExpenseForm) -> bool:
    """Say whether it was claimed; if not, the form says why."""
    volunteer_id = own_volunteer_id() or UUID(form.volunteer.data)
    outlay = form.outlay()
    try:
        execute(
            services.claim,
            current_actor(),
            volunteer_id,
            outlay,
            now=clock.now(),
            key=form.key.data,
            content=[volunteer_id, vars(outlay)],
        )
    except services.NotThen:
        form.spent_on.errors = [_("Choose a day that has been, within the last year.")]
    except services.NoRate:
        form.purpose.errors = [_("We do not pay for driving.")]
    else:
        return True
    return False


@bp.post("/vaertskab/udlaeg/<uuid:expense_id>/fortryd")
@requires(Action.CLAIM_EXPENSE)
def take_back(expense_id: UUID) -> ResponseReturnValue:
    """Take a claim back that nobody has decided."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.take_claim_back,
                current_actor(),
                expense_id,
                now=clock.now(),
                key=form.key.data,
                content=[expense_id],
            )
        except Stale:
            flash(_("That was answered before."), "warning")
        else:
            flash(_("It is taken back."), "success")
    return redirect(url_for("hosting.outlays"), 303)


@bp.post("/vaertskab/udlaeg/<uuid:expense_id>")
@requires(Action.DECIDE_EXPENSE)
def decide(expense_id: UUID) -> ResponseReturnValue:
    """Say yes or no to a claim: svar=ja or svar=nej."""
    form = KeyedForm()
    if form.validate_on_submit() and request.form.get("svar") in ("ja", "nej"):
        is_yes = request.form["svar"] == "ja"
        try:
            execute(
                services.decide_claim,
                current_actor(),
                expense_id,
                is_yes=is_yes,
                now=clock.now(),
                key=form.key.data,
                content=[expense_id, is_yes],
            )
        except Stale:
            flash(_("That was answered before."), "warning")
        else:
            flash(_("The answer is saved."), "success")
    return redirect(url_for("hosting.outlays"), 303)
