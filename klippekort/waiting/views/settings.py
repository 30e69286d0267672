"""When the office is open, and how long an offer waits: the administrator's page."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.waiting.forms.settings import AnswerTimesForm
from klippekort.waiting.queries.offers import home
from klippekort.waiting.services.settings import set_answer_times
from klippekort.waiting.views.blueprint import bp


@bp.route("/kommunen/svarfrister", methods=["GET", "POST"])
@requires(Action.SET_UP_MUNICIPALITY)
def answer_times() -> ResponseReturnValue:
    """Show and change opening hours and answer times."""
    municipality = home()
    form = AnswerTimesForm(
        data={
            "opens": municipality.office_opens,
            "closes": municipality.office_closes,
            "offer_hours": municipality.offer_hours,
            "standing_hold_hours": municipality.standing_hold_hours,
        }
    )
    if form.validate_on_submit():
        times = form.times()
        execute(
            set_answer_times,
            current_actor(),
            times,
            now=clock.now(),
            key=form.key.data,
            content=[vars(times)],
        )
        flash(_("The answer times are saved."), "success")
        return redirect(url_for("waiting.answer_times"), 303)
    page = render_template("waiting/answer_times.html", form=form)
    return page, 422 if form.errors else 200
