"""Finding a citizen, and opening one who is not one's own."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens import queries, services
from klippekort.citizens.forms.access import REASONS, AccessForm, SearchForm
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.permissions import Action, Role, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import choices
from klippekort.platform.i18n import _


@bp.get("/borgere")
@requires(Action.FIND_CITIZEN, purpose="find_citizen")
def find() -> ResponseReturnValue:
    form = SearchForm(request.args)
    text = form.q.data or ""
    if current_actor().role is Role.CARE_WORKER:
        return _find_own(form, text)
    return _find_all(form, text)


def _find_own(form: SearchForm, text: str) -> ResponseReturnValue:
    """Show a care worker's own citizens; others who match are shown by name only."""
    actor, today = current_actor(), clock.today()
    own = queries.list_own_citizens(actor, today)
    known = {citizen.id for citizen in own}
    searched = queries.is_long_enough(text)
    if searched:
        own = [citizen for citizen in own if queries.matches(citizen.search_name, text)]
    hits = queries.find_citizens(text, limit=queries.MOST_FOUND + len(known) + 1)
    others = [citizen for citizen in hits if citizen.id not in known]
    shown = others[: queries.MOST_FOUND]
    _note(*(citizen.id for citizen in (*own, *shown)))
    return render_template(
        "citizens/find_own.html",
        form=form,
        text=text,
        searched=searched,
        own=own,
        escorted=queries.escorted_by(actor, today),
        others=shown,
        is_cut=len(others) > len(shown),
    )


def _find_all(form: SearchForm, text: str) -> ResponseReturnValue:
    """Search the whole municipality, or a planner's own supplier."""
    actor = current_actor()
    supplier_id = actor.supplier_id if actor.role is Role.PLANNER else None
    hits = queries.find_citizens(text, supplier_id, limit=queries.MOST_FOUND + 1)
    if actor.role is Role.PLANNER and supplier_id is None:
        hits = []
    shown = hits[: queries.MOST_FOUND]
    _note(*(citizen.id for citizen in shown))
    return render_template(
        "citizens/find.html",
        form=form,
        text=text,
        searched=queries.is_long_enough(text),
        found=shown,
        is_cut=len(hits) > len(shown),
        may_add=may(actor, Action.GRANT_CARD),
        may_see_openings=may(actor, Action.SEE_ACCESS_LOG),
        may_record_leaving=may(actor, Action.RECORD_LEAVING),
    )


def _note(*citizen_ids: UUID) -> None:
    if citizen_ids:
        saw(*citizen_ids)


@bp.route("/borgere/<uuid:citizen_id>/adgang", methods=["GET", "POST"])
@requires(Action.OPEN_ACCESS, purpose="open_access")
def open_access(citizen_id: UUID) -> ResponseReturnValue:
    actor, citizen = current_actor(), queries.get_citizen(citizen_id)
    card = redirect(url_for("trips.citizen", citizen_id=citizen_id), 303)
    form = AccessForm()
    if form.is_submitted():
        if form.validate():
            reason = form.reason.data
            execute(
                services.open_access,
                actor,
                citizen_id,
                reason,
                now=clock.now(),
                key=form.key.data,
                content=[citizen_id, reason],
            )
            return card
    elif may(actor, Action.SEE_CITIZEN, queries.reach(citizen, clock.today())):
        return card
    called = _("%(name)s called", name=citizen.first_name)
    form.reason.choices = choices({**REASONS, "she_called": called})
    saw(citizen_id)
    page = render_template("citizens/open_access.html", citizen=citizen, form=form)
    return page, 422 if form.errors else 200
