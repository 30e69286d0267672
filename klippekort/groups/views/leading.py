"""Who leads a group."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.groups import LeaderForm
from klippekort.groups.queries import people
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


def person_ids(code: str) -> dict[str, UUID | None]:
    """Return whom a code from a list of people stands for, as a service takes it."""
    kind, _colon, person_id = code.partition(":")
    key = "volunteer_id" if kind == "v" else "care_worker_id"
    return {key: UUID(person_id)} if person_id else {}


@bp.route("/grupper/<uuid:group_id>/ledere", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def leaders(group_id: UUID) -> ResponseReturnValue:
    """Show who leads a group, and add somebody."""
    group, form, today = opened(group_id), LeaderForm(), clock.today()
    form.offer(dict(people.candidates()))
    if form.validate_on_submit() and tried(
        form,
        services.add_leader,
        group_id,
        **person_ids(form.person.data),
        is_experienced=form.is_experienced.data,
        is_sure=form.is_sure.data,
    ):
        return done(_("They lead the group now."), url_for("groups.leaders", group_id=group_id))
    rows = people.leaders_of(group_id, today)
    page = render_template(
        "groups/leaders.html", form=form, group=group, rows=rows, key=KeyedForm().key.data
    )
    return page, 422 if form.errors else 200


@bp.post("/grupper/<uuid:group_id>/ledere/<uuid:facilitator_id>/farvel")
@requires(Action.SET_UP_GROUP)
def remove_leader(group_id: UUID, facilitator_id: UUID) -> ResponseReturnValue:
    """Let somebody lead a group no longer."""
    form = KeyedForm()
    if form.validate_on_submit():
        tried(form, services.remove_leader, facilitator_id)
    return done(_("They lead the group no longer."), url_for("groups.leaders", group_id=group_id))
