"""Data sets to fetch: CSV, XLSX and JSON of what the reader may see."""

import json

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.spreadsheet import XLSX, as_csv, as_xlsx
from klippekort.reports.forms.exports import DataForm
from klippekort.reports.services import exports as services
from klippekort.reports.services.exports import Fetched
from klippekort.reports.views.blueprint import bp


@bp.route("/udtraek", methods=["GET", "POST"])
@requires(Action.EXPORT_DATA, purpose="export", fresh=True)
def data_sets() -> ResponseReturnValue:
    """Choose a data set and fetch it; every citizen in it is on record as seen."""
    actor, today = current_actor(), clock.today()
    form = DataForm(from_on=today.replace(month=1, day=1), until_on=today)
    form.offer(services.offered(actor))
    if form.validate_on_submit():
        name, days = form.name.data, (form.from_on.data, form.until_on.data)
        # Without a key: what is fetched twice is read twice, and the rows are no answer to keep.
        fetched = execute(services.fetch, actor, name, *days, now=clock.now())
        return _file(fetched, name, form.kind.data)
    return render_template("reports/data_sets.html", form=form), 422 if form.errors else 200


def _file(fetched: Fetched, name: str, kind: str) -> Response:
    if kind == "json":
        rows = [dict(zip(fetched.columns, row, strict=True)) for row in fetched.rows]
        data, mime = json.dumps(rows, ensure_ascii=False).encode(), "application/json"
    elif kind == "xlsx":
        data, mime = as_xlsx(fetched.columns, fetched.rows), XLSX
    else:
        data, mime = as_csv(fetched.columns, fetched.rows), "text/csv; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": "private, no-store",
    }
    return Response(data, content_type=mime, headers=headers)
