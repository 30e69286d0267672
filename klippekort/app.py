"""Put the app together: settings, database, guards, features. The only wiring there is."""

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

from klippekort.config import Settings, from_environment
from klippekort.platform.assets import folder, init_assets
from klippekort.platform.auth import init_auth, public
from klippekort.platform.db import init_database
from klippekort.platform.formatting import init_formatting
from klippekort.platform.i18n import init_i18n
from klippekort.platform.keys import KeyRing
from klippekort.platform.web import init_web


def create_app(settings: Settings | None = None) -> Flask:
    """Return the app, ready to serve, for the given settings or the environment's."""
    settings = settings or from_environment()
    app = Flask(
        __name__,
        template_folder=str(folder("templates")),
        static_folder=str(folder("static")),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    ring = KeyRing.load_or_make(settings.key_file)
    app.extensions["keys"] = ring
    app.extensions["settings"] = settings
    app.secret_key = ring.blind_index(0, "forms")
    _cookies(app, settings)
    init_database(app, settings.database_url)
    init_i18n(app)
    init_formatting(app)
    init_assets(app)
    init_web(app)
    return app


def _cookies(app: Flask, settings: Settings) -> None:
    secure = settings.secure_cookies
    app.config.update(
        SESSION_COOKIE_NAME="__Host-form" if secure else "form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
