"""What is written to the log: enough to find a fault, and nothing about anybody.

A line never holds what was typed: no query, no body, no text of an exception, and nothing that
looks like a person number, a telephone number or an e-mail address.
"""

import json
import logging
import re
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from uuid import uuid4

from flask import Flask, Response, g, request

from klippekort.domain.calendar import stamp
from klippekort.platform.tenancy import find_municipality

REQUEST_ID = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_MASKS = (
    (re.compile(r"(?<![\w-])\d{6}-?(?:\d{4}|[A-Z]{2}\w{2})(?![\w-])"), "[number]"),
    (
        re.compile(r"(?<![\w.:-])(?:\+45|0045)?[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}(?![\w:-])"),
        "[phone]",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[e-mail]"),
    (re.compile(r"\?\S*=\S*"), "?[query]"),
)
_Exc = tuple[type[BaseException], BaseException, TracebackType | None]

_request_id: ContextVar[str] = ContextVar("request id", default="")
requests_log = logging.getLogger("klippekort.requests")


def masked(text: str) -> str:
    """Return text without what looks like a person's numbers, addresses, or a query."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def told_exception(info: _Exc) -> list[str]:
    """Return where an exception came from, innermost last: files, lines and kinds, never its words.

    The words of an exception may hold what somebody typed, or the values of a statement.
    """
    told: list[str] = []
    error: BaseException | None = info[1]
    while error is not None:
        told += [
            f"{frame.filename.rpartition('klippekort/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        told.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return told


class Plain(logging.Formatter):
    """A line for people: when, how bad, who says it, what, and where an exception came from."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return stamp(datetime.fromtimestamp(record.created, UTC))

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = masked(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        return "  " + "\n  ".join(told_exception(ei))  # type: ignore[arg-type]


class Json(logging.Formatter):
    """A line of JSON for machines: the same, with the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": stamp(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if _request_id.get():
            said["request"] = _request_id.get()
        said |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            said["exception"] = told_exception(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def write_logs(form: str, stream: object = None) -> None:
    """Send warnings and worse to stderr as `plain` lines or as `json`; JSON tells of requests too.

    It takes the place of whatever was set up before.
    """
    handler = logging.StreamHandler(stream or sys.stderr)  # type: ignore[arg-type]
    handler.setFormatter(Json() if form == "json" else Plain())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    requests_log.setLevel(logging.INFO if form == "json" else logging.WARNING)


def init_logs(app: Flask) -> None:
    """Give each request an id, which its answer carries and its lines in the log name."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get(REQUEST_ID, "")
        _request_id.set(given if _GIVEN.fullmatch(given) else uuid4().hex)
        g.began = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID] = _request_id.get()
        if requests_log.isEnabledFor(logging.INFO):
            facts = {
                "method": request.method,
                "endpoint": request.endpoint,
                "status": response.status_code,
                "ms": round((time.monotonic() - g.began) * 1000, 1),
                "municipality": find_municipality(),
            }
            requests_log.info("request", extra={"facts": facts})
        return response
