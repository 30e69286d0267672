"""Yearly reports: begun with one press, followed, and fetched as page, PDF or spreadsheet."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import Status
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, current_locale
from klippekort.platform.spreadsheet import XLSX
from klippekort.platform.tenancy import current_municipality
from klippekort.reports import jobs
from klippekort.reports.forms.cockpit import YearForm
from klippekort.reports.forms.yearly import method, set_out
from klippekort.reports.queries import yearly as queries
from klippekort.reports.services import yearly as services
from klippekort.reports.services.yearly import Content, ReportKept, ReportUnderWay
from klippekort.reports.views.blueprint import bp


@bp.route("/aarsberetning", methods=["GET", "POST"])
@requires(Action.MAKE_REPORT)
def yearly_reports() -> ResponseReturnValue:
    """Choose a year to report on, or open again what was made before."""
    form, now = YearForm(), clock.now()
    form.offer(clock.today())
    if form.validate_on_submit():
        begun = _start(form.year.data, form.key.data)
        return redirect(url_for("reports.yearly_report", report_id=begun), 303)
    page = render_template(
        "reports/yearly_reports.html",
        form=form,
        reports=[(row, _state(row, now)) for row in queries.list_reports()],
    )
    return page, 422 if form.errors else 200


def _start(year: int, key: Any, *, anew: bool = False) -> UUID:
    """Begin a report and have it made; where another is under way or kept, show that one."""
    actor = current_actor()
    try:
        said = execute(
            services.start_report,
            actor,
            year,
            now=clock.now(),
            language=current_locale().language,
            anew=anew,
            key=key,
            content=(year, anew),
        )
    except ReportUnderWay as other:
        flash(_("Another report is being made. Wait until it is done."), "warning")
        return other.report_id
    except ReportKept as before:
        flash(_("This year is over, and its report is made. Here it is."), "info")
        return before.report_id
    app = cast(Any, current_app)._get_current_object()
    jobs.start_report(app, actor.municipality_id, UUID(said), paper)
    return UUID(said)


@bp.post("/aarsberetning/<uuid:report_id>/paa-ny")
@requires(Action.MAKE_REPORT)
def yearly_again(report_id: UUID) -> ResponseReturnValue:
    """Make the report of the same year once more; it is on record that it was."""
    row, form = queries.get_report(report_id), KeyedForm()
    begun = report_id
    if form.validate_on_submit():
        begun = _start(row.year, form.key.data, anew=True)
    return redirect(url_for("reports.yearly_report", report_id=begun), 303)


@bp.get("/aarsberetning/<uuid:report_id>")
@requires(Action.MAKE_REPORT)
def yearly_report(report_id: UUID) -> ResponseReturnValue:
    """Show how far a report has come, or what came of it."""
    row = queries.get_report(report_id, files=True)
    if row.content is None:
        is_alive = services.is_alive(row, clock.now())
        return render_template("reports/yearly_progress.html", report=row, is_alive=is_alive)
    content, made_on = services.content_of(row.content), local_day(row.started_at)
    return render_template(
        "reports/yearly_report.html",
        report=row,
        has_pdf=row.pdf is not None,
        others=[one for one in queries.list_finished(row.year) if one.id != row.id],
        again=KeyedForm(formdata=None),
        **_shown(content, made_on),
    )


def paper(content: Content, made_on: date) -> str:
    """Return a report as it is set on paper, in whatever thread: it needs nobody logged in."""
    template = current_app.jinja_env.get_template("reports/yearly_paper.html")
    home = get_municipality(current_municipality())
    return template.render(municipality=home, **_shown(content, made_on))


def _shown(content: Content, made_on: date) -> dict[str, Any]:
    year = content.figures.year
    return {
        "content": content,
        "first": date(year, 1, 1),
        "last": min(date(year, 12, 31), made_on),
        "method": method(content),
        "guideposts": set_out(content, made_on),
    }


@bp.get("/aarsberetning/<uuid:report_id>.pdf")
@requires(Action.MAKE_REPORT)
def yearly_pdf(report_id: UUID) -> ResponseReturnValue:
    """Send a report as a PDF."""
    row = queries.get_report(report_id, files=True)
    if row.pdf is None or row.content is None:
        raise NotFound
    language, name, drawn = current_locale().language, f"aarsberetning-{row.year}.pdf", row.pdf
    if language != row.language:
        content, made_on = services.content_of(row.content), local_day(row.started_at)
        drawn = jobs.draw(content, made_on, language, paper) or drawn
    return _file(drawn, "application/pdf", name)


@bp.get("/aarsberetning/<uuid:report_id>.xlsx")
@requires(Action.MAKE_REPORT)
def yearly_xlsx(report_id: UUID) -> ResponseReturnValue:
    """Send a report as a spreadsheet."""
    row = queries.get_report(report_id, files=True)
    if row.workbook is None or row.content is None:
        raise NotFound
    language, name, sheets = current_locale().language, f"aarsberetning-{row.year}.xlsx", None
    if language != row.language:
        content, made_on = services.content_of(row.content), local_day(row.started_at)
        sheets = jobs.write(content, made_on, language)
    return _file(sheets or row.workbook, XLSX, name)


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(data, content_type=kind, headers=headers)


def _state(row: Any, now: Any) -> Status:
    if row.state == services.DONE:
        return Status(_("Done"), "good", "check")
    if services.is_alive(row, now):
        return Status(_("Under way"), "waiting", "clock")
    return Status(_("Went wrong"), "bad", "warning")
