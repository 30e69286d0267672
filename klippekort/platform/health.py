"""Whether the program lives, whether it can be used, and its numbers, for machines."""

import hmac
import time
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from klippekort.config import LOOPBACK, Settings
from klippekort.platform import clock, job_status, watching
from klippekort.platform.auth import public_while_shown
from klippekort.platform.db import db
from klippekort.platform.metrics import Metrics, init_metrics
from klippekort.platform.standing import find_version, is_fit
from klippekort.platform.watching import Measured

# A request that came through a proxy is not from this machine, whoever handed it on.
_HANDED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_FRESH_SECONDS = 10.0
_WRITTEN = "text/plain; version=0.0.4; charset=utf-8"

bp = Blueprint("health", __name__)


@bp.get("/live")
@public_while_shown
def live() -> ResponseReturnValue:
    """Say that the process answers; it asks nobody else."""
    return _plain("ok\n")


@bp.get("/ready")
@public_while_shown
def ready() -> ResponseReturnValue:
    """Say whether pages can be served: the database answers, and its tables are this program's.

    Tables of a newer program are fine, so that it can be brought up while this one works on. A
    worker that is silent is told of, and no reason to take the pages away.
    """
    found = _readiness()
    response = jsonify(found)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 200 if found["database"] == found["tables"] == "ok" else 503
    return response


@bp.get("/metrics")
@public_while_shown
def metrics() -> ResponseReturnValue:
    """Give the numbers, to this machine itself or to whoever has the token."""
    if not _may_see():
        abort(404)
    settings: Settings = current_app.extensions["settings"]
    found = _measured(clock.now())
    counted: Metrics = current_app.extensions["metrics"]
    written = counted.written(found, watching.alarms_in(found, settings.backup_hours))
    return _plain(written, _WRITTEN)


def init_health(app: Flask) -> None:
    """Add the pages for machines, and count requests."""
    init_metrics(app)
    app.register_blueprint(bp)


def _plain(said: str | bytes, mimetype: str = "text/plain; charset=utf-8") -> Response:
    response = Response(said, content_type=mimetype)
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_see() -> bool:
    settings: Settings = current_app.extensions["settings"]
    given = request.headers.get("Authorization", "")
    if settings.metrics_token:
        wanted = f"Bearer {settings.metrics_token}"
        if hmac.compare_digest(given.encode(), wanted.encode()):
            return True
    is_here = request.remote_addr in LOOPBACK
    return is_here and not any(name in request.headers for name in _HANDED_ON)


def _readiness() -> dict[str, Any]:
    try:
        db.session.rollback()
        version = find_version()
        leader = job_status.find_leader()
        db.session.rollback()
    except SQLAlchemyError:
        return {"database": "away", "tables": "unknown", "worker": "unknown"}
    silent = job_status.is_silent(leader, clock.now())
    return {
        "database": "ok",
        "tables": "ok" if is_fit(version) else "old",
        "worker": "silent" if silent else "ok",
    }


def _measured(now: datetime) -> Measured:
    """Return what the house looked like within the last ten seconds: it is asked for often."""
    kept: tuple[float, Measured] | None = current_app.extensions.get("measured")
    if kept is None or time.monotonic() - kept[0] > _FRESH_SECONDS:
        kept = (time.monotonic(), watching.measure(now))
        current_app.extensions["measured"] = kept
    return kept[1]
