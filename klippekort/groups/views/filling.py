"""The line in front of a group: interest, the talk before, offers and answers."""

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.groups.anonymity import Kept
from klippekort.domain.groups.joining import is_open
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms import words
from klippekort.groups.forms.members import InterestForm, OfferForm, TalkForm, YesForm, too_early
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries import members
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.shown import keeps
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires, saw
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


def _to_line(group_id: UUID) -> str:
    return url_for("groups.line", group_id=group_id)


@bp.get("/grupper/<uuid:group_id>/venteliste")
@requires(Action.RUN_GROUP, purpose="see_groups")
def line(group_id: UUID) -> ResponseReturnValue:
    """Show who waits, in the order of the turn, and why some are passed by."""
    group, today = opened(group_id), clock.today()
    rows = members.line_of(group, today)
    saw(*(one.citizen_id for one in rows if one.citizen_id is not None))
    reason = is_open(queries.room_of(group, today))
    return render_template(
        "groups/line.html",
        group=group,
        rows=rows,
        reasons=words.REASONS,
        why_closed=words.REASONS[reason] if reason else None,
        key=KeyedForm().key.data,
    )


@bp.route("/grupper/<uuid:group_id>/venteliste/ny", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def add_interest(group_id: UUID) -> ResponseReturnValue:
    """Write down somebody who would like to join, as far as the group keeps it."""
    group, form = opened(group_id), InterestForm()
    form.offer(has_names=keeps(group, Kept.FIRST_NAME))
    if form.validate_on_submit() and tried(
        form, services.add_interest, group_id, form.asked(), is_sure=form.has_asked
    ):
        return done(_("They are in the line."), _to_line(group_id))
    return form_page(
        form,
        _("Somebody would like to join"),
        (_to_line(group_id), _("Waiting list")),
        lead=too_early(group.months_since_loss),
        group=group,
    )


@bp.route("/grupper/pladser/<uuid:member_id>/samtale", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def talk(member_id: UUID) -> ResponseReturnValue:
    """Store what came of the talk before somebody joins."""
    group_id = members.get_member(member_id).group_id
    group, form = opened(group_id), TalkForm()
    form.offer(group.months_since_loss, clock.today())
    if form.validate_on_submit() and tried(form, services.note_talk, member_id, form.talk()):
        return done(_("It is written down."), _to_line(group_id))
    return form_page(
        form,
        _("The talk before"),
        (_to_line(group_id), _("Waiting list")),
        lead=too_early(group.months_since_loss),
        group=group,
    )


@bp.post("/grupper/pladser/<uuid:member_id>/tilbud")
@requires(Action.RUN_GROUP)
def offer(member_id: UUID) -> ResponseReturnValue:
    """Offer a place to who is next."""
    group_id, form = members.get_member(member_id).group_id, KeyedForm()
    if form.validate_on_submit() and tried(form, services.offer, member_id):
        return done(_("The place is held for them. Call them now."), _to_line(group_id))
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(_to_line(group_id), 303)


@bp.route("/grupper/pladser/<uuid:member_id>/foer-tur", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def offer_early(member_id: UUID) -> ResponseReturnValue:
    """Offer a place to somebody before those who have waited longer, and say why."""
    group_id, form = members.get_member(member_id).group_id, OfferForm()
    opened(group_id)
    if form.validate_on_submit() and tried(
        form, services.offer, member_id, past_others=form.past_others.data
    ):
        return done(_("The place is held for them. Call them now."), _to_line(group_id))
    back = (_to_line(group_id), _("Waiting list"))
    return form_page(form, _("Ask before others"), back, button=_("Offer the place"))


@bp.route("/grupper/pladser/<uuid:member_id>/ja", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def say_yes(member_id: UUID) -> ResponseReturnValue:
    """Store a yes, with the ground rules read and promised."""
    group_id = members.get_member(member_id).group_id
    group, form = opened(group_id), YesForm()
    citizen = members.citizen_of(member_id)
    form.offer(may_share=keeps(group, Kept.CONTACT), is_citizen=citizen is not None)
    if form.validate_on_submit() and tried(
        form,
        services.answer,
        member_id,
        says_yes=True,
        shares_contact=form.shares,
        wants_measures=form.measures,
    ):
        words = _("They are in the group. Tell them: %(who)s meets them.", who=group.welcome)
        plain = _("They are in the group.")
        here = url_for("groups.show", group_id=group_id)
        return done(words if group.welcome else plain, here)
    latest = queries.latest_rules(group_id)
    return form_page(
        form,
        _("They say yes"),
        (_to_line(group_id), _("Waiting list")),
        group=group,
        extra=latest.text if latest else None,
        button=_("They are in the group"),
    )


@bp.post("/grupper/pladser/<uuid:member_id>/<any(nej,ud):word>")
@requires(Action.RUN_GROUP)
def say_no(member_id: UUID, word: str) -> ResponseReturnValue:
    """Store a no to an offer, or that somebody wants to wait no more."""
    group_id, form = members.get_member(member_id).group_id, KeyedForm()
    if form.validate_on_submit():
        if word == "nej":
            is_done = tried(form, services.answer, member_id, says_yes=False)
        else:
            is_done = tried(form, services.take_out, member_id)
        if is_done:
            return done(_("They are out of the line. What we knew is deleted."), _to_line(group_id))
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(_to_line(group_id), 303)
