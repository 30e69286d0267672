"""Every page says who may open it; what says nothing opens for nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action, Actor, may
from klippekort.platform import audit, coming_back
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True)
class Access:
    """What a page asks of whoever opens it.

    `action` None is open to all; `purpose` is what a look at citizens is recorded as;
    `while_shown` pages stay open while a tablet is turned to a citizen. What `is_json` is asked
    for by scripts: they are told in JSON that they must log in, and are no sign of life. Whoever
    must log in first is brought back afterwards to one that `comes_back`.
    """

    action: Action | None
    purpose: str | None = None
    while_shown: bool = False
    is_json: bool = False
    comes_back: bool = False


@dataclass(frozen=True)
class Login:
    """A login in progress: who, and the citizen the tablet is turned to, if any.

    One that `is_locked` opens nothing until the person is back with their PIN.
    """

    actor: Actor
    session_hash: str
    shown_citizen_id: UUID | None = None
    is_locked: bool = False


def requires(
    action: Action,
    *,
    purpose: str | None = None,
    while_shown: bool = False,
    is_json: bool = False,
    comes_back: bool = False,
) -> Callable[[View], View]:
    """Open a view to the roles that `action` is allowed to."""

    def mark(view: View) -> View:
        access = Access(action, purpose, while_shown, is_json, comes_back)
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everybody, logged in or not."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def public_while_shown(view: View) -> View:
    """Open a view to everybody, also on a tablet that is turned to a citizen."""
    view.access = Access(None, while_shown=True)  # type: ignore[attr-defined]
    return view


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view asks for, or None when it says nothing."""
    return getattr(view, "access", None)


def find_login() -> Login | None:
    """Return the login of this request, or None."""
    login: Login | None = g.get("login")
    return login


def find_locked() -> Login | None:
    """Return the login of this request that waits, locked, for its person's PIN, or None."""
    locked: Login | None = g.get("locked")
    return locked


def is_background() -> bool:
    """Say whether a script asks by itself, so that nobody need be there."""
    if "X-Kept" in request.headers:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view) if view is not None else None
    return access is not None and access.is_json


def log_in_page() -> str:
    """Return the address where whoever may not come in begins: a locked tablet's own page."""
    return url_for("tablet.unlock" if find_locked() else "accounts.log_in")


def find_actor() -> Actor | None:
    """Return who is logged in, or None."""
    login = find_login()
    return login.actor if login else None


def current_actor() -> Actor:
    """Return who is logged in; answers 401 when nobody is."""
    actor = find_actor()
    if actor is None:
        abort(401)
    return actor


def saw(*citizen_ids: UUID, purpose: str | None = None) -> None:
    """Note that this page shows these citizens; it is on record before the page is sent.

    The purpose comes from the page's own `requires`, unless another is given.
    """
    g.setdefault("looks", []).append((citizen_ids, purpose))


def init_auth(app: Flask, find: Callable[[], Login | None]) -> None:
    """Guard every request of the app; `find` returns the login a request carries."""

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        set_municipality(None)
        _keep(find())
        if g.login is not None:
            set_municipality(g.login.actor.municipality_id)
        if request.endpoint is None:
            return None  # a 404: nothing is behind it
        if request.endpoint == "static":
            return None
        access = access_of(current_app.view_functions[request.endpoint])
        if access is None:
            abort(403)
        return _refusal(access, g.login)

    @app.after_request
    def record_looks(response: Response) -> Response:
        looks = g.pop("looks", [])
        # A helper may be logged in in the same browser; the page was still opened with her card.
        actor = g.get("card_actor") or find_actor()
        if looks and actor is not None and response.status_code < 400:
            access = access_of(current_app.view_functions[request.endpoint or ""])
            purpose = access.purpose if access else None
            audit.audit_write(_write_looks, actor, looks, purpose or request.endpoint)
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        set_municipality(None)


def _keep(login: Login | None) -> None:
    """Keep the login of the request; a locked one shows nothing of whoever it belongs to."""
    is_locked = login is not None and login.is_locked
    g.login, g.locked = (None, login) if is_locked else (login, None)
    if is_locked:
        session.pop("_flashes", None)


def _refusal(access: Access, login: Login | None) -> ResponseReturnValue | None:
    is_shown = login is not None and login.shown_citizen_id is not None and not access.while_shown
    if is_shown:
        return _log_in_said() if is_background() else redirect(url_for("trips.shown"), 303)
    if access.action is None:
        return None
    if login is None:
        if access.comes_back:
            coming_back.keep(request.args.get("ref", ""))
        return _log_in_said() if is_background() else redirect(log_in_page(), 303)
    if not may(login.actor, access.action):
        return _forbidden_said() if access.is_json else abort(403)
    return None


def _forbidden_said() -> ResponseReturnValue:
    return jsonify(error="forbidden", words=str(_("You may not do that."))), 403


def _log_in_said() -> ResponseReturnValue:
    """Tell a script that somebody must log in, or take the tablet back, first."""
    answer = jsonify(error="log_in")
    answer.cache_control.no_store = True
    return answer, 401


def _write_looks(actor: Actor, looks: list[tuple[tuple[UUID, ...], str | None]], page: str) -> None:
    for citizen_ids, purpose in looks:
        audit.record(
            actor, Action.SEE_CITIZEN, "page", citizens=citizen_ids, purpose=purpose or page
        )
