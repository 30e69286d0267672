"""The ladder: what people hear, when, and what happens where nothing reaches them."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.messages.ladder import MOVABLE, Rung, Step
from klippekort.domain.permissions import Action
from klippekort.messages.forms import StepForm
from klippekort.messages.queries.settings import ladder as rungs
from klippekort.messages.services import settings as services
from klippekort.messages.views.blueprint import bp
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _, _l, ngettext

STEPS = {
    Step.DAY_BEFORE: _l("The day before a trip"),
    Step.ON_THE_WAY: _l("The helper is on the way"),
    Step.OFFERS: _l("Something is offered"),
    Step.CHANGES: _l("Something changes"),
    Step.LAPSE: _l("Time is about to lapse"),
    Step.THANKS: _l("Thanks"),
}


@dataclass(frozen=True)
class StepShown:
    """A step in words."""

    step: Step
    title: str
    when: str
    otherwise: str


@bp.get("/beskeder/trin")
@requires(Action.SET_MESSAGES)
def ladder() -> ResponseReturnValue:
    """Show the ladder from the first step to the last."""
    shown = [_shown(step, rung) for step, rung in sorted(rungs().items(), key=_order)]
    return render_template("messages/ladder.html", steps=shown)


@bp.route("/beskeder/trin/<ladder_step>", methods=["GET", "POST"])
@requires(Action.SET_MESSAGES)
def step(ladder_step: str) -> ResponseReturnValue:
    """Move one step."""
    if ladder_step not in set(Step):
        abort(404)
    which = Step(ladder_step)
    rung = rungs()[which]
    form = StepForm(
        data={"is_on": rung.is_on, "days": rung.days, "at": rung.at, "call_after": rung.call_after}
    )
    form.offer(MOVABLE[which])
    if form.validate_on_submit():
        said, key = form.wanted(), form.key.data
        content = [which.value, *said.items()]
        execute(services.move_step, current_actor(), which, **said, key=key, content=content)
        flash(_("It is decided."), "success")
        return redirect(url_for("messages.ladder"), 303)
    page = render_template("messages/step.html", form=form, title=STEPS[which])
    return page, 422 if form.errors else 200


def _order(item: tuple[Step, Rung]) -> int:
    return list(Step).index(item[0])


def _shown(which: Step, rung: Rung) -> StepShown:
    when = _when(which, rung) if rung.is_on else str(_("We do not tell this."))
    return StepShown(which, str(STEPS[which]), when, _otherwise(which, rung) if rung.is_on else "")


def _when(which: Step, rung: Rung) -> str:
    days = rung.days or 0
    if which is Step.DAY_BEFORE and rung.at is not None:
        return str(
            ngettext(
                "%(num)s day before, at %(time)s.",
                "%(num)s days before, at %(time)s.",
                days,
                time=f"{rung.at:%H.%M}",
            )
        )
    if which is Step.LAPSE:
        return str(
            ngettext("%(num)s day before it lapses.", "%(num)s days before it lapses.", days)
        )
    if which is Step.ON_THE_WAY:
        return str(_("At once, when the helper says so on the trip."))
    if which is Step.THANKS:
        return str(_("When somebody else has said yes."))
    if which is Step.OFFERS:
        return str(_("At once. Whoever is asked answers yes or no."))
    return str(_("When it has rested long enough to be undone."))


def _otherwise(which: Step, rung: Rung) -> str:
    hours = rung.call_after
    if which is Step.OFFERS and hours:
        said = ngettext(
            "No answer: somebody calls after %(num)s hour of office time.",
            "No answer: somebody calls after %(num)s hours of office time.",
            hours,
        )
        latest = _("At the latest it is half-way to the deadline.")
        return f"{said} {latest}"
    if which is Step.OFFERS:
        return str(_("No answer: somebody calls half-way to the deadline."))
    if hours:
        return str(
            ngettext(
                "No receipt: somebody calls after %(num)s hour of office time.",
                "No receipt: somebody calls after %(num)s hours of office time.",
                hours,
            )
        )
    return ""
