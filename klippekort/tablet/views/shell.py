"""The installable app: its manifest, service worker and key, and the page without a network."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts import services as accounts
from klippekort.accounts.views.blueprint import take_session
from klippekort.domain.permissions import Action, Role
from klippekort.platform import clock
from klippekort.platform.assets import folder
from klippekort.platform.auth import (
    current_actor,
    find_login,
    public_while_shown,
    requires,
)
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.platform.keys import keys
from klippekort.platform.web import without_token
from klippekort.tablet.views.blueprint import bp

VENDOR = "vendor/dkfds/11.2.0"
# What a care worker's pages need, apart from the pages.
FILES = (
    f"{VENDOR}/css/dkfds-borgerdk.min.css",
    "css/base.css",
    "css/components.css",
    "css/tablet.css",
    "icons.svg",
    "js/once.js",
    "js/outbox.js",
    "js/going.js",
    "js/intents.js",
    "js/tablet.js",
)
FONTS = tuple(
    f"{VENDOR}/fonts/IBMPlexSans-{weight}-Latin1.woff2"
    for weight in ("Regular", "SemiBold", "Bold")
)
# Here the last user has left the tablet, whoever comes next.
LEFT = frozenset({"accounts.log_in", "tablet.unlock"})


@dataclass(frozen=True)
class OnTablet:
    """What the browser is told of whose page this is.

    `state` is `work` (a care worker's page), `nobody` (nothing of the last user may stay), or
    `kept` (a page without a person, shown without a network).
    """

    state: str
    account: str = ""
    name: str = ""
    now: datetime | None = None


@bp.app_context_processor
def surroundings() -> dict[str, Any]:
    """Give templates `on_tablet`, or None where the page says nothing about who is there."""
    login = find_login()
    if login is None:
        return {"on_tablet": OnTablet("nobody") if request.endpoint in LEFT else None}
    actor = login.actor
    is_work = actor.role is Role.CARE_WORKER and login.shown_citizen_id is None
    if not is_work or request.endpoint in LEFT:
        return {"on_tablet": OnTablet("nobody")}
    return {
        "on_tablet": OnTablet(
            "work", str(actor.account_id), actor.display_name.split(" ")[0], clock.now()
        )
    }


def _address(path: str) -> str:
    asset: Callable[[str], str] = current_app.jinja_env.globals["asset"]  # type: ignore[assignment]
    return asset(path)


@bp.get("/manifest.webmanifest")
@public_while_shown
def manifest() -> ResponseReturnValue:
    """Describe the app for the home screen of a tablet."""
    drawn = [
        {"src": _address("favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": _address("icons/app-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": _address("icons/app-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": _address("icons/app-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    described = {
        "id": "/",
        "name": "Klippekort",
        "short_name": "Klippekort",
        "description": str(_("The day's trips with the citizens, also without a network.")),
        "lang": "da",
        "dir": "ltr",
        "start_url": url_for("trips.today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f4ec",
        "theme_color": "#073f40",
        "icons": drawn,
    }
    return _text(json.dumps(described, ensure_ascii=False), "application/manifest+json")


@bp.get("/sw.js")
@public_while_shown
def worker() -> ResponseReturnValue:
    """Give the service worker: a new release of anything it keeps makes it a new worker."""
    static = folder("static")
    parts = ("outbox.js", "worker.js")
    text = "\n".join((static / "js" / name).read_text("utf-8") for name in parts)
    files = [_address(path) for path in FILES]
    files += [url_for("static", filename=path) for path in FONTS]
    said = {
        "files": files,
        "offline": url_for("tablet.without_network"),
        "plan": url_for("tablet.day"),
        "send": url_for("tablet.take"),
        "leave": url_for("tablet.leave"),
        "logOut": url_for("accounts.log_out"),
        "lock": url_for("tablet.lock"),
        "shown": url_for("messages.shown"),
        "icon": _address("icons/app-192.png"),
    }
    version = hashlib.sha256((text + json.dumps(said)).encode()).hexdigest()[:12]
    said["version"] = version
    return _text(f"const shell = {json.dumps(said)};\n{text}", "text/javascript")


def _text(text: str, mimetype: str) -> Response:
    response = make_response(text)
    response.mimetype = mimetype
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/tablet/uden-net")
@public_while_shown
def without_network() -> ResponseReturnValue:
    """Show what can be done where a page is not kept on the tablet."""
    return render_template("tablet/without_network.html", on_tablet=OnTablet("kept"))


@bp.get("/tablet/noegle")
@requires(Action.USE_TABLET, is_json=True)
def key() -> ResponseReturnValue:
    """Give the key that seals what waits on the tablet of whoever is logged in: 256 bits as hex."""
    actor = current_actor()
    said = f"tablet|{actor.account_id}"
    answer = jsonify(account=actor.account_id, key=keys().blind_index(actor.municipality_id, said))
    answer.cache_control.no_store = True
    return answer


@bp.post("/tablet/log-ud")
@without_token
@public_while_shown
def leave() -> ResponseReturnValue:
    """End the log-in of the account that left the tablet without a network.

    No other site's page can send the header that names it.
    """
    login = find_login()
    answer = make_response("", 204)
    if login is None or request.headers.get("X-Account") != str(login.actor.account_id):
        return answer
    execute(accounts.end_session, login.session_hash, clock.now())
    return take_session(answer)
