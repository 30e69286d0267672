"""What the pages of accounts share: the blueprint, the session's cookie, and who carries it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask import session as form_session
from flask.typing import ResponseReturnValue

from klippekort.accounts import queries, services
from klippekort.platform import auth, clock
from klippekort.platform.audit import audit_write
from klippekort.platform.auth import Login
from klippekort.platform.keys import fingerprint

SEEN_EVERY_SECONDS = 60

bp = Blueprint("accounts", __name__)


def _is_secure() -> bool:
    secure: bool = current_app.extensions["settings"].secure_cookies
    return secure


def _cookie_name() -> str:
    return "__Host-session" if _is_secure() else "session"


def find_login() -> Login | None:
    """Return the log-in that this request's cookie stands for, or None.

    At most once a minute it stores the session's sign of life, in a short write of its own.
    """
    secret = request.cookies.get(_cookie_name())
    if not secret or request.endpoint == "static":
        return None
    session_hash, now = fingerprint(secret), clock.now()
    found = queries.find_session(session_hash, now)
    if found is None:
        return None
    if (now - found.seen_at).total_seconds() >= SEEN_EVERY_SECONDS:
        audit_write(services.mark_seen, session_hash, now)
    return Login(found.actor, session_hash, found.shown_citizen_id)


def give_session(response: Response, secret: str) -> Response:
    """Send a new session's secret along; form tokens and messages of the old one are forgotten."""
    form_session.clear()
    response.set_cookie(
        _cookie_name(), secret, secure=_is_secure(), httponly=True, samesite="Lax", path="/"
    )
    return response


def take_session(response: Response) -> Response:
    """Remove the session's cookie, and the form tokens that went with it."""
    form_session.clear()
    response.delete_cookie(
        _cookie_name(), secure=_is_secure(), httponly=True, samesite="Lax", path="/"
    )
    return response


def for_everyone_logged_in(
    view: Callable[..., ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Show a page to every role, and the log-in page to whoever is not logged in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if auth.find_login() is None:
            return redirect(url_for("accounts.log_in"), 303)
        return view(*args, **kwargs)

    return guarded


def current_login() -> Login:
    """Return the log-in of a page that is only shown to those who have one."""
    login = auth.find_login()
    if login is None:
        raise RuntimeError("the page was opened without a log-in")
    return login
