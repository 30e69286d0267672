"""Come and see once, and the call to somebody who missed their first meeting."""

from uuid import UUID

from flask import redirect
from flask.typing import ResponseReturnValue

from klippekort.domain.groups.anonymity import Kept
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.together import VisitForm, VisitOverForm
from klippekort.groups.queries import members
from klippekort.groups.queries.meetings import get_meeting
from klippekort.groups.queries.visits import get_visit, visits_of
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.shown import keeps, meeting_shown
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@bp.route("/grupper/moeder/<uuid:meeting_id>/besoeg", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def invite(meeting_id: UUID) -> ResponseReturnValue:
    """Let somebody come and see a meeting once, without a place."""
    row = get_meeting(meeting_id)
    group, form = opened(row.group_id), VisitForm()
    form.offer(has_names=keeps(group, Kept.FIRST_NAME))
    back = url_for("groups.meeting", meeting_id=meeting_id)
    if form.validate_on_submit() and tried(
        form,
        services.invite,
        meeting_id,
        first_name=form.name,
        contact=form.contact.data,
    ):
        return done(_("They are expected. Tell who meets them at the door."), back)
    return form_page(
        form,
        _("Somebody comes to see once"),
        (back, _("Meeting %(number)s", number=row.number)),
        lead=meeting_shown(row, clock.today()).when,
        group=group,
    )


@bp.route("/grupper/besoeg/<uuid:visit_id>", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def visit(visit_id: UUID) -> ResponseReturnValue:
    """Say what came of a visit; how they are reached is told until then."""
    group_id = get_visit(visit_id).group_id
    group, form = opened(group_id), VisitOverForm()
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.close_visit, visit_id, form.outcome.data):
        return done(_("It is written down. What we knew of them is deleted."), back)
    told = next((one for one in visits_of(group) if one.id == visit_id), None)
    lead = " · ".join(filter(None, (told.name, told.contact))) if told else None
    return form_page(form, _("After the visit"), (back, group.neutral_name), lead=lead, group=group)


@bp.post("/grupper/pladser/<uuid:member_id>/ringet")
@requires(Action.RUN_GROUP)
def called(member_id: UUID) -> ResponseReturnValue:
    """Note that somebody called: who missed their first meeting, or who has waited for long."""
    group_id, form = members.get_member(member_id).group_id, KeyedForm()
    here = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.called, member_id):
        return done(_("Thank you for calling."), here)
    return redirect(here, 303)
