"""The administrator's pages of support from outside."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts import services
from klippekort.accounts.forms import ROLE_NAMES, PressForm
from klippekort.accounts.forms.sign_in import SupportForm
from klippekort.accounts.queries.support import get_support, list_support, pages_opened
from klippekort.accounts.services.support import (
    StillOpen,
    Wanted,
    end_support,
    give_support,
)
from klippekort.accounts.views.blueprint import bp
from klippekort.accounts.views.opened import opened
from klippekort.domain.permissions import Action, Role
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _


@bp.get("/log-ins/support")
@requires(Action.GIVE_SUPPORT)
def support() -> ResponseReturnValue:
    """Show who from outside is let in, and who was."""
    return render_template(
        "accounts/support.html", lines=list_support(clock.now()), role_names=ROLE_NAMES
    )


@bp.route("/log-ins/support/ny", methods=["GET", "POST"])
@requires(Action.GIVE_SUPPORT, fresh=True)
def new_support() -> ResponseReturnValue:
    """Let somebody from outside in, and show their password once."""
    form = SupportForm(hours=4)
    if form.validate_on_submit():
        password = services.first_password(form.key.data)
        wanted = Wanted(
            form.name.data,
            form.email.data,
            Role(form.role.data),
            form.purpose.data,
            form.hours.data,
            form.may_change.data,
        )
        now = clock.now()
        try:
            support_id = execute(
                give_support,
                current_actor(),
                wanted,
                password=password,
                now=now,
                key=form.key.data,
                content=vars(wanted),
            )
        except services.EmailTaken:
            form.email.errors = [_("Somebody has a log-in with that e-mail already.")]
        except StillOpen as refusal:
            form.email.errors = [_said_of(refusal)]
        else:
            # The answer is the password itself: a redirect would have to keep it somewhere.
            line = get_support(UUID(support_id), now)
            return render_template(
                "accounts/support_given.html", line=line, email=form.email.data, password=password
            )
    page = render_template("accounts/new_support.html", form=form)
    return page, 422 if form.errors else 200


def _said_of(refusal: StillOpen) -> str:
    return _(
        "%(name)s is let in with this e-mail until %(until)s. Use another e-mail, or end that "
        "access first.",
        name=refusal.name,
        until=moment(refusal.ends_at),
    )


@bp.get("/log-ins/support/<uuid:support_id>")
@requires(Action.GIVE_SUPPORT, purpose="oversee")
def show_support(support_id: UUID) -> ResponseReturnValue:
    """Show an access from outside, and each page that was opened with it."""
    pages = opened(pages_opened(support_id))
    if shown := {one for page in pages for one in page.citizen_ids}:
        saw(*shown)
    return render_template(
        "accounts/show_support.html",
        line=get_support(support_id, clock.now()),
        pages=pages,
        role_names=ROLE_NAMES,
        key=PressForm().key.data,
    )


@bp.post("/log-ins/support/<uuid:support_id>/slut")
@requires(Action.GIVE_SUPPORT)
def stop_support(support_id: UUID) -> ResponseReturnValue:
    """Shut somebody from outside out at once."""
    form = PressForm()
    if form.validate_on_submit():
        execute(
            end_support,
            current_actor(),
            support_id,
            now=clock.now(),
            key=form.key.data,
            content=[support_id],
        )
        flash(_("The support access is ended."), "success")
    return redirect(url_for("accounts.support"), 303)
