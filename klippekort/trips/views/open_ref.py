"""The way in from the care record: its own name for a citizen leads to her page here."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import find_by_record_ref, reach
from klippekort.domain.permissions import Action, Role, may
from klippekort.domain.record_refs import is_fit, looks_like_person_number, written
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.trips.views.blueprint import bp


@bp.get("/open")
@requires(Action.FIND_CITIZEN, purpose="open_ref", comes_back=True)
def open_ref() -> ResponseReturnValue:
    """Lead to the citizen whom the care record calls `ref`; a person number is never taken.

    What was asked for is not shown again, since it may be what should not have been sent.
    """
    ref = written(request.args.get("ref", ""))
    if not ref:
        return redirect(url_for("citizens.find"), 303)
    if looks_like_person_number(ref):
        return render_template("trips/open_ref.html", is_person_number=True), 400
    actor = current_actor()
    citizen = find_by_record_ref(ref) if is_fit(ref) else None
    # A helper may always ask to see a citizen; nobody else learns that she is there.
    is_helper = actor.role is Role.CARE_WORKER
    if citizen is None or not (
        is_helper or may(actor, Action.SEE_CARD, reach(citizen, clock.today()))
    ):
        return render_template("trips/open_ref.html", is_person_number=False), 404
    saw(citizen.id)
    return redirect(url_for("trips.citizen", citizen_id=citizen.id), 303)
