"""The record of looks and deeds, searched, and samples of it judged."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.services.proofs import OWN_LOG_IN
from klippekort.citizens.forms.look_words import by_words, purpose_words, role_words
from klippekort.domain.oversight import Judged, draw
from klippekort.domain.permissions import Action
from klippekort.oversight.forms.looks import MEANS, OUTCOMES, TIES, LooksForm, SampleForm
from klippekort.oversight.queries import lines as queries
from klippekort.oversight.queries.lines import Asked, LineSeen
from klippekort.oversight.services.checking import judge as judge_look
from klippekort.oversight.views.blueprint import bp
from klippekort.oversight.views.paging import ROWS, leaf
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import clock_time, full_day
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import as_csv


@bp.get("/tilsyn")
@requires(Action.OVERSEE)
def overview() -> ResponseReturnValue:
    """Link to everything there is for those who oversee."""
    return render_template("oversight/overview.html")


@bp.get("/tilsyn/opslag")
@requires(Action.OVERSEE, purpose="oversee")
def looks() -> ResponseReturnValue:
    """Search the record; the search is on record itself."""
    form = LooksForm(request.args)
    form.offer(by_words(queries.list_whys()))
    asked = form.asked() if form.validate() else Asked()
    values = {name: value for name, value in request.args.items() if name != "side"}
    page = leaf(queries.count_lines(asked), "oversight.looks", **values)
    found = queries.list_lines(asked, limit=ROWS, offset=page.offset)
    saw(*{one for line in found for one, _name in line.citizens})
    html = render_template(
        "oversight/looks.html", form=form, rows=[_row(line) for line in found], leaf=page
    )
    return html, 422 if form.errors else 200


def _row(line: LineSeen) -> list[str]:
    return [
        f"{full_day(line.at)} {clock_time(line.at)}",
        line.who or "–",
        str(role_words(line.role)),
        _why(line),
        ", ".join(name for _id, name in line.citizens) or "–",
    ]


def _why(line: LineSeen) -> str:
    """Return why somebody came, with what became of it where the record says so."""
    why = purpose_words(line.purpose, line.action)
    if line.is_refused:
        return _("%(why)s: refused", why=why)
    if line.purpose == OWN_LOG_IN and line.change in MEANS:
        return _("%(why)s: %(what)s", why=why, what=MEANS[line.change])
    return why


@bp.get("/tilsyn/stikproeve")
@requires(Action.OVERSEE, purpose="oversee")
def sample() -> ResponseReturnValue:
    """Draw looks by lot, each with what tied who looked to the citizen."""
    form, (first, last) = _sample_form(), _days()
    found = _drawn(form, first, last) if form.validate() else []
    html = render_template(
        "oversight/sample.html",
        form=form,
        lines=[(line, *_sample_row(line)) for line in found],
        outcomes=OUTCOMES,
        values=_values(form, first, last),
        first=first,
        last=last,
        keys=[str(uuid4()) for _line in found],
    )
    return html, 422 if form.errors else 200


@bp.get("/tilsyn/stikproeve.csv")
@requires(Action.OVERSEE, purpose="oversee")
def sample_csv() -> ResponseReturnValue:
    """Give the sample as a table for the yearly control."""
    form, (first, last) = _sample_form(), _days()
    if not form.validate():
        abort(404)
    rows = [
        [*_sample_row(line), str(OUTCOMES.get(Judged(line.outcome), "")) if line.outcome else ""]
        for line in _drawn(form, first, last)
    ]
    columns = [_("When"), _("Who"), _("Role"), _("Why"), _("Citizen"), _("Tie"), _("Verdict")]
    return Response(
        as_csv(columns, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=stikproeve.csv"},
    )


def _sample_form() -> SampleForm:
    given = request.args if request.args.get("ord") else None
    return SampleForm(given, ord=clock.today().strftime("%Y-%m"))


def _days() -> tuple[date, date]:
    """Return the days a sample is drawn from: as asked, or the year up to yesterday, for today's
    looks are not all there yet.
    """
    form = SampleForm(request.args)
    form.validate()
    last = form.til.data or clock.today() - timedelta(days=1)
    return form.fra.data or last - timedelta(days=365), last


def _values(form: SampleForm, first: date, last: date) -> dict[str, Any]:
    return {
        "antal": form.antal.data,
        "ord": form.ord.data,
        "fra": first.isoformat(),
        "til": last.isoformat(),
    }


def _drawn(form: SampleForm, first: date, last: date) -> list[LineSeen]:
    drawn = draw(form.ord.data, queries.drawn_from(first, last), form.antal.data)
    found = queries.sample_of(drawn)
    saw(*{one for line in found for one, _name in line.citizens})
    return found


def _sample_row(line: LineSeen) -> list[str]:
    return [*_row(line), str(TIES[line.tie]) if line.tie else ""]


@bp.post("/tilsyn/stikproeve/<uuid:line_id>")
@requires(Action.OVERSEE)
def judge(line_id: UUID) -> ResponseReturnValue:
    """Take down what was thought of a look, and go back to the sample."""
    said = request.form.get("outcome", "")
    if said not in set(Judged):
        abort(400)
    seed = request.form.get("ord", "")[:40]
    execute(
        judge_look,
        current_actor(),
        line_id,
        Judged(said),
        seed,
        now=clock.now(),
        key=request.form.get("key", "")[:64] or None,
    )
    names = ("antal", "ord", "fra", "til")
    values: dict[str, Any] = {name: request.form.get(name, "")[:40] for name in names}
    return redirect(url_for("oversight.sample", _anchor=f"look-{line_id}", **values), 303)
