"""The host log: month by month, in all, as a file, and each volunteer's year."""

from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import day_said, day_span, local, local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, authorise
from klippekort.hosting.queries.log import HostingLine, hosting_between, statement_of, totals
from klippekort.hosting.views import words
from klippekort.hosting.views.blueprint import bp
from klippekort.hosting.views.people import own_volunteer_id
from klippekort.platform import clock, pdf
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.formatting import kroner, moment, short_duration
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import XLSX, Cell, as_csv, as_xlsx
from klippekort.volunteers.queries import get_volunteer, list_volunteers, reach_of

MOST_BARS = 12
FIRST_YEAR = 2000


@bp.get("/vaerter")
@requires(Action.SEE_HOSTING)
def months() -> ResponseReturnValue:
    """Show a month of hosting; ?maaned=2026-11 chooses it, anything else is this month."""
    first = _month(request.args.get("maaned", ""), clock.today())
    after = first + relativedelta(months=1)
    rows = hosting_between(day_span(first)[0], day_span(after)[0])
    by_volunteer: dict[str, int] = {}
    for row in rows:
        by_volunteer[row.volunteer] = by_volunteer.get(row.volunteer, 0) + row.minutes
    return render_template(
        "hosting/months.html",
        month=first,
        bar_rows=[
            (name, minutes, short_duration(minutes))
            for name, minutes in sorted(by_volunteer.items(), key=lambda pair: -pair[1])[:MOST_BARS]
        ],
        lines=[_cells(row) for row in rows],
        total=sum(by_volunteer.values()),
        previous_url=_url(first - relativedelta(months=1)),
        next_url=_url(after) if after <= clock.today() else None,
    )


def _cells(row: HostingLine) -> tuple[str | int, ...]:
    return (
        row.volunteer,
        row.association or "",
        words.line_words(row),
        moment(row.starts_at),
        short_duration(row.minutes),
        row.guests,
        ", ".join(row.together),
    )


def _url(month: date) -> str:
    return url_for("hosting.months", maaned=f"{month:%Y-%m}")


def _month(text: str, today: date) -> date:
    return day_said(f"{text}-01", today) or today.replace(day=1)


def _year() -> int:
    """Return the year that ?aar= chooses, or this one."""
    today = clock.today()
    text = request.args.get("aar", "")
    is_year = text.isdecimal() and FIRST_YEAR <= int(text) <= today.year
    return int(text) if is_year else today.year


def _lines(year: int) -> list[HostingLine]:
    return hosting_between(day_span(date(year, 1, 1))[0], day_span(date(year + 1, 1, 1))[0])


@bp.get("/vaertskab/log")
@requires(Action.SEE_HOSTING)
def log() -> ResponseReturnValue:
    """Show what was given in a year, by association, by activity and by volunteer."""
    year = _year()
    lines = _lines(year)
    return render_template(
        "hosting/log.html",
        year=year,
        by_association=[
            _total(one.name or str(_("No association")), one)
            for one in totals(lines, "association")
        ],
        by_activity=[_total(words.line_words(one), one) for one in totals(lines, "activity")],
        volunteers=list_volunteers(),
        minutes=sum(line.minutes for line in lines),
        times=len(lines),
        previous_url=url_for("hosting.log", aar=year - 1) if year > FIRST_YEAR else None,
        next_url=url_for("hosting.log", aar=year + 1) if year < clock.today().year else None,
    )


def _total(name: str, one: object) -> tuple[str | int, ...]:
    times, minutes, guests = (getattr(one, part) for part in ("times", "minutes", "guests"))
    return name, times, short_duration(minutes), guests


@bp.get("/vaertskab/log.csv")
@requires(Action.SEE_HOSTING)
def log_csv() -> ResponseReturnValue:
    """Return a year's log as a table for a spreadsheet."""
    year = _year()
    response = make_response(as_csv(_header(), _table(year)))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="vaerter-{year}.csv"'
    return response


