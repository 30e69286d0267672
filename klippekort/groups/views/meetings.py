"""The meetings of a group: one of them, the list, moving, cancelling, standing in, counting."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local
from klippekort.domain.groups.anonymity import Kept
from klippekort.domain.groups.leading import Cover
from klippekort.domain.permissions import Action, may
from klippekort.groups import services
from klippekort.groups.forms.meetings import (
    CancelForm,
    DescribeForm,
    HeldForm,
    MoveForm,
    StandInForm,
)
from klippekort.groups.forms.words import CANCEL_REASONS
from klippekort.groups.queries import MeetingAddress, meeting_address, people
from klippekort.groups.queries.meetings import came_and_left, came_to, get_meeting, meetings_of
from klippekort.groups.queries.members import members_of
from klippekort.groups.queries.sharing import materials_of
from klippekort.groups.queries.visits import expected_at
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.leading import person_ids
from klippekort.groups.views.shown import cover_of, keeps, meeting_shown, to_tell
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.messages.forms import CallForm
from klippekort.messages.services import CallOutcome
from klippekort.messages.views.calls import said_of
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext


@bp.get("/grupper/<uuid:group_id>/moeder")
@requires(Action.RUN_GROUP)
def plan(group_id: UUID) -> ResponseReturnValue:
    """Show all meetings of a group."""
    group, today = opened(group_id), clock.today()
    rows = [meeting_shown(row, today) for row in meetings_of(group_id)]
    return render_template("groups/plan.html", group=group, rows=rows, key=KeyedForm().key.data)


@bp.post("/grupper/<uuid:group_id>/moeder/flere")
@requires(Action.RUN_GROUP)
def more(group_id: UUID) -> ResponseReturnValue:
    """Plan the next meetings of a group without an end."""
    form = KeyedForm()
    if form.validate_on_submit() and tried(form, services.plan_more, group_id):
        return done(_("More meetings are planned."), url_for("groups.plan", group_id=group_id))
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(url_for("groups.plan", group_id=group_id), 303)


def _here(meeting_id: UUID) -> tuple[Any, Any, tuple[str, str]]:
    """Return a meeting, its group, and the way back to the meeting's page."""
    row = get_meeting(meeting_id)
    group = opened(row.group_id)
    url = url_for("groups.meeting", meeting_id=meeting_id)
    return row, group, (url, _("Meeting %(number)s", number=row.number))


@bp.route("/grupper/moeder/<uuid:meeting_id>", methods=["GET", "POST"])
@requires(Action.RUN_GROUP, purpose="see_groups")
def meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Show a meeting, and change what it is for."""
    row, group, _back = _here(meeting_id)
    form = DescribeForm(obj=row)
    if form.validate_on_submit() and tried(
        form,
        services.describe_meeting,
        meeting_id,
        aim=form.aim.data or "",
        agenda=form.agenda.data or "",
    ):
        return done(_("The change is saved."), url_for("groups.meeting", meeting_id=meeting_id))
    leaders = people.leaders_of(row.group_id, clock.today())
    told = to_tell(group, row, clock.now())
    saw(*(one.citizen_id for one in told if one.citizen_id is not None))
    covered = cover_of(group, row, leaders)
    where = meeting_address(meeting_id) if row.state == "planned" and group.place_id else None
    page = render_template(
        "groups/meeting.html",
        form=form,
        group=group,
        meeting=meeting_shown(row, clock.today()),
        state=row.state,
        has_begun=row.starts_at <= clock.now(),
        trip_to=_trip_to(where) if where else None,
        trips_for=_trips_for(group, where) if where else [],
        why=CANCEL_REASONS.get(row.cancelled_reason or ""),
        away=list(people.stand_ins_of(meeting_id, leaders).values()),
        is_evaluated=row.is_evaluated,
        materials=[one for one in materials_of(group.id) if one.meeting_id == meeting_id],
        expected=expected_at(meeting_id),
        is_short=covered is Cover.SHORT,
        cannot=covered is Cover.CANNOT,
        to_tell=told,
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


@bp.post("/grupper/moeder/<uuid:meeting_id>/ringet/<uuid:member_id>")
@requires(Action.RUN_GROUP)
def told(meeting_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Write down what came of calling a member about a meeting that was moved or cancelled."""
    form, back = CallForm(), url_for("groups.meeting", meeting_id=meeting_id)
    if not form.validate_on_submit():
        return redirect(back, 303)
    outcome = CallOutcome(form.outcome.data)
    if tried(form, services.note_call, meeting_id, member_id, outcome):
        return done(said_of(outcome), back)
    return redirect(back, 303)


