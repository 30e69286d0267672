"""Logging in with a passkey, and looking after one's own."""

import json
from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.forms import PressForm
from klippekort.accounts.forms.sign_in import NameForm, NewPasskeyForm, PasskeyForm
from klippekort.accounts.services import passkeys
from klippekort.accounts.services.passkeys import NotOurKey, TooManyKeys
from klippekort.accounts.views.blueprint import (
    bp,
    current_login,
    device_secret,
    find_browser,
    for_everyone_logged_in,
    give_device,
)
from klippekort.accounts.views.letting_in import begin, begin_anew, entered_by, site
from klippekort.domain.errors import NotFound
from klippekort.platform import clock
from klippekort.platform.audit import audit_write
from klippekort.platform.auth import for_fresh, public
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.route("/log-ind/noegle", methods=["GET", "POST"])
@public
def log_in_by_passkey() -> ResponseReturnValue:
    """Let somebody in whose device knows a passkey of theirs; no name is asked for."""
    form, now = PasskeyForm(), clock.now()
    if form.validate_on_submit():
        account_id = _answered(form)
        if account_id and (response := begin(account_id, entered_by("passkey", now), now)):
            return response
        form.form_errors.append(_("The passkey did not fit. Try once more, or log in otherwise."))
    return _asking("accounts/log_in_by_passkey.html", form)


@bp.route("/bekraeft/<held>/noegle", methods=["GET", "POST"])
@public
@for_everyone_logged_in
def confirm_by_passkey(held: str) -> ResponseReturnValue:
    """Let somebody who is logged in show anew who they are, before a grave act."""
    form = PasskeyForm()
    if form.validate_on_submit():
        if _answered(form, whose=_own_account()):
            return begin_anew("passkey", url_for("accounts.go_on", held=held))
        form.form_errors.append(_("The passkey did not fit. Try once more, or log in otherwise."))
    return _asking("accounts/confirm_by_passkey.html", form, held=held)


def _answered(form: PasskeyForm, *, whose: UUID | None = None) -> UUID | None:
    """Return whose passkey has answered, or None; with `whose` no other person's will do."""
    browser = find_browser()
    if browser is None:
        return None
    return passkeys.log_in(
        form.step.data, form.answer.data, site(), browser=browser, now=clock.now(), whose=whose
    )


def _asking(template: str, form: PasskeyForm, **shown: object) -> ResponseReturnValue:
    browser = device_secret()
    question = audit_write(passkeys.ask_to_log_in, site(), browser=browser, now=clock.now())
    form.step.data, form.answer.data = question.secret, ""
    page = render_template(template, form=form, options=json.dumps(question.options), **shown)
    response = make_response(page, 422 if form.errors else 200)
    return give_device(response, browser)


@bp.get("/min-konto/noegler")
@public
@for_everyone_logged_in
def own_passkeys() -> ResponseReturnValue:
    """Show one's passkeys."""
    account_id = _own_account()
    return render_template(
        "accounts/passkeys.html",
        passkeys=passkeys.list_passkeys(account_id),
        key=PressForm().key.data,
    )


@bp.route("/min-konto/noegler/ny", methods=["GET", "POST"])
@for_fresh
@for_everyone_logged_in
def new_passkey() -> ResponseReturnValue:
    """Make a passkey on this device."""
    form, account_id, now = NewPasskeyForm(), _own_account(), clock.now()
    browser = device_secret()
    if form.validate_on_submit():
        try:
            execute(
                passkeys.register,
                account_id,
                form.step.data,
                form.answer.data,
                form.name.data,
                site(),
                browser=browser,
                now=now,
            )
        except NotOurKey:
            form.form_errors.append(_("The passkey was not made. Try once more."))
        else:
            flash(_("The passkey is made. You can log in with it next time."), "success")
            return redirect(url_for("accounts.own_passkeys"), 303)
    try:
        question = audit_write(
            passkeys.ask_to_register, account_id, site(), browser=browser, now=now
        )
    except TooManyKeys:
        flash(_("You have ten passkeys. Take one away first."), "error")
        return redirect(url_for("accounts.own_passkeys"), 303)
    form.step.data, form.answer.data = question.secret, ""
    page = render_template(
        "accounts/new_passkey.html", form=form, options=json.dumps(question.options)
    )
    return give_device(make_response(page, 422 if form.errors else 200), browser)


@bp.route("/min-konto/noegler/<uuid:passkey_id>", methods=["GET", "POST"])
@public
@for_everyone_logged_in
def rename_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Give one's passkey another name."""
    account_id = _own_account()
    row = next((one for one in passkeys.list_passkeys(account_id) if one.id == passkey_id), None)
    if row is None:
        raise NotFound
    form = NameForm(name=row.name)
    if form.validate_on_submit():
        execute(passkeys.rename, account_id, passkey_id, form.name.data)
        flash(_("The passkey has a new name."), "success")
        return redirect(url_for("accounts.own_passkeys"), 303)
    page = render_template("accounts/rename_passkey.html", form=form, passkey=row)
    return page, 422 if form.errors else 200


@bp.post("/min-konto/noegler/<uuid:passkey_id>/fjern")
@for_fresh
@for_everyone_logged_in
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Take one's passkey away."""
    form = PressForm()
    if form.validate_on_submit():
        execute(passkeys.remove, _own_account(), passkey_id)
        flash(_("The passkey is taken away. It logs nobody in any more."), "success")
    return redirect(url_for("accounts.own_passkeys"), 303)


def _own_account() -> UUID:
    account_id = current_login().actor.account_id
    if account_id is None:
        raise NotFound
    return account_id
