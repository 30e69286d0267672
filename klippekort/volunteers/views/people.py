"""The coordinator's list of volunteers, and each volunteer's own page."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from klippekort.accounts.queries import names_of
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Role, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import XLSX, Cell, as_csv, as_xlsx
from klippekort.volunteers import queries, services
from klippekort.volunteers.forms import FilterForm, ProfileForm, VolunteerForm, profile_data
from klippekort.volunteers.forms import words as labels
from klippekort.volunteers.queries import VolunteerLine
from klippekort.volunteers.services.away import promised_by
from klippekort.volunteers.views import words
from klippekort.volunteers.views.blueprint import bp, pressed

_FORMATS = {"csv": ("text/csv; charset=utf-8", as_csv), "xlsx": (XLSX, as_xlsx)}


@bp.get("/frivillige")
@requires(Action.MANAGE_VOLUNTEERS)
def manage() -> ResponseReturnValue:
    """List the volunteers that are asked for."""
    form, today, actor = _filter(), clock.today(), current_actor()
    lines = queries.find_volunteers(form.wanted(), today)
    may_see = may(actor, Action.SEE_VOLUNTEER)
    return render_template(
        "volunteers/manage.html",
        form=form,
        volunteers=[(line, words.state_status(line, today)) for line in lines],
        is_narrowed=bool(request.args),
        narrowed={name: value for name, value in form.data.items() if value},
        may_see=may_see,
        may_give_log_in=may(actor, Action.MANAGE_ACCOUNTS),
        waiting=len(queries.waiting_applications()) if may_see else 0,
    )


def _filter() -> FilterForm:
    form = FilterForm(request.args)
    form.offer()
    return form


@bp.get("/frivillige/udtraek/<kind>")
@requires(Action.MANAGE_VOLUNTEERS)
def export(kind: str) -> ResponseReturnValue:
    """Give the list as a table, narrowed as the page is: csv or xlsx."""
    if kind not in _FORMATS:
        raise NoSuchPage
    media_type, write = _FORMATS[kind]
    lines = queries.find_volunteers(_filter().wanted(), clock.today())
    header = [_("Name"), _("Association"), _("Phone"), _("E-mail"), _("Likes"), _("Speaks")]
    header += [_("Days"), _("Time of day"), _("Go-along friend"), _("Drives"), _("Volunteer since")]
    data = write(header, [_cells(line) for line in lines])
    named = {"Content-Disposition": f"attachment; filename=frivillige.{kind}"}
    return Response(data, content_type=media_type, headers=named)


def _cells(line: VolunteerLine) -> list[Cell]:
    return [
        line.name,
        line.association or "",
        line.phone or "",
        line.email or "",
        words.listed(line.interests, labels.INTERESTS),
        words.listed(line.languages, labels.LANGUAGES),
        words.listed(line.weekdays, labels.WEEKDAYS),
        words.listed(line.parts, labels.PARTS),
        _("Yes") if line.goes_along else "",
        _("Yes") if line.drives else "",
        line.since.isoformat() if line.since else "",
    ]


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


@bp.get("/frivillige/<uuid:volunteer_id>")
@requires(Action.JUDGE_CLEARANCE)
def show(volunteer_id: UUID) -> ResponseReturnValue:
    """Show all there is to know of a volunteer, and what can be done."""
    row, today, actor = queries.get_volunteer(volunteer_id), clock.today(), current_actor()
    rules, held = queries.rules(today), queries.held_of(volunteer_id)
    checks = queries.clearances_of(volunteer_id)
    names = names_of({check.assessor_id for check in checks if check.assessor_id})
    promise = queries.find_promise(today)
    has_promised = any(c.version == promise.version for c in checks) if promise else True
    association = queries.get_association(row.association_id) if row.association_id else None
    return render_template(
        "volunteers/show.html",
        volunteer=row,
        association=association,
        since=queries.since(row),
        facts=words.profile_facts(row, today),
        due=[words.standing_shown(one) for one in queries.due_of(row, today)],
        tasks=words.tasks_shown(queries.tasks_to_tell(row), held, today, rules),
        checks=[words.check_shown(check, names) for check in checks],
        promise=None if has_promised else promise,
        promised=words.promised_shown(promised_by(volunteer_id, clock.now()), today),
        has_log_in=queries.has_log_in(volunteer_id, Role.VOLUNTEER),
        may_give_log_in=may(actor, Action.MANAGE_ACCOUNTS),
        key=KeyedForm().key.data,
    )


@bp.route("/frivillige/<uuid:volunteer_id>/ret", methods=["GET", "POST"])
@requires(Action.JUDGE_CLEARANCE)
def change(volunteer_id: UUID) -> ResponseReturnValue:
    """Change what is known of a volunteer, and where they belong."""
    row = queries.get_volunteer(volunteer_id)
    form = ProfileForm(data=profile_data(row, queries.since(row)))
    form.offer(clock.today(), queries.list_associations())
    if form.validate_on_submit() and saved(form, volunteer_id):
        flash(_("It is saved."), "success")
        return redirect(url_for("volunteers.show", volunteer_id=volunteer_id), 303)
    page = render_template("volunteers/change.html", form=form, volunteer=row, is_own=False)
    return page, 422 if form.errors else 200


def saved(form: ProfileForm, volunteer_id: UUID) -> bool:
    """Store a valid form, and say whether that could be done; if not, the form says why.

    What a new pause touches is shown before it is stored.
    """
    profile, belonging = form.profile(), form.belonging()
    if not _has_seen(form, volunteer_id):
        return False
    try:
        execute(
            services.change_profile,
            current_actor(),
            volunteer_id,
            profile,
            now=clock.now(),
            belonging=belonging,
            key=form.key.data,
            content=[volunteer_id, vars(profile), vars(belonging) if belonging else None],
        )
    except services.AlreadyKnown:
        form.email.errors = [_("A volunteer with that e-mail is here already.")]
        return False
    except services.HasStopped:
        form.form_errors.append(_("The volunteer has stopped. Begin again first."))
        return False
    return True


def _has_seen(form: ProfileForm, volunteer_id: UUID) -> bool:
    """Say whether whoever sends the form has been shown what its pause touches; if not, show it."""
    until, now = form.paused_until.data, clock.now()
    if until is None or until == queries.get_volunteer(volunteer_id).paused_until:
        return True
    found = promised_by(volunteer_id, now, until)
    if not found or form.seen.data == str(len(found)):
        return True
    form.touched = words.promised_shown(found, clock.today())
    return False


@bp.post("/frivillige/<uuid:volunteer_id>/stop")
@requires(Action.MANAGE_VOLUNTEERS)
def archive(volunteer_id: UUID) -> ResponseReturnValue:
    """Let a volunteer stop."""
    try:
        if pressed(services.archive_volunteer, volunteer_id, now=clock.now()):
            flash(_("The volunteer has stopped, and can no longer log in."), "success")
    except Stale:
        flash(_("The volunteer had stopped already."), "info")
    return redirect(url_for("volunteers.show", volunteer_id=volunteer_id), 303)


@bp.post("/frivillige/<uuid:volunteer_id>/igen")
@requires(Action.MANAGE_VOLUNTEERS)
def take_up(volunteer_id: UUID) -> ResponseReturnValue:
    """Welcome somebody back who had stopped."""
    if pressed(services.take_up_again, volunteer_id):
        flash(_("The volunteer is back. An administrator opens the log-in again."), "success")
    return redirect(url_for("volunteers.show", volunteer_id=volunteer_id), 303)


@bp.get("/frivillige/papir")
@requires(Action.MANAGE_VOLUNTEERS)
def paper() -> ResponseReturnValue:
    """Show an application form and a tick list of all volunteers, to be printed."""
    return render_template(
        "volunteers/paper.html",
        volunteers=queries.list_volunteers(),
        labels=labels,
        today=clock.today(),
    )
