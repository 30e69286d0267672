"""What every answer carries: security headers, the language, and pages for what went wrong."""

import gzip
import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from klippekort.config import Settings
from klippekort.domain.errors import CitizenGone, Forbidden, NotFound, Stale
from klippekort.platform.auth import View, public
from klippekort.platform.away import cannot_be_had
from klippekort.platform.db import db
from klippekort.platform.execute import Busy, KeyReused
from klippekort.platform.languages import LANGUAGES
from klippekort.platform.sent import Sent
from klippekort.platform.standing import lacks_tables
from klippekort.platform.tenancy import set_municipality

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "report-uri /csp-rapport",
            "report-to csp",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LARGEST_UPLOAD = 21 * 1024 * 1024
SOON_SECONDS = 5
WORTH_COMPRESSING = 1024  # bytes; less fits into one packet as it is

bp = Blueprint("web", __name__)
csrf = CSRFProtect()
log = logging.getLogger(__name__)


def without_token(view: View) -> View:
    """Let a view be sent to without a form's token: it must know by other means who sends."""
    csrf.exempt(view)
    return view


@bp.get("/tilgaengelighed")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("web/accessibility.html")


@bp.get("/was")
@public
def was() -> ResponseReturnValue:
    """Go to the accessibility statement: the one at the address given, or our own page."""
    settings: Settings = current_app.extensions["settings"]
    return redirect(settings.accessibility_url or "/tilgaengelighed", 303)


@bp.post("/sprog")
@public
def set_language() -> ResponseReturnValue:
    """Remember the language in a cookie and go back to the page, if it is one of ours."""
    language = request.form.get("lang", "")
    back = request.form.get("back", "/")
    # A browser leaves out tabs and breaks, so that "/" and a tab and "/there" is another site.
    if not back.startswith("/") or back[1:2] == "/" or "\\" in back or not back.isprintable():
        back = "/"
    response = redirect(back, 303)
    if language in LANGUAGES:
        response.set_cookie("lang", language, max_age=31_536_000, httponly=True, samesite="Lax")
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    return current_app.send_static_file("favicon.svg")


def init_web(app: Flask) -> None:
    """Add headers, forgery protection, size limits and error pages to the app."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_UPLOAD
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.request_class = Sent
    csrf.init_app(app)
    app.register_blueprint(bp)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, lambda _e: _page(404))
    app.register_error_handler(Forbidden, lambda _e: _page(403))
    app.register_error_handler(Stale, lambda _e: _page(409))
    app.register_error_handler(CitizenGone, lambda _e: (render_template("errors/gone.html"), 409))
    app.register_error_handler(KeyReused, lambda _e: _page(409))
    app.register_error_handler(Busy, _away)
    app.register_error_handler(Exception, _unexpected)
    log_exception = app.log_exception
    app.log_exception = partial(_log_exception, log_exception)  # type: ignore[method-assign]


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.vary.update(("Cookie", "Accept-Encoding"))
        _compress(response)
    return response


def _compress(response: Response) -> None:
    """Send a page as gzip to browsers that take it: a long list becomes a tenth."""
    if response.is_streamed or response.content_encoding is not None:
        return
    page = response.get_data()
    if len(page) >= WORTH_COMPRESSING and "gzip" in request.accept_encodings:
        response.set_data(gzip.compress(page, compresslevel=6, mtime=0))
        response.content_encoding = "gzip"


PAGES = (400, 403, 404, 409, 422, 429, 500, 503)


def _page(status: int, reference: str = "") -> tuple[str, int]:
    shown = status if status in PAGES else 500 if status >= 500 else 400
    return render_template(f"errors/{shown}.html", reference=reference), status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    cause = getattr(error, "original_exception", None)
    if cause is not None and _is_away(cause):
        return _away(cause)  # a look that could not be put on record, say
    return _page(error.code)


def _is_away(error: BaseException) -> bool:
    return isinstance(error, Busy) or cannot_be_had(error) or lacks_tables(error)


def _log_exception(log_exception: Callable[[Any], None], raised: Any) -> None:
    """Log what went wrong after a view, too; what `_away` tells of is no fault to be traced."""
    if not _is_away(raised[1]):
        log_exception(raised)


def _away(error: Exception) -> ResponseReturnValue:
    """Ask for patience, on a page that asks the database for nothing itself."""
    db.session.rollback()
    log.warning("no database at %s: %s", request.endpoint, type(error.__cause__ or error).__name__)
    g.login = g.locked = None
    set_municipality(None)
    response = make_response(*_page(503))
    response.retry_after = SOON_SECONDS
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    """Log once under a reference number the person can read out; say nothing personal."""
    if _is_away(error):
        return _away(error)
    db.session.rollback()  # the page asks for what stands around it
    reference = uuid4().hex[:8]
    log.error("unexpected %s at %s", reference, request.endpoint, exc_info=error)
    return _page(500, reference)
