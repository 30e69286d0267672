"""Where one is logged in, and ending it there."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts import services
from klippekort.accounts.forms import PressForm
from klippekort.accounts.queries import sessions as login_sessions
from klippekort.accounts.views.blueprint import (
    bp,
    current_login,
    for_everyone_logged_in,
    take_session,
)
from klippekort.domain.errors import NotFound
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _, _l
from klippekort.platform.keys import fingerprint

WAYS = {
    "password": _l("Password"),
    "code": _l("Code"),
    "link": _l("Link by e-mail"),
    "passkey": _l("Passkey"),
    "oidc": _l("The municipality's log-in"),
}


def _handle(session_hash: str) -> str:
    """Return what a page calls a log-in: nothing can be looked up by it."""
    return fingerprint(f"shown|{session_hash}")[:32]


@bp.get("/min-konto/log-ind")
@public
@for_everyone_logged_in
def own_log_ins() -> ResponseReturnValue:
    """Show where one is logged in: on what, since when, and roughly where."""
    login, account_id = current_login(), _own_account()
    rows = login_sessions.list_own_sessions(account_id, clock.now())
    return render_template(
        "accounts/own_log_ins.html",
        sessions=[
            (row, _handle(row.token_hash), row.token_hash == login.session_hash) for row in rows
        ],
        ways=WAYS,
        key=PressForm().key.data,
    )


@bp.post("/min-konto/log-ind/slut")
@public
@for_everyone_logged_in
def end_log_in() -> ResponseReturnValue:
    """End one of one's log-ins, or all of them: `which` says which."""
    login, account_id, now = current_login(), _own_account(), clock.now()
    form, which = PressForm(), request.form.get("which", "")
    if not form.validate_on_submit():
        return redirect(url_for("accounts.own_log_ins"), 303)
    if which == "others":
        execute(services.end_sessions, account_id, now, but=login.session_hash)
        flash(_("You are logged out everywhere else."), "success")
        return redirect(url_for("accounts.own_log_ins"), 303)
    if which == "all":
        execute(services.end_sessions, account_id, now)
        return take_session(make_response(redirect(url_for("accounts.log_in"), 303)))
    rows = login_sessions.list_own_sessions(account_id, now)
    chosen = next((row for row in rows if _handle(row.token_hash) == which), None)
    if chosen is None:
        raise NotFound
    execute(services.end_session, chosen.token_hash, now)
    if chosen.token_hash == login.session_hash:
        return take_session(make_response(redirect(url_for("accounts.log_in"), 303)))
    flash(_("The log-in is ended."), "success")
    return redirect(url_for("accounts.own_log_ins"), 303)


def _own_account() -> UUID:
    account_id = current_login().actor.account_id
    if account_id is None:
        raise NotFound
    return account_id