@bp.get("/vaertskab/log.xlsx")
@requires(Action.SEE_HOSTING)
def log_xlsx() -> ResponseReturnValue:
    """Return a year's log as a workbook."""
    year = _year()
    response = make_response(as_xlsx(_header(), _table(year)))
    response.mimetype = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="vaerter-{year}.xlsx"'
    return response


def _header() -> list[str]:
    labels = (
        _("Volunteer"),
        _("Association"),
        _("Activity"),
        _("Day"),
        _("Time of day"),
        _("Minutes"),
        _("Guests"),
        _("Together with"),
        _("Corrected"),
    )
    return [str(one) for one in labels]


def _table(year: int) -> list[list[Cell]]:
    return [
        [
            line.volunteer,
            line.association or "",
            words.line_words(line),
            f"{local_day(line.starts_at):%Y-%m-%d}",
            f"{local(line.starts_at):%H:%M}",
            line.minutes,
            line.guests,
            ", ".join(line.together),
            str(_("Yes")) if line.is_corrected else str(_("No")),
        ]
        for line in _lines(year)
    ]


@bp.get("/vaertskab/mit-aar")
@requires(Action.SEE_VOLUNTEER)
def own_year() -> ResponseReturnValue:
    """Show a volunteer their own year so far, and send a coordinator to everybody's."""
    volunteer_id = own_volunteer_id()
    if volunteer_id is None:
        return redirect(url_for("hosting.log"), 303)
    return _year_page(volunteer_id, clock.today().year)


@bp.get("/vaertskab/frivillige/<uuid:volunteer_id>/<int:year>")
@requires(Action.SEE_VOLUNTEER)
def year(volunteer_id: UUID, year: int) -> ResponseReturnValue:
    """Show what a volunteer gave in a year, with thanks."""
    return _year_page(volunteer_id, year)


def _year_page(volunteer_id: UUID, year: int) -> str:
    def other(number: int) -> str | None:
        is_there = FIRST_YEAR <= number <= clock.today().year
        address = url_for("hosting.year", volunteer_id=volunteer_id, year=number)
        return address if is_there else None

    return render_template(
        "hosting/year.html",
        **_statement(volunteer_id, year),
        is_own=own_volunteer_id() is not None,
        previous_url=other(year - 1),
        next_url=other(year + 1),
    )


@bp.get("/vaertskab/frivillige/<uuid:volunteer_id>/<int:year>.pdf")
@requires(Action.SEE_VOLUNTEER)
def year_pdf(volunteer_id: UUID, year: int) -> ResponseReturnValue:
    """Return a volunteer's year as a PDF; where that cannot be made, the page instead."""
    html = render_template("hosting/year_paper.html", **_statement(volunteer_id, year))
    return as_pdf(
        html, f"aar-{year}.pdf", url_for("hosting.year", volunteer_id=volunteer_id, year=year)
    )


def as_pdf(html: str, name: str, instead: str) -> ResponseReturnValue:
    """Return a page as a PDF, or send the reader to `instead` where none can be made."""
    try:
        drawn = pdf.render(html)
    except pdf.PdfUnavailable:
        flash(_("This machine cannot make PDF files. Print this page instead."), "warning")
        return redirect(instead, 303)
    response = make_response(drawn)
    response.mimetype = "application/pdf"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _statement(volunteer_id: UUID, year: int) -> dict[str, object]:
    authorise(current_actor(), Action.SEE_VOLUNTEER, reach_of(volunteer_id))
    if not FIRST_YEAR <= year <= clock.today().year:
        raise NotFound
    found = statement_of(volunteer_id, year)
    span = day_span(date(year, 1, 1))[0], day_span(date(year + 1, 1, 1))[0]
    lines = hosting_between(*span, volunteer_id)
    return {
        "volunteer": get_volunteer(volunteer_id),
        "statement": found,
        "thanks": [words.thanks_words(one) for one in found.thanks],
        "paid": kroner(found.expense_oere),
        "driven": kroner(found.mileage_oere),
        "lines": [
            (
                moment(line.starts_at),
                words.line_words(line),
                short_duration(line.minutes),
                line.guests,
                ", ".join(line.together),
            )
            for line in lines
        ],
    }
