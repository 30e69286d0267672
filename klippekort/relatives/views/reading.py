"""The language a relative reads, remembered by the browser she is in."""

from typing import TypeVar

from flask import current_app
from werkzeug.wrappers import Response

from klippekort.platform.i18n import COOKIE

Answer = TypeVar("Answer", bound=Response)
_KEPT = 365 * 24 * 3600


def read_in(response: Answer, language: str | None) -> Answer:
    """Let this browser read a language from now on, where one was chosen."""
    if language is not None:
        response.set_cookie(
            COOKIE,
            language,
            max_age=_KEPT,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
    return response
