"""The coordinator's pages about associations: agreements, contacts, and parting."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Role, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers import queries, services
from klippekort.volunteers.forms import AgreementForm, AssociationForm, ContactForm, LimitForm
from klippekort.volunteers.views.blueprint import bp, pressed


@bp.get("/foreninger")
@requires(Action.MANAGE_VOLUNTEERS)
def associations() -> ResponseReturnValue:
    """List the associations, with until when we have agreed."""
    lines = queries.association_lines(clock.today(), with_archived=True)
    return render_template(
        "volunteers/associations.html",
        active=[line for line in lines if not line.is_archived],
        archived=[line for line in lines if line.is_archived],
    )


@bp.route("/foreninger/ny", methods=["GET", "POST"])
@requires(Action.MANAGE_VOLUNTEERS)
def add_association() -> ResponseReturnValue:
    """Add an association."""
    form = AssociationForm()
    if form.validate_on_submit():
        try:
            association_id = execute(
                services.add_association,
                current_actor(),
                form.name.data,
                phone=form.number,
                key=form.key.data,
                content=[form.name.data, form.number],
            )
        except services.AlreadyKnown:
            form.name.errors = [_("An association of that name is here already.")]
        else:
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return _to(UUID(association_id))
    page = render_template("volunteers/association_form.html", form=form, association=None)
    return page, 422 if form.errors else 200


@bp.get("/foreninger/<uuid:association_id>")
@requires(Action.MANAGE_VOLUNTEERS)
def association(association_id: UUID) -> ResponseReturnValue:
    """Show what is agreed with an association, who speaks for it, and who belongs to it."""
    row, today, actor = queries.get_association(association_id), clock.today(), current_actor()
    contacts = queries.contacts_of(association_id)
    return render_template(
        "volunteers/association.html",
        association=row,
        guests=queries.guests_sent([association_id], today).get(association_id, 0),
        current=queries.find_agreement(association_id, today),
        agreements=queries.agreements_of(association_id),
        contacts=[(one, queries.has_log_in(one.id, Role.ASSOCIATION)) for one in contacts],
        members=queries.members_of(association_id),
        unsettled=queries.unsettled_with(association_id),
        may_see_people=may(actor, Action.JUDGE_CLEARANCE),
        may_give_code=may(actor, Action.GIVE_CODE),
        may_give_log_in=may(actor, Action.MANAGE_ACCOUNTS),
        may_set_limit=may(actor, Action.SET_LOAD_LIMIT),
        key=KeyedForm().key.data,
    )


def _to(association_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("volunteers.association", association_id=association_id), 303)


@bp.route("/foreninger/<uuid:association_id>/ret", methods=["GET", "POST"])
@requires(Action.MANAGE_VOLUNTEERS)
def change_association(association_id: UUID) -> ResponseReturnValue:
    """Change an association's name and telephone number."""
    row = queries.get_association(association_id)
    form = AssociationForm(name=row.name, phone=row.phone)
    if form.validate_on_submit():
        try:
            execute(
                services.change_association,
                current_actor(),
                association_id,
                name=form.name.data,
                phone=form.number,
                key=form.key.data,
                content=[association_id, form.name.data, form.number],
            )
        except services.AlreadyKnown:
            form.name.errors = [_("An association of that name is here already.")]
        else:
            flash(_("It is saved."), "success")
            return _to(association_id)
    page = render_template("volunteers/association_form.html", form=form, association=row)
    return page, 422 if form.errors else 200


@bp.route("/foreninger/<uuid:association_id>/aftale", methods=["GET", "POST"])
@requires(Action.MANAGE_VOLUNTEERS)
def agreement(association_id: UUID) -> ResponseReturnValue:
    """Write down what has been agreed; what was agreed before stands to be read."""
    row = queries.get_association(association_id)
    form = AgreementForm(from_on=clock.today())
    if form.validate_on_submit():
        terms = form.terms()
        said = [association_id, vars(terms)]
        if _stored(form, services.record_agreement, row, terms, now=clock.now(), content=said):
            flash(_("The agreement is saved."), "success")
            return _to(association_id)
    page = render_template("volunteers/agreement.html", form=form, association=row)
    return page, 422 if form.errors else 200


