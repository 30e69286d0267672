"""How somebody likes to read, in this browser: letters in three sizes, and strong colours."""

from flask import Request, current_app
from werkzeug.wrappers import Response

from klippekort.domain.liking import Liking, read_liking

COOKIE = "liking"
_KEPT = 365 * 24 * 3600


def liking_of(request: Request) -> Liking:
    """Return how the one who asks likes to read."""
    return find_liking_of(request) or Liking()


def find_liking_of(request: Request) -> Liking | None:
    """Return how this browser knows that she likes to read, or None."""
    return read_liking(request.cookies.get(COOKIE, ""))


def keep(response: Response, liking: Liking) -> None:
    """Let this browser remember it for a year."""
    response.set_cookie(
        COOKIE,
        liking.written,
        max_age=_KEPT,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
