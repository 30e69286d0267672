"""Logging in by a link that comes by e-mail."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.forms import PressForm
from klippekort.accounts.forms.sign_in import LinkForm
from klippekort.accounts.services import links
from klippekort.accounts.services.steps import StepKind, look_at_step
from klippekort.accounts.views.blueprint import bp, device_secret, find_browser, give_device
from klippekort.accounts.views.letting_in import entered_by, let_in, public_root
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.route("/log-ind/link", methods=["GET", "POST"])
@public
def ask_for_link() -> ResponseReturnValue:
    """Send a link; whether the e-mail is known is not told."""
    form, browser = LinkForm(), device_secret()
    if form.validate_on_submit():
        email, now = form.email.data.strip(), clock.now()
        account_id = links.find_by_email(email)
        if account_id is not None and links.can_mail():
            execute(
                links.send_link,
                account_id,
                email,
                address=lambda secret: public_root() + url_for("accounts.link", secret=secret),
                browser=browser,
                now=now,
            )
        flash(_("If we know the e-mail, a link comes in a minute. Open it on this device."), "info")
        return give_device(make_response(redirect(url_for("accounts.log_in"), 303)), browser)
    page = render_template("accounts/ask_for_link.html", form=form, can_mail=links.can_mail())
    return page, 422 if form.errors else 200


@bp.route("/log-ind/link/<secret>", methods=["GET", "POST"])
@public
def link(secret: str) -> ResponseReturnValue:
    """Let in whoever has asked for this link, when they press the button."""
    form, browser, now = PressForm(), find_browser() or "", clock.now()
    if form.validate_on_submit() and browser:
        account_id = execute(links.open_link, secret, browser=browser, now=now)
        if account_id and (response := let_in(UUID(account_id), entered_by("link", now), now)):
            return response
    waits = bool(browser) and look_at_step(StepKind.LINK, secret, now=now, browser=browser)
    page = render_template("accounts/link.html", form=form, works=bool(waits))
    return page, 200 if waits else 410
