"""A group's life: beginning, handing over, promising more, joining with another, ending."""

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.handing_over import signs
from klippekort.domain.groups.life import Step
from klippekort.domain.permissions import Action, may
from klippekort.groups import services
from klippekort.groups.forms.groups import AnonymityForm, EndForm, HandOverForm, MergeForm
from klippekort.groups.forms.words import ANONYMITY, SIGNS
from klippekort.groups.queries.groups import list_open, reach_of
from klippekort.groups.queries.learning import answers_of
from klippekort.groups.queries.meetings import met
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@bp.post("/grupper/<uuid:group_id>/<any(start,step_back,step_in,let_go):step>")
@requires(Action.RUN_GROUP)
def take_step(group_id: UUID, step: str) -> ResponseReturnValue:
    """Take a group to its next state."""
    form, here = KeyedForm(), url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.take_step, group_id, Step(step)):
        return done(_("The change is saved."), _where_to(group_id))
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(here, 303)


def _where_to(group_id: UUID) -> str:
    """Return the group's page, or the list of groups for who leads it no longer."""
    is_seen = may(current_actor(), Action.SEE_GROUPS, reach_of(group_id, clock.today()))
    return url_for("groups.show", group_id=group_id) if is_seen else url_for("groups.manage")


@bp.route("/grupper/<uuid:group_id>/overdragelse", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def hand_over(group_id: UUID) -> ResponseReturnValue:
    """Show the signs that a group can run itself, and tick what is settled."""
    group = opened(group_id)
    form = HandOverForm(data={"tasks": group.handed_over, "contact": group.contact_light})
    if form.validate_on_submit() and tried(
        form, services.settle, group_id, form.done(), form.contact.data or ""
    ):
        return done(_("The change is saved."), url_for("groups.hand_over", group_id=group_id))
    answers = answers_of(group_id)
    there = signs(met(group_id), group.smallest, answers["well"], answers.total())
    rows = [(words, code in there) for code, words in SIGNS.items()]
    page = render_template("groups/hand_over.html", form=form, group=group, signs=rows)
    return page, 422 if form.errors else 200


@bp.post("/grupper/<uuid:group_id>/kontakt")
@requires(Action.RUN_GROUP)
def note_contact(group_id: UUID) -> ResponseReturnValue:
    """Note that somebody asked a group on its own how it goes."""
    form, here = KeyedForm(), url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.note_contact, group_id):
        return done(_("Good. We remind you again in three months."), here)
    return redirect(here, 303)


@bp.route("/grupper/<uuid:group_id>/slut", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def end(group_id: UUID) -> ResponseReturnValue:
    """End a group."""
    group, form = opened(group_id), EndForm()
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.end_group, group_id, form.reason.data):
        return done(_("The group has ended."), _where_to(group_id))
    return form_page(
        form,
        _("End the group"),
        (back, group.neutral_name),
        lead=_("Meetings to come are cancelled. What we knew of the members is deleted."),
        button=_("End the group"),
    )


@bp.route("/grupper/<uuid:group_id>/anonymitet", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def anonymity(group_id: UUID) -> ResponseReturnValue:
    """Promise more about names, and delete what may be kept no longer."""
    group, form = opened(group_id), AnonymityForm()
    form.offer(Anonymity(group.anonymity))
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.raise_anonymity, group_id, Anonymity(form.anonymity.data)
    ):
        return done(_("The group promises more now. The rest is deleted."), back)
    return form_page(
        form,
        _("Promise more about names"),
        (back, group.neutral_name),
        lead=_("Now: %(promise)s. This cannot be undone.", promise=ANONYMITY[group.anonymity]),
        button=_("Promise it, and delete the rest"),
    )


@bp.route("/grupper/<uuid:group_id>/sammen", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def merge(group_id: UUID) -> ResponseReturnValue:
    """Let a group become part of another."""
    group, form = opened(group_id), MergeForm()
    form.offer({str(row.id): row.neutral_name for row in list_open() if row.id != group_id})
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(
        form,
        services.merge,
        group_id,
        UUID(form.into.data),
        is_sure=form.is_sure.data,
        have_promised=form.have_promised.data,
    ):
        return done(
            _("The two groups are one now."), url_for("groups.show", group_id=form.into.data)
        )
    return form_page(
        form,
        _("Join with another group"),
        (back, group.neutral_name),
        lead=_("This group ends, and its members are in the other from now on."),
        button=_("Join the groups"),
    )
