"""Members who become peer hosts, and who may see that a citizen is in a group."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.domain.groups.anonymity import Kept
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.together import HostForm, NumberForm, ProxyForm
from klippekort.groups.queries import members
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.calls import number_of
from klippekort.groups.views.shown import keeps
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires, saw
from klippekort.platform.i18n import _


@bp.route("/grupper/<uuid:group_id>/vaert", methods=["GET", "POST"])
@requires(Action.RUN_GROUP, purpose="see_groups")
def become_host(group_id: UUID) -> ResponseReturnValue:
    """Pass on that a member would like to help others; nothing tells which group they come from."""
    group = opened(group_id)
    form = HostForm(data=_known(group_id))
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.ask_to_host, group_id, name=form.name.data, phone=form.phone.data
    ):
        return done(_("They stand among those who want to be volunteers. We call them."), back)
    return form_page(
        form,
        _("A member would like to help others"),
        (back, group.neutral_name),
        lead=_("Nobody is told which group they come from."),
        group=group,
        button=_("Pass it on"),
    )


def _known(group_id: UUID) -> dict[str, str]:
    """Return what is known of the member whose place the address names, to be filled in."""
    try:
        member_id = UUID(request.args.get("plads", ""))
    except ValueError:
        return {}
    row = members.get_member(member_id)
    if row.group_id != group_id:
        raise NotFound
    citizen = members.citizen_of(member_id)
    if citizen is None:
        return {"name": row.first_name or ""}
    saw(citizen.id)
    return {"name": citizen.name, "phone": number_of(citizen) or ""}


@bp.route("/grupper/pladser/<uuid:member_id>/vis", methods=["GET", "POST"])
@requires(Action.RUN_GROUP, purpose="see_groups")
def show_to_proxy(member_id: UUID) -> ResponseReturnValue:
    """Store, as a citizen has said, whether those who act for her may see that she is here."""
    group_id, tie = members.get_member(member_id).group_id, members.tie_of(member_id)
    group, form = opened(group_id), ProxyForm(data={"shows": tie.shows_to_proxy})
    saw(tie.citizen_id)
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.show_to_proxy, member_id, shows=bool(form.shows.data)
    ):
        return done(_("The change is saved."), back)
    return form_page(
        form,
        _("Who may see that they are here"),
        (back, group.neutral_name),
        lead=_("Unless it is ticked, whoever acts for them sees nothing of the group."),
        group=group,
    )


@bp.route("/grupper/pladser/<uuid:member_id>/nummer", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def share_number(member_id: UUID) -> ResponseReturnValue:
    """Store, as a member has said, whether the others may have their phone number."""
    row = members.get_member(member_id)
    group, form = opened(row.group_id), NumberForm(data={"shares": row.shares_contact})
    if not keeps(group, Kept.CITIZEN):
        raise NotFound
    back = url_for("groups.show", group_id=row.group_id)
    if form.validate_on_submit() and tried(
        form, services.share_number, member_id, shares=bool(form.shares.data)
    ):
        return done(_("The change is saved."), back)
    return form_page(
        form,
        _("Their number in the group"),
        (back, group.neutral_name),
        lead=_("Ask them first. Who gives their number gets those of the others who have."),
        group=group,
    )
