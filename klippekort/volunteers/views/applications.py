"""The public page where one asks to become a volunteer, and the queue of those who have."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action
from klippekort.municipalities.queries import find_by_slug, get_municipality
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, public, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality
from klippekort.volunteers import queries, services
from klippekort.volunteers.forms import ApplicationForm, DeclineForm
from klippekort.volunteers.forms import words as labels
from klippekort.volunteers.views import words
from klippekort.volunteers.views.blueprint import bp, pressed


def _enter(slug: str) -> Any:
    """Show this request the municipality in the address, and return it. Raises NotFound."""
    municipality = find_by_slug(slug)
    if municipality is None:
        raise NotFound
    set_municipality(municipality.id)
    return municipality


@bp.route("/bliv-frivillig/<slug>", methods=["GET", "POST"])
@public
def apply(slug: str) -> ResponseReturnValue:
    """Ask what somebody offers; the answer is the same whoever they are."""
    municipality, form = _enter(slug), ApplicationForm()
    if form.validate_on_submit():
        asked = form.asked()
        try:
            if not form.is_from_a_program:
                execute(
                    services.apply,
                    services.anybody(),
                    asked,
                    now=clock.now(),
                    key=form.key.data,
                    content=[vars(asked)],
                )
        except services.TooManyAsk:
            form.form_errors.append(
                _("Many have asked just now. Try again in an hour, or call us.")
            )
        else:
            return redirect(url_for("volunteers.applied", slug=slug), 303)
    page = render_template("volunteers/apply.html", form=form, municipality=municipality)
    if form.form_errors:
        return page, 429
    return page, 422 if form.errors else 200


@bp.get("/bliv-frivillig/<slug>/tak")
@public
def applied(slug: str) -> ResponseReturnValue:
    """Thank somebody who has asked, and say what happens now."""
    return render_template("volunteers/applied.html", municipality=_enter(slug))


@bp.get("/frivillige/ansoegninger")
@requires(Action.ANSWER_APPLICATION)
def applications() -> ResponseReturnValue:
    """List those who wait for an answer, with how long they have waited."""
    today = clock.today()
    rows = queries.waiting_applications()
    return render_template(
        "volunteers/applications.html",
        rows=[(row, words.waited((today - local_day(row.applied_at)).days)) for row in rows],
        slug=get_municipality(current_actor().municipality_id).slug,
    )


@bp.route("/frivillige/ansoegninger/<uuid:application_id>", methods=["GET", "POST"])
@requires(Action.ANSWER_APPLICATION)
def application(application_id: UUID) -> ResponseReturnValue:
    """Show what somebody asked, and ask why where the answer is no."""
    row, form = queries.get_application(application_id), DeclineForm()
    if form.validate_on_submit():
        try:
            execute(
                services.decline,
                current_actor(),
                application_id,
                reason=form.reason.data,
                now=clock.now(),
                key=form.key.data,
                content=[application_id, form.reason.data],
            )
        except Stale:
            flash(_("Somebody has answered meanwhile."), "info")
        else:
            flash(_("The answer is kept. Remember to tell %(name)s.", name=row.name), "success")
        return redirect(url_for("volunteers.applications"), 303)
    page = render_template(
        "volunteers/application.html",
        form=form,
        row=row,
        facts=_facts(row),
        is_waiting=row.state == "waiting",
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _facts(row: Any) -> list[tuple[str, str]]:
    return [
        (_("Another way to reach you"), row.reach),
        (_("Association"), row.association),
        (_("Likes"), words.listed(row.interests, labels.INTERESTS)),
        (_("Speaks"), words.listed(row.languages, labels.LANGUAGES)),
        (_("Days"), words.listed(row.weekdays, labels.WEEKDAYS)),
        (_("Time of day"), words.listed(row.parts, labels.PARTS)),
        (_("Would rather not"), row.would_rather_not),
        (_("Go-along friend"), _("Yes") if row.goes_along else ""),
        (_("Drives"), _("Yes") if row.drives else ""),
    ]


@bp.post("/frivillige/ansoegninger/<uuid:application_id>/velkommen")
@requires(Action.ANSWER_APPLICATION)
def welcome(application_id: UUID) -> ResponseReturnValue:
    """Make a volunteer of somebody who has asked."""
    name = queries.get_application(application_id).name
    here = redirect(url_for("volunteers.application", application_id=application_id), 303)
    try:
        if pressed(services.welcome, application_id, now=clock.now()):
            flash(_("%(name)s is a volunteer now. Call and say welcome.", name=name), "success")
            return redirect(url_for("volunteers.applications"), 303)
    except services.AlreadyKnown:
        flash(_("A volunteer with that e-mail is here already."), "error")
    except Stale:
        flash(_("Somebody has answered meanwhile."), "info")
    return here
