"""How volunteers and contacts of associations get in: a password shown once, or a code by phone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import PHONE, find_open_account, list_assignments
from klippekort.accounts.services import (
    EmailTaken,
    MoreThanACode,
    PersonTaken,
    PhoneTaken,
    create_account,
    first_password,
    one_time_code,
)
from klippekort.domain.permissions import Action, Role
from klippekort.messages.services import can_text
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, public, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import queries, services
from klippekort.volunteers.forms import AskForCodeForm, LogInForm
from klippekort.volunteers.views.blueprint import bp


@bp.route("/frivillige/<uuid:volunteer_id>/log-in", methods=["GET", "POST"])
@requires(Action.MANAGE_ACCOUNTS)
def give_log_in(volunteer_id: UUID) -> ResponseReturnValue:
    """Make a log-in for a volunteer, and show its first password once."""
    return _give_log_in(
        queries.get_volunteer(volunteer_id),
        Role.VOLUNTEER,
        url_for("volunteers.manage"),
        _("With a log-in one can post activities and tick who came."),
    )


@bp.route("/foreninger/kontakter/<uuid:contact_id>/log-in", methods=["GET", "POST"])
@requires(Action.MANAGE_ACCOUNTS)
def give_contact_log_in(contact_id: UUID) -> ResponseReturnValue:
    """Make a log-in for an association's contact, and show its first password once."""
    return _give_log_in(
        queries.get_contact(contact_id),
        Role.ASSOCIATION,
        url_for("volunteers.associations"),
        _("With a log-in one can see the agreement and set how many guests one wants."),
    )


def _give_log_in(person: Any, role: Role, back_url: str, lead: str) -> ResponseReturnValue:
    form = LogInForm(email=person.email)
    if form.validate_on_submit():
        password = first_password(form.key.data)
        try:
            execute(
                create_account,
                current_actor(),
                name=person.name,
                email=form.email.data,
                role=role,
                person_id=person.id,
                password=password,
                now=clock.now(),
                key=form.key.data,
                content=[person.id, form.email.data],
            )
        except EmailTaken:
            form.email.errors = [_("Somebody has a log-in with that e-mail already.")]
        except PersonTaken:
            form.form_errors.append(_("%(name)s has a log-in already.", name=person.name))
        else:
            # The answer is the password itself: a redirect would have to keep it somewhere.
            return render_template(
                "volunteers/password.html",
                name=person.name,
                email=form.email.data,
                password=password,
                back_url=back_url,
            )
    page = render_template(
        "volunteers/give_log_in.html", form=form, name=person.name, back_url=back_url, lead=lead
    )
    return page, 422 if form.errors else 200


@bp.post("/frivillige/<uuid:volunteer_id>/kode")
@requires(Action.GIVE_CODE)
def give_code(volunteer_id: UUID) -> ResponseReturnValue:
    """Show a code once that a volunteer logs in with, to be read aloud."""
    back = url_for("volunteers.show", volunteer_id=volunteer_id)
    return _give_code(services.give_volunteer_code, queries.get_volunteer(volunteer_id), back)


@bp.post("/foreninger/kontakter/<uuid:contact_id>/kode")
@requires(Action.GIVE_CODE)
def give_contact_code(contact_id: UUID) -> ResponseReturnValue:
    """Show a code once that an association's contact logs in with, to be read aloud."""
    person = queries.get_contact(contact_id)
    back = url_for("volunteers.association", association_id=person.association_id)
    return _give_code(services.give_contact_code, person, back)


@bp.route("/log-ind/kode/bed-om", methods=["GET", "POST"])
@public
def ask_for_code() -> ResponseReturnValue:
    """Have the coordinator call with a code; whether the number is known is not told."""
    form = AskForCodeForm()
    if form.validate_on_submit():
        account_id = find_open_account(form.number or "", issuer=PHONE)
        for held in list_assignments(account_id) if account_id else ():
            if held.role == Role.VOLUNTEER:
                _ask_for_code(held.municipality_id, held.person_id)
        if can_text():
            flash(_("If we know the number, a code comes by text message in a minute."), "info")
        else:
            flash(
                _("If we know the number, the coordinator calls you in the opening hours."), "info"
            )
        return redirect(url_for("accounts.log_in_by_code"), 303)
    page = render_template("volunteers/ask_for_code.html", form=form, is_texted=can_text())
    return page, 422 if form.errors else 200


def _ask_for_code(municipality_id: int, volunteer_id: UUID | None) -> None:
    with acting_for(municipality_id):
        execute(services.ask_for_code, services.anybody(), volunteer_id, now=clock.now())


def _give_code(service: Callable[..., str], person: Any, back: str) -> ResponseReturnValue:
    form = KeyedForm()
    if not form.validate_on_submit():
        return redirect(back, 303)
    code = one_time_code(form.key.data)
    try:
        execute(
            service,
            current_actor(),
            person.id,
            code=code,
            now=clock.now(),
            key=form.key.data,
            content=[person.id],
        )
    except services.NoPhone:
        flash(_("Write down a phone number first. The code is used together with it."), "error")
    except services.HasStopped:
        flash(_("%(name)s has stopped, and gets no code.", name=person.name), "error")
    except PhoneTaken:
        flash(_("Somebody else logs in with that phone number. Write another."), "error")
    except MoreThanACode:
        flash(
            _("This log-in is closed, or can do more than a code may open. Use a password."),
            "error",
        )
    else:
        # The answer is the code itself: a redirect would have to keep it somewhere.
        return render_template("volunteers/code.html", person=person, code=code, back_url=back)
    return redirect(back, 303)