@bp.route("/foreninger/<uuid:association_id>/kontakt", methods=["GET", "POST"])
@requires(Action.MANAGE_VOLUNTEERS)
def add_contact(association_id: UUID) -> ResponseReturnValue:
    """Add somebody who speaks for an association."""
    row, form = queries.get_association(association_id), ContactForm()
    if form.validate_on_submit():
        facts = {
            "name": form.name.data,
            "phone": form.number,
            "email": form.email.data or None,
        }
        said = [association_id, facts]
        if _stored(form, services.add_contact, row, **facts, now=clock.now(), content=said):
            flash(_("%(name)s is added.", name=form.name.data), "success")
            return _to(association_id)
    page = render_template("volunteers/contact.html", form=form, association=row)
    return page, 422 if form.errors else 200


def _stored(form: Any, service: Any, row: Any, *args: Any, **facts: Any) -> bool:
    """Do something for an association, and say whether it was done; if not, the form says why."""
    try:
        execute(service, current_actor(), row.id, *args, **facts, key=form.key.data)
    except services.HasStopped:
        form.form_errors.append(
            _("We have parted from %(name)s. Begin again first.", name=row.name)
        )
        return False
    return True


@bp.post("/foreninger/kontakter/<uuid:contact_id>/fjern")
@requires(Action.MANAGE_VOLUNTEERS)
def remove_contact(contact_id: UUID) -> ResponseReturnValue:
    """Let somebody speak for an association no longer."""
    association_id = queries.get_contact(contact_id).association_id
    if pressed(services.remove_contact, contact_id, now=clock.now()):
        flash(_("The contact is removed, and can no longer log in."), "success")
    return _to(association_id)


@bp.route("/foreninger/<uuid:association_id>/graense", methods=["GET", "POST"])
@requires(Action.MANAGE_VOLUNTEERS)
def limit(association_id: UUID) -> ResponseReturnValue:
    """Set an association's limit on its behalf."""
    row = queries.get_association(association_id)
    form = LimitForm(guests=row.load_limit)
    if form.validate_on_submit():
        limit_set(form, association_id)
        return _to(association_id)
    page = render_template("volunteers/limit.html", form=form, association=row, is_own=False)
    return page, 422 if form.errors else 200


def limit_set(form: LimitForm, association_id: UUID) -> None:
    """Store the limit of a valid form, and say so."""
    execute(
        services.set_load_limit,
        current_actor(),
        association_id,
        guests=form.guests.data,
        key=form.key.data,
        content=[association_id, form.guests.data],
    )
    flash(_("The limit is saved."), "success")


@bp.post("/foreninger/<uuid:association_id>/stop")
@requires(Action.MANAGE_VOLUNTEERS)
def archive_association(association_id: UUID) -> ResponseReturnValue:
    """Part from an association, when nothing is to come there; what was done is kept."""
    try:
        if pressed(services.archive_association, association_id, now=clock.now()):
            flash(_("We have parted. What was agreed and done is kept."), "success")
    except Stale:
        flash(_("We had parted already."), "info")
    except services.ReliedOn:
        flash(_("First settle what is still to come there. The list is on this page."), "warning")
    return _to(association_id)


@bp.post("/foreninger/<uuid:association_id>/igen")
@requires(Action.MANAGE_VOLUNTEERS)
def reopen_association(association_id: UUID) -> ResponseReturnValue:
    """Begin again with an association we had parted from."""
    if pressed(services.reopen_association, association_id):
        flash(_("We work together again."), "success")
    return _to(association_id)


@bp.route("/foreninger/<uuid:association_id>/slet", methods=["GET", "POST"])
@requires(Action.MANAGE_VOLUNTEERS)
def remove_association(association_id: UUID) -> ResponseReturnValue:
    """Show what relies on an association, and remove it only when nothing does."""
    row = queries.get_association(association_id)
    name = row.name
    try:
        if pressed(services.remove_association, association_id, now=clock.now()):
            flash(_("%(name)s is removed.", name=name), "success")
            return redirect(url_for("volunteers.associations"), 303)
        relying, status = queries.relying_on(association_id), 200
    except services.ReliedOn as refusal:
        relying, status = refusal.relying, 409
    page = render_template(
        "volunteers/remove_association.html",
        association=row,
        relying=relying,
        may_part=not queries.unsettled_with(association_id),
        key=KeyedForm(formdata=None).key.data,
    )
    return page, status
