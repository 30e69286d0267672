"""The form on paper, in large type, for whoever would rather write."""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action
from klippekort.measures.queries import catalogue
from klippekort.measures.views.blueprint import bp
from klippekort.platform import pdf
from klippekort.platform.auth import requires
from klippekort.platform.i18n import _


def _sheet(instrument_key: str, language: str) -> dict[str, Any]:
    instrument = catalogue.get_instrument(instrument_key)
    wording = catalogue.find_wording(instrument, language)
    if wording is None:
        raise NotFound
    return {"instrument": instrument, "wording": wording, "language": language}


@bp.get("/maalinger/papir/<instrument_key>/<language>")
@requires(Action.MEASURE)
def paper(instrument_key: str, language: str) -> ResponseReturnValue:
    """Show the form as it comes on paper."""
    return render_template("measures/paper.html", **_sheet(instrument_key, language))


@bp.get("/maalinger/papir/<instrument_key>/<language>.pdf")
@requires(Action.MEASURE)
def paper_pdf(instrument_key: str, language: str) -> ResponseReturnValue:
    """Return the form as a PDF; where that cannot be made, the page instead."""
    html = render_template("measures/paper_sheet.html", **_sheet(instrument_key, language))
    try:
        drawn = pdf.render(html)
    except pdf.PdfUnavailable:
        flash(_("This machine cannot make PDF files. Print this page instead."), "warning")
        where = url_for("measures.paper", instrument_key=instrument_key, language=language)
        return redirect(where, 303)
    response = make_response(drawn)
    response.mimetype = "application/pdf"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f'inline; filename="{instrument_key}.pdf"'
    return response
