"""What the pages of accounts share: the blueprint, the session's cookie, and who carries it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request
from flask import session as form_session
from flask.typing import ResponseReturnValue

from klippekort.accounts import services
from klippekort.accounts.queries import sessions as login_sessions
from klippekort.platform import auth, clock, coming_back
from klippekort.platform.audit import audit_write
from klippekort.platform.auth import Login
from klippekort.platform.keys import fingerprint, new_secret

SEEN_EVERY_SECONDS = 60
DEVICE_FOR_SECONDS = 30 * 86_400

bp = Blueprint("accounts", __name__)


def _is_secure() -> bool:
    secure: bool = current_app.extensions["settings"].secure_cookies
    return secure


def _cookie_name() -> str:
    return "__Host-session" if _is_secure() else "session"


def find_login() -> Login | None:
    """Return the log-in that this request's cookie stands for, or None.

    At most once a minute it stores the session's sign of life, in a short write of its own; what
    scripts ask by themselves is none.
    """
    secret = request.cookies.get(_cookie_name())
    if not secret or request.endpoint == "static":
        return None
    session_hash, now = fingerprint(secret), clock.now()
    found = login_sessions.find_session(session_hash, now)
    if found is None:
        return None
    is_seen = not (found.is_locked or auth.is_background())
    if is_seen and (now - found.seen_at).total_seconds() >= SEEN_EVERY_SECONDS:
        audit_write(services.mark_seen, session_hash, now)
    return Login(
        found.actor,
        session_hash,
        found.shown_citizen_id,
        found.is_locked,
        found.confirmed_at,
        found.support_id,
        found.is_read_only,
    )


def _device_cookie() -> str:
    return "__Host-device" if _is_secure() else "device"


def device_secret() -> str:
    """Return what this tablet or computer is known by: what its cookie says, or something new."""
    return request.cookies.get(_device_cookie()) or new_secret()


def find_browser() -> str | None:
    """Return what this browser is known by, or None for one that has not been here."""
    return request.cookies.get(_device_cookie())


def find_device() -> str | None:
    """Return the hash that the log-ins on this tablet or computer carry, or None."""
    secret = request.cookies.get(_device_cookie())
    return fingerprint(secret) if secret else None


def give_session(response: Response, secret: str, device: str | None = None) -> Response:
    """Send a new session's secret along; form tokens and messages of the old one are forgotten.

    With `device` the tablet is told what it is known by, too. Where somebody was going who had to
    log in first is not forgotten.
    """
    with coming_back.kept():
        form_session.clear()
    response.set_cookie(
        _cookie_name(), secret, secure=_is_secure(), httponly=True, samesite="Lax", path="/"
    )
    return response if device is None else give_device(response, device)


def give_device(response: Response, device: str) -> Response:
    """Tell this tablet or computer what it is known by."""
    response.set_cookie(
        _device_cookie(),
        device,
        max_age=DEVICE_FOR_SECONDS,
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def leave_nothing(response: Response) -> Response:
    """Have the browser forget the pages it holds, and us what was to be said to whoever left.

    What waits to be sent stays on the tablet: it is sealed, and storage is not cleared.
    """
    form_session.clear()
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def take_session(response: Response) -> Response:
    """Remove the session's cookie, and the form tokens that went with it."""
    leave_nothing(response)
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
            return redirect(auth.log_in_page(), 303)
        return view(*args, **kwargs)

    return guarded


def current_login() -> Login:
    """Return the log-in of a page that is only shown to those who have one."""
    login = auth.find_login()
    if login is None:
        raise RuntimeError("the page was opened without a log-in")
    return login
