"""Answering with a PDF that only the one who asked may keep."""

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue

from klippekort.platform import pdf
from klippekort.platform.i18n import _


def as_pdf(html: str, name: str, instead: str) -> ResponseReturnValue:
    """Return a page as a PDF, or send the reader to `instead` where none can be made."""
    try:
        return sent(pdf.render(html), name)
    except pdf.PdfUnavailable:
        flash(_("This machine cannot make PDF files."), "warning")
        return redirect(instead, 303)


def sent(drawn: bytes, name: str) -> Response:
    """Return a PDF to look at or print; nobody on the way keeps it."""
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
