"""What every answer carries: security headers, the language, and pages for what went wrong."""

import gzip
import logging
from uuid import uuid4

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from klippekort.domain.errors import CitizenGone, Forbidden, NotFound, Stale
from klippekort.platform.auth import View, public
from klippekort.platform.execute import Busy, KeyReused

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
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LANGUAGES = ("da", "en")
LARGEST_UPLOAD = 21 * 1024 * 1024
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
    return redirect("/tilgaengelighed", 303)


@bp.post("/sprog")
@public
def set_language() -> ResponseReturnValue:
    """Remember the language in a cookie and go back to the page, if it is one of ours."""
    language = request.form.get("lang", "")
    back = request.form.get("back", "/")
    if not back.startswith("/") or back[1:2] in ("/", "\\"):
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
    csrf.init_app(app)
    app.register_blueprint(bp)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, lambda _e: _page(404))
    app.register_error_handler(Forbidden, lambda _e: _page(403))
    app.register_error_handler(Stale, lambda _e: _page(409))
    app.register_error_handler(CitizenGone, lambda _e: (render_template("errors/gone.html"), 409))
    app.register_error_handler(KeyReused, lambda _e: _page(409))
    app.register_error_handler(Busy, lambda _e: _page(503))
    app.register_error_handler(Exception, _unexpected)


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
    if isinstance(getattr(error, "original_exception", None), Busy):
        return _page(503)  # a look that could not be put on record in time
    return _page(error.code)


def _unexpected(error: Exception) -> ResponseReturnValue:
    """Log once under a reference number the person can read out; say nothing personal."""
    reference = uuid4().hex[:8]
    log.error("unexpected %s at %s", reference, request.endpoint, exc_info=error)
    return _page(500, reference)
