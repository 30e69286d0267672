"""Members who leave, and citizens who are put in the line of a group that goes by names."""

from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.permissions import Action, authorise
from klippekort.groups import services
from klippekort.groups.forms.members import LeaveForm, SuggestForm
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries import members
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.shown import ages_of
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.i18n import _, _l

HERE: dict[str, str] = {
    "waiting": _l("In the line"),
    "offered": _l("Has been offered a place"),
    "active": _l("Is in the group"),
    "left": _l("Has been in the group or its line"),
}


@bp.route("/grupper/pladser/<uuid:member_id>/farvel", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def leave(member_id: UUID) -> ResponseReturnValue:
    """Let a member leave."""
    group_id = members.get_member(member_id).group_id
    group, form = opened(group_id), LeaveForm()
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.leave, member_id, form.reason.data):
        return done(_("They have left the group."), back)
    return form_page(form, _("Somebody leaves"), (back, group.neutral_name), group=group)


@bp.route("/grupper/<uuid:group_id>/farvel", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def one_left(group_id: UUID) -> ResponseReturnValue:
    """Count one fewer in a group that counts heads."""
    group, form = opened(group_id), LeaveForm()
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.one_left, group_id, form.reason.data):
        return done(_("One fewer is counted."), back)
    return form_page(form, _("Somebody leaves"), (back, group.neutral_name), group=group)


def _with_ages(group: Any) -> str:
    ages = ages_of(group)
    return f"{group.neutral_name} ({ages})" if ages else group.neutral_name


@bp.route("/borgere/<uuid:citizen_id>/grupper", methods=["GET", "POST"])
@requires(Action.SUGGEST_GROUP, purpose="suggest_group")
def of_citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Show how a citizen stands with groups that go by names, and put her in a line.

    Groups are told of by their neutral names alone.
    """
    citizen, form = get_citizen(citizen_id), SuggestForm()
    authorise(current_actor(), Action.SUGGEST_GROUP, reach(citizen, clock.today()))
    saw(citizen_id)
    named = {row.id: row for row in queries.list_named_open()}
    form.offer({str(row.id): _with_ages(row) for row in named.values() if row.referral})
    if form.validate_on_submit() and tried(
        form,
        services.suggest,
        UUID(form.group.data),
        citizen_id,
        not_before_on=form.not_before_on.data,
        is_sure=form.is_sure.data,
    ):
        return done(
            _("%(name)s is in the line.", name=citizen.first_name),
            url_for("groups.of_citizen", citizen_id=citizen_id),
        )
    stands = members.named_groups_of(citizen_id)
    rows = [(named[one].neutral_name, HERE[state]) for one, state in stands.items() if one in named]
    page = render_template("groups/of_citizen.html", form=form, citizen=citizen, rows=rows)
    return page, 422 if form.errors else 200