def _trip_to(where: MeetingAddress) -> str:
    """Return all that whoever books a trip to a meeting may be told of where it goes."""
    town = " ".join(filter(None, (where.postcode, where.town)))
    return ", ".join(filter(None, (_("Meeting"), where.address, town)))


def _trips_for(group: Any, where: MeetingAddress) -> list[tuple[str, str]]:
    """Return, for those who may book, the members by name with a link that fills in the trip. It
    holds an address and a time, and nothing that leads to the group.
    """
    if not (keeps(group, Kept.CITIZEN) and may(current_actor(), Action.BOOK_TRIP)):
        return []
    starts, ends = local(where.starts_at), local(where.ends_at)
    told = {
        "sted": _("Meeting"),
        "vej": where.address,
        "postnr": where.postcode or "",
        "hvad": "talk",
        "dag": f"{starts:%Y-%m-%d}",
        "fra": f"{starts:%H:%M}",
        "til": f"{ends:%H:%M}",
    }
    inside = [(one.name or "", one.citizen_id) for one in members_of(group.id) if one.citizen_id]
    saw(*(citizen_id for _name, citizen_id in inside))
    return [
        (name, url_for("trips.place", citizen_id=citizen_id, **told)) for name, citizen_id in inside
    ]


@bp.route("/grupper/moeder/<uuid:meeting_id>/flyt", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def move(meeting_id: UUID) -> ResponseReturnValue:
    """Hold a meeting at another time."""
    row, _group, back = _here(meeting_id)
    form = MoveForm()
    if form.validate_on_submit() and tried(
        form, services.move_meeting, meeting_id, form.starts_at()
    ):
        return done(_("The meeting is moved. Tell the members."), back[0])
    lead = meeting_shown(row, clock.today()).when
    return form_page(form, _("Move the meeting"), back, lead=lead, button=_("Move it"))


@bp.route("/grupper/moeder/<uuid:meeting_id>/aflys", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Cancel a meeting."""
    row, _group, back = _here(meeting_id)
    form = CancelForm()
    if form.validate_on_submit() and tried(
        form, services.cancel_meeting, meeting_id, form.reason.data
    ):
        return done(_("The meeting is cancelled. Tell the members."), back[0])
    lead = meeting_shown(row, clock.today()).when
    return form_page(form, _("Cancel the meeting"), back, lead=lead, button=_("Cancel the meeting"))


@bp.route("/grupper/moeder/<uuid:meeting_id>/vikar", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def substitute(meeting_id: UUID) -> ResponseReturnValue:
    """Say who cannot come, and who comes instead."""
    row, _group, back = _here(meeting_id)
    form, leaders = StandInForm(), people.leaders_of(row.group_id, clock.today())
    form.offer({str(one.id): one.name for one in leaders}, dict(people.candidates()))
    if form.validate_on_submit() and tried(
        form,
        services.stand_in,
        meeting_id,
        UUID(form.absent.data),
        **person_ids(form.instead.data or ""),
        is_sure=form.is_sure.data,
    ):
        return done(_("It is written down."), back[0])
    return form_page(form, _("Somebody cannot come"), back)


@bp.route("/grupper/moeder/<uuid:meeting_id>/fremmoede", methods=["GET", "POST"])
@requires(Action.RUN_GROUP, purpose="see_groups")
def attendance(meeting_id: UUID) -> ResponseReturnValue:
    """Say how many came, or who, as the group has promised."""
    row, group, back = _here(meeting_id)
    inside = members_of(row.group_id) if keeps(group, Kept.ATTENDANCE) else None
    came = came_to(meeting_id)
    form = HeldForm(
        obj=row, data={"came": [str(one) for one, was_there in came.items() if was_there]}
    )
    form.offer({str(one.id): one.name or "" for one in inside} if inside is not None else None)
    saw(*(one.citizen_id for one in inside or () if one.citizen_id is not None))
    if form.validate_on_submit() and tried(form, services.hold_meeting, meeting_id, form.held()):
        return done(_("Thank you. It is counted."), back[0])
    heading = _("Who came?") if inside is not None else _("How many came?")
    lead = _("The meeting has not begun yet.") if row.starts_at > clock.now() else None
    if inside is not None and (left := came_and_left(row)):
        lead = ngettext(
            "%(num)s who came is not in the group now, and stays counted.",
            "%(num)s who came are not in the group now, and stay counted.",
            left,
        )
    return form_page(form, heading, back, lead=lead)
