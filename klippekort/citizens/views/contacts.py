"""Whom to call when something happens, and what an escort must know."""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens import queries
from klippekort.citizens.forms.contacts import RELATIONS, ContactForm, EscortNoteForm
from klippekort.citizens.queries.contacts import contacts_of, get_contact
from klippekort.citizens.queries.unsealing import unseal
from klippekort.citizens.services import contacts as services
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, authorise
from klippekort.municipalities.forms import e164
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


def _get_citizen(citizen_id: UUID) -> Any:
    citizen = queries.get_citizen(citizen_id)
    authorise(current_actor(), Action.CHANGE_CONTACTS, queries.reach(citizen, clock.today()))
    return citizen


def _here(citizen_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("citizens.contacts", citizen_id=citizen_id), 303)


@bp.route("/borgere/<uuid:citizen_id>/paaroerende", methods=["GET", "POST"])
@requires(Action.CHANGE_CONTACTS, purpose="change_contacts")
def contacts(citizen_id: UUID) -> ResponseReturnValue:
    """Show and add relatives and friends."""
    citizen, form = _get_citizen(citizen_id), ContactForm()
    if form.validate_on_submit():
        _add(citizen_id, form)
        flash(_("%(name)s is written down.", name=form.name.data), "success")
        return _here(citizen_id)
    saw(citizen_id)
    note = EscortNoteForm(formdata=None)
    note.text.data = unseal(citizen, citizen.id, "escort_note", citizen.escort_note_encrypted)
    found = contacts_of(citizen)
    page = render_template(
        "citizens/contacts.html",
        citizen=citizen,
        form=form,
        note=note,
        contacts=found,
        keys=[str(uuid4()) for _contact in found],
        relations=RELATIONS,
    )
    return page, 422 if form.errors else 200


def _add(citizen_id: UUID, form: ContactForm) -> None:
    execute(
        services.add_contact,
        current_actor(),
        citizen_id,
        name=form.name.data,
        phone=e164(form.phone.data) if form.phone.data else None,
        relation=form.relation.data,
        is_next_of_kin=bool(form.is_next_of_kin.data),
        gets_greetings=bool(form.gets_greetings.data),
        now=clock.now(),
        key=form.key.data,
        content=[citizen_id, form.name.data, form.phone.data, form.relation.data],
    )


@bp.post("/borgere/<uuid:citizen_id>/paaroerende/<uuid:contact_id>/slut")
@requires(Action.CHANGE_CONTACTS, purpose="change_contacts")
def end_contact(citizen_id: UUID, contact_id: UUID) -> ResponseReturnValue:
    """Let a contact stand no longer."""
    _get_citizen(citizen_id)
    if get_contact(contact_id).citizen_id != citizen_id:
        raise NotFound
    form = KeyedForm()
    if form.validate_on_submit():
        execute(
            services.end_contact,
            current_actor(),
            contact_id,
            now=clock.now(),
            key=form.key.data,
            content=[contact_id],
        )
        flash(_("The contact is taken away."), "success")
    return _here(citizen_id)


@bp.post("/borgere/<uuid:citizen_id>/foelge-note")
@requires(Action.CHANGE_CONTACTS, purpose="change_contacts")
def escort_note(citizen_id: UUID) -> ResponseReturnValue:
    """Write what an escort must know."""
    _get_citizen(citizen_id)
    form = EscortNoteForm()
    if form.validate_on_submit():
        execute(
            services.write_escort_note,
            current_actor(),
            citizen_id,
            form.text.data or "",
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, form.text.data],
        )
        flash(_("It is kept."), "success")
    else:
        flash(" ".join(form.text.errors), "warning")
    return _here(citizen_id)
