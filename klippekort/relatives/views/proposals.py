"""Staff's answers to what relatives propose."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Role
from klippekort.domain.relatives import TripsToSettle
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.relatives.forms.staff import AnswerForm
from klippekort.relatives.queries.coming import booked_in
from klippekort.relatives.queries.proposals import all_waiting, get_proposal
from klippekort.relatives.services import proposing
from klippekort.relatives.views.blueprint import bp


@bp.get("/forslag-fra-paaroerende")
@requires(Action.ANSWER_PROPOSAL, purpose="relatives")
def proposals() -> ResponseReturnValue:
    """List what waits for a yes or a no, the soonest first."""
    actor = current_actor()
    supplier = actor.supplier_id if actor.role is Role.PLANNER else None
    waiting = all_waiting(clock.today(), supplier)
    saw(*{one.citizen.id for one in waiting})
    return render_template(
        "relatives/proposals.html",
        waiting=waiting,
        keys=[str(uuid4()) for _one in waiting],
        booked=booked_in([one.row for one in waiting], clock.now()),
    )


@bp.post("/forslag-fra-paaroerende/<uuid:proposal_id>/svar")
@requires(Action.ANSWER_PROPOSAL, purpose="relatives")
def answer(proposal_id: UUID) -> ResponseReturnValue:
    """Say yes or no to what a relative proposes."""
    form = AnswerForm()
    if form.validate_on_submit():
        is_yes = form.answer.data == "yes"
        facts = {"is_yes": is_yes, "words": form.words.data or ""}
        said = _("It is agreed. The relative is told.") if is_yes else _("The relative is told.")
        try:
            _do(proposing.answer, proposal_id, form, said, **facts)
        except TripsToSettle:
            flash(_("Trips are booked in those days. Say what becomes of each."), "warning")
            return redirect(url_for("trips.family_days", proposal_id=proposal_id), 303)
    else:
        flash(" ".join(str(one) for field in form.errors.values() for one in field), "warning")
    return _back(proposal_id)


@bp.post("/forslag-fra-paaroerende/<uuid:proposal_id>/tag-tilbage")
@requires(Action.ANSWER_PROPOSAL, purpose="relatives")
def take_back(proposal_id: UUID) -> ResponseReturnValue:
    """Let what was agreed hold no longer."""
    form = KeyedForm()
    if form.validate_on_submit():
        said = _("It is taken back, and the relative is told.")
        _do(proposing.take_back, proposal_id, form, said)
    return _back(proposal_id)


def _do(
    service: Callable[..., Any], proposal_id: UUID, form: KeyedForm, said: str, **facts: Any
) -> None:
    try:
        execute(
            service,
            current_actor(),
            proposal_id,
            **facts,
            now=clock.now(),
            key=form.key.data,
            content=[proposal_id, facts],
        )
    except Stale:
        flash(_("Somebody has answered that already."), "info")
    else:
        flash(said, "success")


def _back(proposal_id: UUID) -> ResponseReturnValue:
    """Go back to the list when it was answered there, else to the citizen's relatives."""
    if "forslag" in (request.referrer or "").rpartition("/")[2]:
        return redirect(url_for("relatives.proposals"), 303)
    citizen_id = get_proposal(proposal_id).citizen_id
    return redirect(url_for("relatives.of_citizen", citizen_id=citizen_id), 303)
