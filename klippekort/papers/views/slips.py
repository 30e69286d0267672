"""Typing in the slips that come back by post, or scanning them."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.papers.codes import UnreadableCode
from klippekort.domain.permissions import Action, authorise
from klippekort.papers.forms.fields import CodeForm
from klippekort.papers.forms.slips import SlipForm, box_words, outcome_words
from klippekort.papers.queries import ReplySlip
from klippekort.papers.queries.slips import get_slip
from klippekort.papers.services import slips as services
from klippekort.papers.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _


@bp.route("/svar-paa-papir", methods=["GET", "POST"])
@requires(Action.TYPE_REPLY, purpose="reply_slip")
def type_code() -> ResponseReturnValue:
    """Ask for the code on a slip; a reader that types and presses Enter will do."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            slip = services.find(current_actor(), form.code.data or "", now=clock.now())
        except UnreadableCode:
            form.code.errors = [_("That is not a whole code. Type the eight signs once more.")]
        except services.UnknownCode:
            form.code.errors = [_("No slip has that code. Is it from another municipality?")]
        else:
            return redirect(url_for("papers.slip", slip_id=slip.id), 303)
    return render_template("papers/type_code.html", form=form), 422 if form.errors else 200


def _open(slip_id: UUID) -> tuple[ReplySlip, Any]:
    row = get_slip(slip_id)
    citizen = get_citizen(row.citizen_id)
    authorise(current_actor(), Action.TYPE_REPLY, reach(citizen, clock.today()))
    return row, citizen


@bp.route("/svar-paa-papir/<uuid:slip_id>", methods=["GET", "POST"])
@requires(Action.TYPE_REPLY, purpose="reply_slip")
def slip(slip_id: UUID) -> ResponseReturnValue:
    """Tick what is ticked on a slip; one that was typed in before says so."""
    row, citizen = _open(slip_id)
    now, form = clock.now(), SlipForm()
    form.offer(box_words(row, clock.today()))
    is_over = row.ends_at <= now
    if row.state != "answered" and not is_over and form.validate_on_submit():
        answer = _take(row, form)
        if answer is not None:
            _tell(answer, form)
            return redirect(url_for("papers.type_code"), 303)
    saw(citizen.id)
    page = render_template(
        "papers/slip.html",
        form=form,
        citizen=citizen,
        is_over=is_over,
        answered=moment(row.answered_at, clock.today()) if row.answered_at else "",
    )
    return page, 422 if form.errors else 200


def _take(row: ReplySlip, form: SlipForm) -> dict[str, Any] | None:
    ticked = form.ticked()
    try:
        answer: dict[str, Any] = execute(
            services.take,
            current_actor(),
            row.id,
            ticked,
            now=clock.now(),
            key=form.key.data,
            content=[row.id, *sorted(ticked.boxes)],
        )
    except services.NothingTicked:
        form.boxes.errors = [_("Tick what is ticked on the slip, or ask for a call.")]
    except services.BothAnswers:
        form.boxes.errors = [_("Yes and no are both ticked. Tick the call, and ask.")]
    except services.SlipOver:
        form.boxes.errors = [_("The slip is of a week that is over.")]
    else:
        return answer
    return None


def _tell(answer: dict[str, Any], form: SlipForm) -> None:
    if answer["was_known"]:
        flash(_("This slip was typed in before. Nothing is changed."), "info")
        return
    words = {choice.value: str(choice.label) for choice in form.boxes.choices or ()}
    for said, tone in outcome_words(answer["said"], words):
        flash(said, tone)
