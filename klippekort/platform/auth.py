"""Every page says who may open it; what says nothing opens for nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
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

from klippekort.domain.permissions import Action, Actor, Role, may
from klippekort.domain.sign_in import is_fresh
from klippekort.platform import audit, clock, coming_back
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_Look = tuple[tuple[UUID, ...], str | None]
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
# What they may do is done on their own pages, whatever else shares the same action.
GUESTS = frozenset({Role.CITIZEN, Role.RELATIVE})


@dataclass(frozen=True)
class Access:
    """What a page asks of whoever opens it.

    `action` None is open to all; `purpose` is what a look at citizens is recorded as;
    `while_shown` pages stay open while a tablet is turned to a citizen. What `is_json` is asked
    for by scripts: they are told in JSON that they must log in, and are no sign of life. Whoever
    must log in first is brought back afterwards to one that `comes_back`. What is `fresh` opens
    only to whoever has lately shown who they are: others do so first, and lose nothing of what they
    typed. Citizens and relatives who log in have pages of their own: of the staff's they open none
    but those for `guests`.
    """

    action: Action | None
    purpose: str | None = None
    while_shown: bool = False
    is_json: bool = False
    comes_back: bool = False
    fresh: bool = False
    guests: bool = False


@dataclass(frozen=True)
class Login:
    """A login in progress: who, and the citizen the tablet is turned to, if any.

    One that `is_locked` opens nothing until the person is back with their PIN. At `confirmed_at`
    they last showed who they are. `support_id` is the access somebody from outside was given;
    one that `is_read_only` changes nothing.
    """

    actor: Actor
    session_hash: str
    shown_citizen_id: UUID | None = None
    is_locked: bool = False
    confirmed_at: datetime | None = None
    support_id: UUID | None = None
    is_read_only: bool = False


def requires(
    action: Action,
    *,
    purpose: str | None = None,
    while_shown: bool = False,
    is_json: bool = False,
    comes_back: bool = False,
    fresh: bool = False,
    guests: bool = False,
) -> Callable[[View], View]:
    """Open a view to the roles that `action` is allowed to."""

    def mark(view: View) -> View:
        access = Access(action, purpose, while_shown, is_json, comes_back, fresh, guests)
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


def for_fresh(view: View) -> View:
    """Open a view to everybody who has lately shown who they are; it asks nothing of a role."""
    view.access = Access(None, fresh=True)  # type: ignore[attr-defined]
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


def init_auth(
    app: Flask,
    find: Callable[[], Login | None],
    ask_again: Callable[[], ResponseReturnValue],
) -> None:
    """Guard every request of the app; `find` returns the login a request carries, `ask_again` asks
    a person to show once more who they are.
    """

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        set_municipality(None)
        audit.say_with_each(None)
        _keep(find())
        if g.login is not None:
            set_municipality(g.login.actor.municipality_id)
            audit.say_with_each(g.login.support_id)
        if request.endpoint in (None, "static"):
            return None  # of a 404, nothing is behind it
        access = access_of(current_app.view_functions[request.endpoint])
        if access is None:
            abort(403)
        refusal = _refusal(access, g.login)
        if refusal is None and access.fresh and not _is_fresh(g.login):
            return _log_in_said() if access.is_json else ask_again()
        return refusal

    @app.after_request
    def record_looks(response: Response) -> Response:
        looks = g.pop("looks", [])
        login = find_login()
        if login is not None and login.support_id is not None and request.endpoint != "static":
            audit.audit_write(_write_support, login, looks, response.status_code)
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
    if access.fresh and login.support_id is not None:
        return abort(403)  # whoever is from outside does nothing grave
    if login.is_read_only and request.method not in SAFE_METHODS:
        return _forbidden_said() if access.is_json else abort(403)
    is_elsewhere = login.actor.role in GUESTS and not access.guests
    if is_elsewhere or not may(login.actor, access.action):
        return _forbidden_said() if access.is_json else abort(403)
    return None


def _is_fresh(login: Login | None) -> bool:
    return login is not None and is_fresh(login.confirmed_at, clock.now())


def _write_support(login: Login, looks: list[_Look], status: int) -> None:
    """Put on record which page somebody from outside opened, or tried to, and whom it showed."""
    shown = {citizen_id for citizen_ids, _purpose in looks for citizen_id in citizen_ids}
    audit.record(
        login.actor,
        Action.USE_SUPPORT,
        "support_access",
        login.support_id,
        purpose="support",
        page=request.endpoint or "",
        method=request.method,
        status=status,
        **({"shown": sorted(shown)} if shown and status < 400 else {}),
    )


def _forbidden_said() -> ResponseReturnValue:
    return jsonify(error="forbidden", words=str(_("You may not do that."))), 403


def _log_in_said() -> ResponseReturnValue:
    """Tell a script that somebody must log in, or take the tablet back, first."""
    answer = jsonify(error="log_in")
    answer.cache_control.no_store = True
    return answer, 401


def _write_looks(actor: Actor, looks: list[_Look], page: str) -> None:
    for citizen_ids, purpose in looks:
        audit.record(
            actor, Action.SEE_CITIZEN, "page", citizens=citizen_ids, purpose=purpose or page
        )
