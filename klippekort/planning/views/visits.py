"""Feeding the routes: the trips as a file that a roster takes in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action, Role
from klippekort.municipalities.queries import list_suppliers
from klippekort.planning.forms import VisitsForm
from klippekort.planning.services.visits import SpanMakesNoSense, export_visits
from klippekort.planning.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.i18n import _

AHEAD = timedelta(days=13)


@bp.get("/eksport/besoeg")
@requires(Action.EXPORT_VISITS)
def visits() -> ResponseReturnValue:
    """Ask for which days, and of which supplier."""
    return _page(_form())


@bp.get("/eksport/besoeg.csv")
@requires(Action.EXPORT_VISITS, purpose="export_visits", fresh=True)
def visits_csv() -> ResponseReturnValue:
    """Send the file; without days, that of the next two weeks."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    first, last = form.first.data, form.last.data
    supplier_id = UUID(form.supplier.data) if form.supplier.data else None
    try:
        export = export_visits(current_actor(), first, last, supplier_id)
    except SpanMakesNoSense:
        form.last.errors = [_("Choose a last day within a year of the first.")]
        return _page(form), 422
    if export.citizens:
        saw(*export.citizens)
    headers = {
        "Content-Disposition": f'attachment; filename="besoeg-{first}-{last}.csv"',
        "Cache-Control": "private, no-store",
    }
    return Response(export.data, content_type="text/csv; charset=utf-8", headers=headers)


def _form() -> Any:
    today = clock.today()
    form = VisitsForm(request.args or None, data={"first": today, "last": today + AHEAD})
    form.offer(list_suppliers())
    return form


def _page(form: Any) -> str:
    sees_all = current_actor().role is not Role.PLANNER
    return render_template("planning/visits.html", form=form, sees_all=sees_all)
