"""Every page says who may open it; what says nothing opens for nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action, Actor, may
from klippekort.platform import audit
from klippekort.platform.tenancy import set_municipality

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True)
class Access:
    """What a page asks of whoever opens it.

    `action` None is open to all; `purpose` is what a look at citizens is recorded as;
    `while_shown` pages
    stay open while a tablet is turned to a citizen.
    """

    action: Action | None
    purpose: str | None = None
    while_shown: bool = False


@dataclass(frozen=True)
class Login:
    """A login in progress: who, and the citizen the tablet is turned to, if any."""

    actor: Actor
    session_hash: str
    shown_citizen_id: UUID | None = None


def requires(
    action: Action, *, purpose: str | None = None, while_shown: bool = False
) -> Callable[[View], View]:
    """Open a view to the roles that `action` is allowed to."""

    def mark(view: View) -> View:
        view.access = Access(action, purpose, while_shown)  # type: ignore[attr-defined]
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
        g.login = find()
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


def _refusal(access: Access, login: Login | None) -> ResponseReturnValue | None:
    if login is not None and login.shown_citizen_id is not None and not access.while_shown:
        return redirect(url_for("trips.shown"), 303)
    if access.action is None:
        return None
    if login is None:
        return redirect(url_for("accounts.log_in"), 303)
    if not may(login.actor, access.action):
        abort(403)
    return None


def _write_looks(actor: Actor, looks: list[tuple[tuple[UUID, ...], str | None]], page: str) -> None:
    for citizen_ids, purpose in looks:
        audit.record(
            actor, Action.SEE_CITIZEN, "page", citizens=citizen_ids, purpose=purpose or page
        )
