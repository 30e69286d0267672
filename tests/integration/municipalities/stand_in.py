"""Hang the screens under test on an app that does not have them all yet."""

from flask import Flask, request
from sqlalchemy import select

from klippekort.accounts.models import Account, LoginSession, RoleAssignment
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.queries import get_municipality
from klippekort.municipalities.views import bp as municipalities
from klippekort.platform.auth import Login, find_actor, init_auth, public
from klippekort.platform.db import db
from klippekort.platform.keys import fingerprint
from klippekort.punchcards.views import bp as punchcards
from klippekort.reports.views import bp as reports

ELSEWHERE = (
    "accounts.log_in",
    "accounts.log_out",
    "accounts.manage",
    "imports.choose",
    "volunteers.manage",
    "activities.manage",
)


def complete(app: Flask) -> None:
    """Add what is missing; an app that is whole stays as it is."""
    if app.extensions.setdefault("stood_in", False):
        return
    app.extensions["stood_in"] = True
    if "accounts" not in app.blueprints:
        init_auth(app, _find_login)
        app.context_processor(_shared)
    for blueprint in (municipalities, punchcards, reports):
        if blueprint.name not in app.blueprints:
            app.register_blueprint(blueprint)
    for endpoint in ELSEWHERE:
        if endpoint not in app.view_functions:
            methods = ["GET", "POST"]
            app.add_url_rule(f"/{endpoint}", endpoint, public(lambda: "elsewhere"), methods=methods)


def _find_login() -> Login | None:
    hashed = fingerprint(request.cookies.get("session", ""))
    row = db.session.execute(
        select(LoginSession, RoleAssignment, Account)
        .join(RoleAssignment, RoleAssignment.id == LoginSession.role_assignment_id)
        .join(Account, Account.id == LoginSession.account_id)
        .where(LoginSession.token_hash == hashed)
    ).one_or_none()
    if row is None:
        return None
    _session, role, account = row
    actor = Actor(
        role.municipality_id,
        Role(role.role),
        account.id,
        account.display_name,
        role.supplier_id,
        role.district_id,
        role.person_id,
    )
    # PostgreSQL is told the municipality when a transaction begins, and now it is known.
    db.session.rollback()
    return Login(actor, hashed)


def _shared() -> dict[str, object]:
    actor = find_actor()
    home = get_municipality(actor.municipality_id) if actor else None
    return {"current_actor": actor, "municipality": home, "navigation": []}
