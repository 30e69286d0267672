"""Showing once more who one is, before a grave act; what was typed waits meanwhile."""

from typing import Any
from uuid import UUID

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts import queries, services
from klippekort.accounts.forms.sign_in import ConfirmForm
from klippekort.accounts.services.one_time_passwords import (
    check_one_time_password,
    has_one_time_passwords,
)
from klippekort.accounts.services.passkeys import list_passkeys
from klippekort.accounts.services.proofs import CONFIRM
from klippekort.accounts.services.steps import Step, StepKind, begin_step, look_at_step
from klippekort.accounts.views.blueprint import bp, current_login, for_everyone_logged_in
from klippekort.accounts.views.letting_in import begin_anew
from klippekort.accounts.views.vouched import find_vouched_session
from klippekort.domain.errors import NotFound
from klippekort.platform import auth, clock
from klippekort.platform.audit import audit_write
from klippekort.platform.auth import public
from klippekort.platform.i18n import _
from klippekort.platform.web import csrf

_NOT_HELD = frozenset({"csrf_token"})


def ask_again() -> ResponseReturnValue:
    """Send whoever must show once more who they are to where they do; what they typed waits."""
    login = auth.find_login()
    if login is None or login.actor.account_id is None:
        return redirect(auth.log_in_page(), 303)
    if auth.is_background():
        return jsonify(error="confirm"), 401
    if request.method == "POST" and current_app.config.get("WTF_CSRF_ENABLED", True):
        csrf.protect()  # what another site sent is not kept to be sent on with our token
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_HELD]
    path = request.full_path.rstrip("?") if request.query_string else request.path
    held = audit_write(
        begin_step,
        StepKind.HELD,
        account_id=login.actor.account_id,
        hidden={"path": path, "method": request.method, "typed": typed},
        now=clock.now(),
    )
    return redirect(url_for("accounts.confirm", held=held), 303)


def _find_held(held: str) -> Step:
    """Return what waits for the person logged in. Raises NotFound."""
    found = look_at_step(StepKind.HELD, held, now=clock.now())
    if found is None or found.account_id != current_login().actor.account_id:
        raise NotFound
    return found


@bp.route("/bekraeft/<held>", methods=["GET", "POST"])
@public
@for_everyone_logged_in
def confirm(held: str) -> ResponseReturnValue:
    """Ask for the password, a passkey, or another log-in at whoever vouched for the person."""
    waiting, form, now = _find_held(held), ConfirmForm(), clock.now()
    account_id, login = waiting.account_id or UUID(int=0), current_login()
    has_password = queries.has_password(account_id)
    needs_code = has_one_time_passwords(account_id)
    if not needs_code:
        del form.code
    if has_password and form.validate_on_submit():
        if _is_them(account_id, form):
            return begin_anew("password", url_for("accounts.go_on", held=held))
        form.form_errors.append(_("That did not fit. Try once more."))
    page = render_template(
        "accounts/confirm.html",
        form=form,
        held=held,
        has_password=has_password,
        has_passkey=bool(list_passkeys(account_id)),
        provider=find_vouched_session(login.session_hash),
        typed=waiting.hidden["method"] == "POST",
        now=now,
    )
    return page, 422 if form.errors else 200


def _is_them(account_id: UUID, form: ConfirmForm) -> bool:
    now, code = clock.now(), getattr(form, "code", None)
    if not services.check_password(account_id, form.password.data, now, purpose=CONFIRM):
        return False
    return code is None or check_one_time_password(account_id, code.data, now=now, purpose=CONFIRM)


@bp.get("/bekraeft/<held>/videre")
@public
@for_everyone_logged_in
def go_on(held: str) -> ResponseReturnValue:
    """Lead back to the page, or show what was typed with the button that sends it."""
    waiting: dict[str, Any] = _find_held(held).hidden
    if waiting["method"] != "POST":
        return redirect(waiting["path"], 303)
    return render_template(
        "accounts/go_on.html", path=waiting["path"], typed=[tuple(one) for one in waiting["typed"]]
    )
