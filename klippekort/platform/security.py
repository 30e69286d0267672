"""What a browser is told beyond the page: https for good, no use by others, and where it reports
what a page tried and was not allowed to.
"""

import json
import logging
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from klippekort.config import LOOPBACK, Settings
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.pace import Pace, place_of
from klippekort.platform.web import without_token

A_YEAR = 31_536_000
LONGEST_REPORT = 16 * 1024
LONGEST_SAID = 120
REPORTS = "/csp-rapport"

bp = Blueprint("security", __name__)
log = logging.getLogger("klippekort.csp")
_PACE = Pace("reports", most=20, all_most=200)


@bp.post(REPORTS)
@without_token
@public
def csp_report() -> ResponseReturnValue:
    """Log what a page was kept from: the rule and the page's name, nothing that was typed.

    Browsers that send more than the log can bear are thanked, and not written down.
    """
    if (request.content_length or 0) > LONGEST_REPORT:
        return "", 413
    if not _PACE.lets(place_of(request.remote_addr), clock.now()):
        return "", 204
    try:
        said = json.loads(request.get_data(cache=False)[:LONGEST_REPORT])
    except (ValueError, RecursionError):
        return "", 400
    for report in (said if isinstance(said, list) else [said])[:5]:
        body = report.get("csp-report", report.get("body")) if isinstance(report, dict) else None
        if isinstance(body, dict):
            log.warning("kept from: %s at %s", _rule(body), _page(body))
    return "", 204


def _rule(body: dict[str, object]) -> str:
    named = body.get("effective-directive") or body.get("effectiveDirective") or ""
    return _plain(str(named) or str(body.get("violated-directive", "")))


def _page(body: dict[str, object]) -> str:
    """Return the name of the page: its address may hold a token that opens it."""
    try:
        path = urlsplit(str(body.get("document-uri") or body.get("documentURL"))).path
        endpoint, _values = current_app.url_map.bind("").match(path)
    except (ValueError, HTTPException):
        return "-"
    return str(endpoint)


def _plain(text: str) -> str:
    """Return text as one short line, so that nobody writes lines of their own into the log."""
    return "".join(mark if mark.isprintable() else "?" for mark in text[:LONGEST_SAID])


def init_security(app: Flask) -> None:
    """Add the headers and the address of the reports; refuse requests for other hosts' names."""
    settings: Settings = app.extensions["settings"]
    app.register_blueprint(bp)
    if settings.public_url:
        own = urlsplit(settings.public_url).hostname or ""
        app.config["TRUSTED_HOSTS"] = [own, *(name for name in LOOPBACK if ":" not in name)]

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Reporting-Endpoints", f'csp="{REPORTS}"')
        if settings.secure_cookies:
            lasting = f"max-age={A_YEAR}; includeSubDomains"
            response.headers.setdefault("Strict-Transport-Security", lasting)
        return response
