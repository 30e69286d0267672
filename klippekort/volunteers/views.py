"""The pages where volunteers are kept and get their log-ins."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.services import EmailTaken, PersonTaken, create_account, first_password
from klippekort.domain.permissions import Action, Role, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.volunteers import queries, services
from klippekort.volunteers.forms import LogInForm, VolunteerForm

bp = Blueprint("volunteers", __name__)


@bp.get("/frivillige")
@requires(Action.MANAGE_VOLUNTEERS)
def manage() -> ResponseReturnValue:
    """List the volunteers."""
    return render_template(
        "volunteers/manage.html",
        volunteers=queries.list_volunteers(),
        may_give_log_in=may(current_actor(), Action.MANAGE_ACCOUNTS),
    )


@bp.route("/frivillige/ny", methods=["GET", "POST"])
@requires(Action.MANAGE_VOLUNTEERS)
def add() -> ResponseReturnValue:
    """Add a volunteer, with an association that may be new too."""
    form = VolunteerForm()
    form.offer(queries.list_associations())
    if form.validate_on_submit():
        chosen = form.association.data
        facts = {
            "name": form.name.data,
            "email": form.email.data,
            "phone": form.number,
            "association_id": UUID(chosen) if chosen else None,
            "new_association": form.new_association.data or "",
        }
        try:
            execute(
                services.add_volunteer,
                current_actor(),
                **facts,
                now=clock.now(),
                key=form.key.data,
                content=facts,
            )
        except services.AlreadyKnown:
            form.email.errors = [_("A volunteer with that e-mail is here already.")]
        else:
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return redirect(url_for("volunteers.manage"), 303)
    return render_template("volunteers/add.html", form=form), 422 if form.errors else 200


@bp.route("/frivillige/<uuid:volunteer_id>/log-in", methods=["GET", "POST"])
@requires(Action.MANAGE_ACCOUNTS)
def give_log_in(volunteer_id: UUID) -> ResponseReturnValue:
    """Make a log-in for a volunteer, and show its first password once."""
    volunteer = queries.get_volunteer(volunteer_id)
    form = LogInForm(email=volunteer.email)
    if form.validate_on_submit():
        password = first_password(form.key.data)
        try:
            execute(
                create_account,
                current_actor(),
                name=volunteer.name,
                email=form.email.data,
                role=Role.VOLUNTEER,
                person_id=volunteer.id,
                password=password,
                now=clock.now(),
                key=form.key.data,
                content=[volunteer_id, form.email.data],
            )
        except EmailTaken:
            form.email.errors = [_("Somebody has a log-in with that e-mail already.")]
        except PersonTaken:
            form.form_errors.append(_("%(name)s has a log-in already.", name=volunteer.name))
        else:
            # The answer is the password itself: a redirect would have to keep it somewhere.
            return render_template(
                "volunteers/password.html",
                name=volunteer.name,
                email=form.email.data,
                password=password,
            )
    page = render_template("volunteers/give_log_in.html", form=form, volunteer=volunteer)
    return page, 422 if form.errors else 200
