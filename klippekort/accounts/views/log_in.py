"""Logging in, choosing a role, and logging out."""

from datetime import datetime
from uuid import UUID

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts import queries, services
from klippekort.accounts.forms import ROLE_NAMES, ChooseRoleForm, CodeForm, LogInForm
from klippekort.accounts.views.blueprint import (
    bp,
    current_login,
    device_secret,
    find_device,
    for_everyone_logged_in,
    give_session,
    take_session,
)
from klippekort.domain.permissions import Role
from klippekort.municipalities.forms import e164
from klippekort.municipalities.queries import list_municipalities
from klippekort.platform import auth, clock, coming_back, navigation
from klippekort.platform.auth import public, public_while_shown
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.platform.keys import fingerprint


@bp.route("/log-ind", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """Ask for e-mail and password, and say the same to every wrong answer."""
    form = LogInForm()
    login = auth.find_login()
    if form.validate_on_submit():
        now = clock.now()
        account_id = services.log_in(form.email.data, form.password.data, now)
        if account_id and (response := _let_in(account_id, now)):
            return response
        form.form_errors.append(_("E-mail and password do not fit together. Try once more."))
    elif login is not None and not form.is_submitted():
        return redirect(url_for(navigation.start_page(login.actor.role)), 303)
    status = 422 if form.errors else 200
    here = find_device()
    others = queries.list_on_device(here, clock.now()) if here else []
    page = render_template("accounts/log_in.html", form=form, has_others=bool(others))
    return page, status


@bp.route("/log-ind/kode", methods=["GET", "POST"])
@public
def log_in_by_code() -> ResponseReturnValue:
    """Ask for a telephone number and a code, and say the same to every wrong answer."""
    form = CodeForm()
    if form.validate_on_submit():
        now, phone = clock.now(), e164(form.phone.data)
        code = "".join(form.code.data.split())
        account_id = services.log_in_by_code(phone, code, now) if phone else None
        if account_id and (response := _let_in(account_id, now)):
            return response
        form.form_errors.append(
            _("Phone and code do not fit together, or the code is used. Ask for a new code.")
        )
    status = 422 if form.errors else 200
    return render_template("accounts/log_in_by_code.html", form=form), status


def _let_in(account_id: UUID, now: datetime) -> Response | None:
    """Begin a session in place of any that this browser had; None for an account with no role."""
    held = queries.list_assignments(account_id)
    if not held:
        return None
    login, device = auth.find_login(), device_secret()
    replaces = login.session_hash if login else None
    secret = execute(
        services.begin_session, account_id, now, replaces=replaces, device=fingerprint(device)
    )
    several = len(held) > 1
    page = url_for("accounts.choose_role") if several else _begin_at(Role(held[0].role))
    return give_session(make_response(redirect(page, 303)), secret, device)


@bp.route("/log-ind/rolle", methods=["GET", "POST"])
@public
@for_everyone_logged_in
def choose_role() -> ResponseReturnValue:
    """Let a person with several roles choose one; the choice is a new session."""
    login, form = current_login(), ChooseRoleForm()
    account_id = login.actor.account_id
    held = queries.list_assignments(account_id) if account_id else ()
    places = {row.id: row.name for row in list_municipalities()}
    form.role.choices = {
        str(row.id): f"{ROLE_NAMES[Role(row.role)]}, {places[row.municipality_id]}" for row in held
    }
    if form.validate_on_submit():
        chosen = next(row for row in held if str(row.id) == form.role.data)
        secret = execute(
            services.begin_session,
            account_id,
            clock.now(),
            assignment_id=UUID(form.role.data),
            replaces=login.session_hash,
            device=find_device(),
            until=queries.end_of_session(login.session_hash),
        )
        return give_session(make_response(redirect(_begin_at(Role(chosen.role)), 303)), secret)
    status = 422 if form.errors else 200
    return render_template("accounts/choose_role.html", form=form), status


def _begin_at(role: Role) -> str:
    return coming_back.take(role) or url_for(navigation.start_page(role))


@bp.post("/log-ud")
@public_while_shown
def log_out() -> ResponseReturnValue:
    """End the session for good, and show the log-in page."""
    login = auth.find_login() or auth.find_locked()
    if login is not None:
        execute(services.end_session, login.session_hash, clock.now())
    return take_session(make_response(redirect(url_for("accounts.log_in"), 303)))
