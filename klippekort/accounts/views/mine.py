"""One's own account: password and PIN."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts import queries, services
from klippekort.accounts.forms import ROLE_NAMES, ChangePasswordForm, PinForm
from klippekort.accounts.services.proofs import CONFIRM
from klippekort.accounts.views.blueprint import bp, current_login, for_everyone_logged_in
from klippekort.domain.permissions import Action, may
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, public, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.get("/min-konto")
@public
@for_everyone_logged_in
def mine() -> ResponseReturnValue:
    """Show who is logged in, and what they can change."""
    actor = current_login().actor
    held = queries.list_assignments(actor.account_id) if actor.account_id else ()
    return render_template(
        "accounts/mine.html",
        actor=actor,
        role_name=ROLE_NAMES[actor.role],
        has_password=actor.account_id is not None and queries.has_password(actor.account_id),
        has_several_roles=len(held) > 1,
        uses_pin=may(actor, Action.SHOW_CARD),
        has_pin=actor.account_id is not None and queries.has_pin(actor.account_id),
    )


@bp.route("/min-konto/adgangskode", methods=["GET", "POST"])
@public
@for_everyone_logged_in
def change_password() -> ResponseReturnValue:
    """Change one's own password; other devices are logged out."""
    login, form, now = current_login(), ChangePasswordForm(), clock.now()
    account_id, home = login.actor.account_id, get_municipality(login.actor.municipality_id)
    form.names = (login.actor.display_name, home.name)
    if form.validate_on_submit():
        if account_id and services.check_password(
            account_id, form.current.data, now, purpose=CONFIRM
        ):
            execute(services.change_password, account_id, form.new.data, login.session_hash, now)
            flash(_("Your password is changed."), "success")
            return redirect(url_for("accounts.mine"), 303)
        form.current.errors = [_("That is not the password you have now.")]
    status = 422 if form.errors else 200
    return render_template("accounts/change_password.html", form=form), status


@bp.route("/min-konto/pin", methods=["GET", "POST"])
@requires(Action.SHOW_CARD)
def choose_pin() -> ResponseReturnValue:
    """Choose the PIN that takes the tablet back from a citizen."""
    form = PinForm()
    if form.validate_on_submit():
        execute(services.set_pin, current_actor().account_id, form.pin.data)
        flash(_("Your PIN is saved."), "success")
        return redirect(url_for("accounts.mine"), 303)
    status = 422 if form.errors else 200
    return render_template("accounts/choose_pin.html", form=form), status
