"""Who leads a group."""

from datetime import date
from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.clearances import Standing, State
from klippekort.domain.groups.life import State as GroupState
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.groups import LeaderForm
from klippekort.groups.forms.words import TRAINING
from klippekort.groups.queries import people
from klippekort.groups.queries.board import find_settings
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.formatting import day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext


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
    known_people = people.candidates_with_load(today)
    form.offer({code: _with_load(*told) for code, told in known_people.items()})
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
        "groups/leaders.html",
        has_ended=group.state == GroupState.ENDED,
        form=form,
        group=group,
        rows=[
            (one, people.groups_led(one.person_id, today), _training(one, today)) for one in rows
        ],
        settled=find_settings(),
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _with_load(name: str, ever: int, now: int) -> str:
    if now:
        many = ngettext("leads %(num)s group", "leads %(num)s groups", now)
        return f"{name} ({many})"
    before = _("has led before")
    return f"{name} ({before})" if ever else name


def _training(leader: people.Leader, today: date) -> list[tuple[str, str]]:
    """Return how a volunteer's training and supervision stand, in words."""
    if not leader.is_volunteer:
        return []
    return [
        (str(TRAINING[one.kind]), _stands(one))
        for one in people.training_of(leader.person_id, today)
    ]


def _stands(one: Standing) -> str:
    words = {
        State.VALID: _("in order"),
        State.RENEWAL_DUE: _("to be renewed soon"),
        State.GRACE: _("to be renewed now"),
        State.EXPIRED: _("has run out"),
        State.REFUSED: _("not passed"),
        State.MISSING: _("none is noted"),
    }[one.state]
    return f"{words}, {day(one.until)}" if one.until else str(words)


@bp.post("/grupper/<uuid:group_id>/ledere/<uuid:facilitator_id>/farvel")
@requires(Action.SET_UP_GROUP)
def remove_leader(group_id: UUID, facilitator_id: UUID) -> ResponseReturnValue:
    """Let somebody lead a group no longer."""
    form = KeyedForm()
    if form.validate_on_submit():
        tried(form, services.remove_leader, facilitator_id)
    return done(_("They lead the group no longer."), url_for("groups.leaders", group_id=group_id))


@bp.post("/grupper/moeder/<uuid:meeting_id>/vikar/<uuid:facilitator_id>/kan-komme")
@requires(Action.RUN_GROUP)
def can_come(meeting_id: UUID, facilitator_id: UUID) -> ResponseReturnValue:
    """Note that somebody who leads a group can come to a meeting after all."""
    form, back = KeyedForm(), url_for("groups.meeting", meeting_id=meeting_id)
    if form.validate_on_submit() and tried(form, services.can_come, meeting_id, facilitator_id):
        return done(_("It is written down."), back)
    return redirect(back, 303)
